import { describe, expect, it } from 'vitest';
import { Devlink } from '../devlink/devlink.js';
import { Ethtool } from '../ethtool/ethtool.js';
import { defaultNative } from '../native.js';
import { attribute } from './attributes.js';
import { GenericNetlink } from './generic.js';

const GET_POLICY = 10;
const GET_FAMILY = 3;
const FAMILY_NAME = 2;

describe('this machine\'s kernel', () => {
  it('describes its families, one by name and all in a dump', async () => {
    await using netlink = new GenericNetlink(defaultNative);
    const controller = await netlink.family('nlctrl');
    expect(controller).toMatchObject({ id: 0x10, name: 'nlctrl' });
    expect(controller.groups.get('notify')).toBeGreaterThan(0);
    const all = await netlink.ask({ family: controller, command: GET_FAMILY, attributes: [], isDump: true, what: 'families' });
    const names = all.map(({ attributes }) => attributes.text(FAMILY_NAME));
    expect(names).toContain('nlctrl');
    for (const name of names.slice(0, 3)) expect((await netlink.family(name ?? '')).name).toBe(name);
    await expect(netlink.family('no such family')).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT' });
  });

  it('says in words what it objects to, and answers on', async () => {
    await using netlink = new GenericNetlink(defaultNative);
    const controller = await netlink.family('nlctrl');
    const wrong = { family: controller, command: GET_FAMILY, attributes: [attribute.bytes(FAMILY_NAME, new Uint8Array(64).fill(0x61))], what: 'a name too long' };
    await expect(netlink.ask(wrong)).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'EINVAL', message: expect.stringMatching(/the kernel says: .+ at byte 20 of the request/) as string });
    await expect(netlink.ask({ family: controller, command: 200, attributes: [], what: 'no command' })).rejects.toMatchObject({ errno: 'EOPNOTSUPP' });
    const policies = await netlink.ask({ family: controller, command: GET_POLICY, attributes: [attribute.text(FAMILY_NAME, 'nlctrl')], isDump: true, what: 'policies' });
    expect(policies.length).toBeGreaterThan(0);
  });

  it('has devlink instances, or no devlink', async () => {
    await using devlink = new Devlink(defaultNative);
    const outcome = await devlink.devices().then((devices) => devices.every(({ bus, name }) => bus !== '' && name !== ''), (error: unknown) => (error as { code: string }).code);
    expect([true, 'ERR_NO_TRANSPORT']).toContain(outcome);
    if (outcome === true) await expect(devlink.info({ bus: 'pci', name: 'ffff:ff:1f.7' })).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
  });

  it('answers about the loopback interface what it has, and refuses the rest', async () => {
    await using ethtool = new Ethtool(defaultNative);
    await expect(ethtool.driverInfo('lo')).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'EOPNOTSUPP' });
    await expect(ethtool.driverInfo('no-such-device')).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
  });
});
