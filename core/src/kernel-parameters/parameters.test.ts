import { describe, expect, test } from 'vitest';
import type { CommandIntent, CommandRecorder, CommandResult } from '../channel/recorder.js';
import type { Device } from '../device/types.js';
import { Devlink } from '../devlink/devlink.js';
import { findDevlinkHandle } from './handle.js';
import { devlinkKernel, type FixtureKernel } from './kernel.fixture.js';
import { prepareKernelParameters, readKernelParameters, setKernelParameter } from './parameters.js';
import { kernelValueText, parseKernelValue } from './text.js';

const names = { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] };
const device: Device = { address: '0000:3b:00.0', bus: 'pci', names, aliases: [] };

const shown = (more: Partial<FixtureKernel> = {}): FixtureKernel => ({
  instances: [['devlink_index', '3'], ['pci', '0000:3b:00.1'], ['pci', device.address]],
  parameters: { max_macs: { type: 3, values: { 1: 32 } }, colour: { type: 5, values: { 0: 'red', 2: 'blue' } } }, ...more,
});
const source = (kernel: FixtureKernel) => ({ native: devlinkKernel(kernel).native });

class Recorder implements CommandRecorder {
  readonly intents: CommandIntent[] = [];
  readonly results: CommandResult[] = [];

  async begin(intents: readonly CommandIntent[]) {
    this.intents.push(...intents);
    return Promise.resolve({ end: async (results: readonly CommandResult[]) => Promise.resolve(void this.results.push(...results)) });
  }
}

describe('kernel parameters', () => {
  test('are those of the instance of the device\'s own name', async () => {
    const { handle, parameters } = await readKernelParameters(device, source(shown()));
    expect(handle).toEqual({ bus: 'pci', name: device.address });
    expect(parameters).toEqual([
      { name: 'max_macs', isGeneric: false, type: 'u32', values: [{ mode: 'driverinit', value: 32 }] },
      { name: 'colour', isGeneric: false, type: 'string', values: [{ mode: 'runtime', value: 'red' }, { mode: 'permanent', value: 'blue' }] },
    ]);
  });

  test('of a device without an instance, or that is simulated, there are none', async () => {
    const find = async (instances: FixtureKernel['instances'], of: Partial<Device>) => {
      await using devlink = new Devlink(devlinkKernel(shown({ instances })).native);
      return await findDevlinkHandle(devlink, { ...device, ...of }, () => ({}));
    };
    expect(await find([['devlink_index', '3'], ['pci', '0000:3b:00.1']], {})).toBeUndefined();
    expect(await find([['devlink_index', '0']], { address: '0' })).toBeUndefined();
    expect(await find([['pci', device.address]], { bus: 'sim' })).toBeUndefined();
    expect(await find([['auxiliary', 'mod.sf.4']], { names: { ...names, auxiliary: ['mod.sf.4'] } })).toEqual({ bus: 'auxiliary', name: 'mod.sf.4' });
    expect(await find([['netdevsim', 'netdevsim1']], { address: 'netdevsim1', bus: 'netdev' })).toEqual({ bus: 'netdevsim', name: 'netdevsim1' });
    await expect(readKernelParameters(device, source(shown({ instances: [] })))).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT', device: device.address });
  });

  test('names, modes and values are checked before anything is sent', async () => {
    const check = async (name: string, value: string, mode?: 'runtime' | 'driverinit' | 'permanent') => prepareKernelParameters(device, [{ name, value, ...(mode === undefined ? {} : { mode }) }], source(shown()));
    await expect(check('max_mac', '1')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME', hint: 'Near it: max_macs.' });
    await expect(check('max_macs', '1', 'runtime')).rejects.toMatchObject({ code: 'ERR_FIELD_VALUE' });
    await expect(check('max_macs', 'many')).rejects.toMatchObject({ code: 'ERR_FIELD_VALUE' });
    await expect(check('colour', 'green')).rejects.toMatchObject({ code: 'ERR_FIELD_MISSING' });
    expect(await check('colour', 'green', 'permanent')).toMatchObject([{ mode: 'permanent', before: 'blue', wanted: 'green' }]);
    expect(await check('max_macs', '0x40')).toMatchObject([{ mode: 'driverinit', before: 32, wanted: 64 }]);
  });

  test('a change is recorded with both values, made, and read back', async () => {
    const kernel = shown();
    const recorder = new Recorder();
    const [prepared = expect.unreachable()] = await prepareKernelParameters(device, [{ name: 'max_macs', value: '64' }], source(kernel));
    await expect(setKernelParameter(device, prepared, { ...source(kernel), recorder })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    expect([kernel.parameters['max_macs']?.values[1], recorder.intents.length]).toEqual([32, 0]);
    expect(await setKernelParameter(device, prepared, { ...source(kernel), recorder, allow: 'configure' })).toMatchObject({ before: 32, wanted: 64, after: 64 });
    expect(kernel.parameters['max_macs']?.values[1]).toBe(64);
    expect(recorder.intents).toMatchObject([{
      plugin: 'kernel', transport: 'kernel', effect: 'configure', command: 'DEVLINK_CMD_PARAM_SET', serial: 'S1', firmware: '1.2.3',
      fields: { name: 'max_macs', mode: 'driverinit', value: '64' }, changes: [{ field: 'max_macs', before: '32', after: '64' }],
    }]);
    expect(recorder.results).toEqual([{ ok: true, replyLengthBytes: 0 }]);
  });

  test('what the kernel refuses is recorded so, and what it forgets is told', async () => {
    const attempt = async (kernel: FixtureKernel, recorder: Recorder) => {
      const [prepared = expect.unreachable()] = await prepareKernelParameters(device, [{ name: 'max_macs', value: '64' }], source(kernel));
      return setKernelParameter(device, prepared, { ...source(kernel), recorder, allow: 'configure' });
    };
    const recorder = new Recorder();
    await expect(attempt(shown({ refuses: 1 }), recorder)).rejects.toMatchObject({ code: 'ERR_PERMISSION' });
    expect(recorder.results).toMatchObject([{ ok: false, error: { code: 'ERR_PERMISSION' } }]);
    await expect(attempt(shown({ isForgetful: true }), recorder)).rejects.toMatchObject({ code: 'ERR_VERIFY' });
    const full: CommandRecorder = { begin: async () => Promise.reject(new TypeError('full')) };
    const kernel = shown();
    const [prepared = expect.unreachable()] = await prepareKernelParameters(device, [{ name: 'max_macs', value: '64' }], source(kernel));
    await expect(setKernelParameter(device, prepared, { ...source(kernel), recorder: full, allow: 'configure' })).rejects.toThrow('full');
    expect(kernel.parameters['max_macs']?.values[1]).toBe(32);
  });

  test('values as text and back', () => {
    for (const [type, text, value] of [['u8', '255', 255], ['u64', '0xffffffffffffffff', 2n ** 64n - 1n], ['flag', 'true', true], ['flag', 'false', false], ['string', '', ''], ['u64 array', '1,2', [1n, 2n]]] as const) {
      expect(parseKernelValue('x', type, text)).toEqual(value);
      expect(parseKernelValue('x', type, kernelValueText(value))).toEqual(value);
    }
    for (const [type, text] of [['u8', '256'], ['u8', '-1'], ['u16', ''], ['flag', '1'], ['u64 array', '1,'], ['binary', '00'], ['string', 'a\0']] as const) {
      expect(() => parseKernelValue('x', type, text)).toThrow(expect.objectContaining({ code: 'ERR_FIELD_VALUE' }));
    }
    expect(kernelValueText(Uint8Array.of(1, 255))).toBe('01ff');
  });
});
