import { rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { DeviceChannel } from '../channel/channel.js';
import { openSmall, SmallDevice, smallLayouts } from '../channel/small-device.fixture.js';
import type { Device } from '../device/types.js';
import { devlinkKernel, type FixtureKernel } from '../kernel-parameters/kernel.fixture.js';
import { LayoutStore } from '../store/store.js';
import { driverSteps } from './driver-steps.js';
import { registerSteps } from './register-steps.js';
import { runTransaction } from './transaction.js';
import { collectWishes } from './wishes.js';

const device: Device = { address: '0000:3b:00.0', bus: 'pci', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases: [] };
const allow = { allow: 'configure' } as const;

describe('steps of the kernel\'s parameters', () => {
  const kernelOf = (more: Partial<FixtureKernel> = {}): FixtureKernel => ({ instances: [['pci', device.address]], parameters: { max_macs: { type: 3, values: { 1: 32 } }, size: { type: 3, values: { 0: 7, 2: 9 } } }, ...more });
  const wishes = (...driver: readonly { name: string; value: string; mode?: 'runtime' | 'permanent' }[]) => ({ driver: driver.map((each) => ({ ...each, path: [] })) });

  test('are those that are not as wanted; each is made, and put back once', async () => {
    const kernel = kernelOf();
    const options = { native: devlinkKernel(kernel).native, ...allow };
    const { steps, unchanged } = await driverSteps(device, wishes({ name: 'max_macs', value: '64' }, { name: 'size', value: '7', mode: 'runtime' }, { name: 'size', value: '0x10', mode: 'permanent' }), options);
    expect(unchanged).toBe(1);
    expect(steps.map(({ subject, activation, effect, changes }) => ({ subject, activation, effect, changes }))).toEqual([
      { subject: 'max_macs', activation: 'driver-reload', effect: 'configure', changes: [{ name: 'max_macs (driverinit)', before: '32', after: '64', isAsked: true }] },
      { subject: 'size', activation: 'device-reset', effect: 'configure', changes: [{ name: 'size (permanent)', before: '9', after: '16', isAsked: true }] },
    ]);
    const broken = { apply: () => Promise.reject(new TypeError('broken')), undo: () => Promise.resolve(false) };
    const { steps: made } = await runTransaction([...steps, broken]);
    expect(made.map(({ rollback }) => rollback)).toEqual(['done', 'done', 'needless']);
    expect(kernel.parameters).toEqual({ max_macs: { type: 3, values: { 1: 32 } }, size: { type: 3, values: { 0: 7, 2: 9 } } });
    expect(await steps[0]?.undo()).toBe(false);
  });

  test('a value that the kernel does not take leaves nothing behind', async () => {
    const { steps } = await driverSteps(device, wishes({ name: 'max_macs', value: '64' }), { native: devlinkKernel(kernelOf({ isForgetful: true })).native, ...allow });
    expect(await runTransaction(steps)).toMatchObject({ failure: { code: 'ERR_VERIFY' }, steps: [{ state: 'failed', rollback: 'needless' }] });
  });
});

describe('steps of registers', () => {
  const channels: DeviceChannel[] = [];
  afterEach(async () => { for (const channel of channels.splice(0)) await channel.close(); });

  const prepare = async (small: SmallDevice, fields: Record<string, number>) => {
    const path = smallLayouts();
    const channel = await openSmall(small, {}, {}, path);
    channels.push(channel);
    const { wishes, faults } = await collectWishes([{ entry: { match: { device: 'small-0' }, registers: [{ name: 'LAMP', fields }] }, path: ['devices', 0] }], 'small-0', new LayoutStore(path));
    return { faults, ...(await registerSteps(channel, wishes, allow)) };
  };

  test('hold what differs, and nothing is sent for what is so already', async () => {
    const small = new SmallDevice();
    expect(await prepare(small, { state: 1, brightness: 50 })).toMatchObject({ steps: [], unchanged: 2, faults: [] });
    const { steps: [step], unchanged } = await prepare(small, { state: 1, brightness: 70 });
    expect(unchanged).toBe(1);
    expect(step).toMatchObject({ kind: 'register', subject: 'LAMP', effect: 'configure', activation: 'immediate', changes: [{ name: 'brightness', before: '50', after: '70', isAsked: true }] });
    expect(small.opcodes).not.toContain(2);
    await step?.apply();
    expect([...small.lamp]).toEqual([1, 70]);
    small.lamp[0] = 9;
    expect(await step?.undo()).toBe(true);
    expect([...small.lamp], 'what another has changed since stays').toEqual([9, 50]);
    small.lamp[0] = 1;
    expect(await step?.undo()).toBe(false);
  });

  test('a write that the device takes a part of is put back', async () => {
    const small = new SmallDevice();
    small.stuck = [1];
    const { steps } = await prepare(small, { state: 3, brightness: 70 });
    expect(await runTransaction(steps)).toMatchObject({ failure: { code: 'ERR_VERIFY' }, steps: [{ state: 'failed', rollback: 'done' }] });
    expect([...small.lamp]).toEqual([1, 50]);
  });

  test('a device that does not take back what it was given is told', async () => {
    const small = new SmallDevice();
    const { steps } = await prepare(small, { state: 3, brightness: 70 });
    const sticking = { apply: () => { small.stuck = [0, 1]; return Promise.reject(new TypeError('broken')); }, undo: () => Promise.resolve(false) };
    expect(await runTransaction([...steps, sticking])).toMatchObject({ steps: [{ state: 'applied', rollback: 'failed', rollbackError: { code: 'ERR_VERIFY' } }, { state: 'failed', rollback: 'needless' }] });
  });
});

describe('what a file wants of a device', () => {
  test('names that are not there, and values that are set twice, are faults with their places', async () => {
    const path = smallLayouts();
    const register = (fields: Record<string, number>) => ({ match: { device: '*' }, registers: [{ name: 'LAMP', fields }] });
    const entries = [register({ state: 1 }), register({ state: 2, glow: 3, brightness: 4 }), { match: { device: '*' }, driver: { a: 1, b: { value: true, mode: 'runtime' as const } } }, { match: { device: '*' }, driver: { a: { value: 1, mode: 'permanent' as const }, b: { value: true, mode: 'permanent' as const } }, parameters: { NONE: 1 } }];
    const { wishes, faults } = await collectWishes(entries.map((entry, index) => ({ entry, path: ['devices', index] })), 'small-0', new LayoutStore(path));
    expect(faults.map(({ code, path, earlier }) => [code, path.join('.'), earlier?.join('.')])).toEqual([
      ['ERR_USAGE', 'devices.1.registers.0.fields.state', 'devices.0.registers.0.fields.state'], ['ERR_UNKNOWN_NAME', 'devices.1.registers.0.fields.glow', undefined],
      ['ERR_UNKNOWN_NAME', 'devices.3.parameters.NONE', undefined], ['ERR_USAGE', 'devices.3.driver.a', 'devices.2.driver.a'],
    ]);
    expect(wishes.registers.map(({ fields }) => fields)).toEqual([{ state: 1, brightness: 4 }]);
    expect(wishes.driver.map(({ name, mode, value }) => [name, mode, value])).toEqual([['a', undefined, '1'], ['b', 'runtime', 'true'], ['b', 'permanent', 'true']]);
    rmSync(path, { recursive: true });
  });
});
