import { LayoutStore, openChannel, type DeviceChannel } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { simulator } from '../sim/index.js';
import { plugin } from '../src/index.js';

const layoutsPath = join(import.meta.dirname, '../layouts');
const entry = { manifest: manifestSchema.parse(manifest), layoutsPath, load: () => Promise.resolve(plugin) };
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

async function opened(profile = 'dsc-sim') {
  const time = { nowMs: 0 };
  const simulated = simulator.create({ index: 0, profile, now: () => time.nowMs });
  return { time, simulated, channel: await openChannel(simulated.device, entry, { transport: await simulated.openTransport() }) };
}

const raw = async (channel: DeviceChannel, request: string, scope: 'configuration' | 'debug-read-only' = 'configuration') => (
  Buffer.from(await channel.rpc(hex(request), { replyLengthBytes: 16, allow: 'invasive', scope })).toString('hex'));

test('what the driver does not say of an open node is unknown: no context is shown', async () => {
  const { channel } = await opened();
  const info = await channel.info();
  expect(info.transport).toEqual({ deviceType: 4, data: new Uint8Array() });
  expect(info.context).toBeUndefined();
});

test('were the driver to say it, it would be shown', async () => {
  const codec = await new LayoutStore(layoutsPath).codec('structures', 'driver', 'fwctl_info_pds');
  expect(codec.decode(hex('03000000'))).toMatchObject({ uctx_caps: 3 });
});

describe('what no table knows', () => {
  test('is invasive and needs its scope said', async () => {
    const { channel } = await opened('faulty');
    const request = hex('01000000 fe4d4953 00000000 00000000');
    expect(await channel.plan(request)).toEqual({ command: '0x1', effect: 'invasive' });
    await expect(channel.rpc(request, { replyLengthBytes: 16 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    await expect(channel.rpc(request, { replyLengthBytes: 16, allow: 'invasive' })).rejects.toMatchObject({ code: 'ERR_SCOPE' });
  });

  test('is the same number of another endpoint, too: both together are the key', async () => {
    const { channel } = await opened();
    expect(await channel.plan(hex('01000000 024d4953'))).toMatchObject({ command: 'PORT_STATUS', effect: 'inspect' });
    expect(await channel.plan(hex('01000000 03000000'))).toEqual({ command: '0x1', effect: 'invasive' });
    expect(await channel.plan(hex('02000100 024d4953'))).toMatchObject({ command: 'PORT_COUNTERS' });
  });

  test('is sent as it is, and its reply is its result and all of the room', async () => {
    const { channel } = await opened('faulty');
    expect(await raw(channel, '01000000 fe4d4953 00000000 05000000 aabbccdd')).toBe('05000000aabbccdd' + '00'.repeat(8));
  });
});

test.each([
  ['02000000 fe4d4953 00000000 00000000', 'ERR_KERNEL_REFUSED', /EPERM.*needs a higher scope/],
  ['01000000 77000000', 'ERR_KERNEL_REFUSED', /EINVAL.*lists no such endpoint/],
  ['01000000 ff4d4953', 'ERR_DELIVERY', /ENOMEM.*did not tell the operations/],
  ['01000000 fe4d4953 21000000 00000000', 'ERR_DELIVERY', /ECHILD.*binding pds_core again/],
  ['01000000 fe4d4953 09000000 00000000', 'ERR_DELIVERY', /EAGAIN.*later it may/],
  ['01000000 fe4d4953 1f000000 00000000', 'ERR_DEVICE_GONE', /ENODEV.*no such virtual function/],
  ['01000000 fe4d4953 ff000000 00000000', 'ERR_DEVICE_GONE', /cannot be reached now \(ENXIO\): Firmware is not running/],
])('%s ends as %s, explained', async (request, code, message) => {
  const { channel } = await opened('faulty');
  await expect(raw(channel, request)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
});

test('a reply has room for the result at least', async () => {
  const { channel } = await opened();
  await expect(channel.rpc(hex('01000000 014d4953'), { replyLengthBytes: 3 })).rejects.toMatchObject({ code: 'ERR_USAGE', exitStatus: 2 });
});

test('every errno that the driver can give has its meaning', () => {
  const meant = [...manifest.refusals, ...manifest.deliveryFailures].map(({ errno }) => errno);
  const possible = ['EPERM', 'EINVAL', 'ENOMEM', 'ENXIO', 'ETIMEDOUT', 'EIO', 'ENOENT', 'EAGAIN', 'EBUSY', 'EEXIST', 'ENOSPC', 'ERANGE', 'EFAULT', 'ECHILD', 'ENODEV'];
  expect([...meant].sort()).toEqual([...possible].sort());
});

test('a channel outlives a restart of firmware, and what was not saved does not', async () => {
  const { channel, time } = await opened();
  const write = await channel.registers.prepareWrite('DEVICE_NAME', { name: 'unsaved' }, { allow: 'configure' });
  await channel.registers.write(write, { allow: 'configure' });
  await channel.call('SYSTEM_RESTART', { delay: 10, down: 10 }, { allow: 'invasive' });
  time.nowMs = 15;
  await expect(channel.registers.read('DEVICE_NAME')).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE', exitStatus: 3 });
  time.nowMs = 25;
  expect((await channel.registers.read('DEVICE_NAME')).fields['name']).toBe('sim-dsc-0');
});

test('a card that was made a PCI function is its driver\'s: nobody else opens it', async () => {
  const simulated = simulator.create({ index: 0 });
  simulated.pciDevice();
  await expect(simulated.openTransport()).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT' });
  expect(() => simulator.create({ index: 0, profile: 'none' })).toThrow(expect.objectContaining({ code: 'ERR_UNKNOWN_NAME' }) as Error);
});
