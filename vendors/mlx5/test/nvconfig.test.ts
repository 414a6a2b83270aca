import { join } from 'node:path';
import { LayoutStore, nvParameters, openChannel, TransportError, type CommandLogEntry, type DeviceChannel, type Nvconfig, type NvReading, type RpcRequest, type Transport } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { simulator } from '../sim/index.js';
import { plugin } from '../src/index.js';

const entry = { manifest: manifestSchema.parse(manifest), layoutsPath: join(import.meta.dirname, '../layouts'), load: () => Promise.resolve(plugin) };
const store = new LayoutStore(entry.layoutsPath);
const configure = { allow: 'configure' } as const;

let simulated: ReturnType<typeof simulator.create>;
let channel: DeviceChannel;
let nvconfig: Nvconfig;
let log: CommandLogEntry[];

async function open(wrap: (transport: Transport) => Transport = (transport) => transport): Promise<void> {
  channel = await openChannel(simulated.device, entry, { transport: wrap(await simulated.openTransport()), layouts: store });
  nvconfig = await channel.nvconfig();
  log.length = 0;
}

beforeEach(async () => {
  log = [];
  simulated = simulator.create({ index: 0, onCommand: (command) => log.push(command) });
  await open();
});
afterEach(async () => channel.close());

async function readingOf(name: string): Promise<NvReading> {
  const [reading] = (await nvconfig.query([name])).readings;
  if (reading === undefined) throw new TypeError(`no reading of ${name}`);
  return reading;
}

async function texts(name: string): Promise<string[]> {
  const { values } = await readingOf(name);
  return [values.default?.text ?? '-', values.current?.text ?? '-', values.next?.text ?? '-'];
}

async function set(values: Record<string, string>): Promise<void> {
  await nvconfig.commit(await nvconfig.prepare({ type: 'set', values }, configure), configure);
}

describe('a query', () => {
  it('shows default, current and next-boot values of every parameter, and says which the device does not have', async () => {
    const { sets, readings } = await nvconfig.query();
    expect(sets).toEqual(['default', 'current', 'next']);
    expect(readings.length).toBe((await nvParameters(store)).length);
    expect(readings.filter(({ isSupported }) => !isSupported).map(({ name, problem }) => [name, problem])).toEqual([['INTERNAL_CPU_MODEL', 'this device does not have it']]);
    expect(readings.filter(({ isChanged }) => isChanged)).toEqual([]);
    expect(await texts('NUM_OF_VFS')).toEqual(['8', '8', '8']);
    expect(await texts('ROCE_CONTROL')).toEqual(['ROCE_ENABLE (2)', 'ROCE_ENABLE (2)', 'ROCE_ENABLE (2)']);
    expect(await readingOf('num_of_vfs')).toMatchObject({ name: 'NUM_OF_VFS', writer: 'UNSPECIFIED', limit: 127n, canWrite: true });
  });

  it('of a device that goes away meanwhile fails: nothing is taken for missing', async () => {
    let hops = 0;
    const gone = { ok: false, error: new TransportError('ERR_DEVICE_GONE', 'gone') } as const;
    await open((transport) => Object.assign(Object.create(transport) as Transport, {
      kind: transport.kind, limits: transport.limits, info: async () => transport.info(), close: async () => transport.close(), rpc: async (request: RpcRequest) => transport.rpc(request),
      rpcBatch: async (requests: readonly RpcRequest[]) => (++hops < 2 ? transport.rpcBatch(requests) : requests.map(() => gone)),
    }));
    await expect(nvconfig.query()).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE', exitStatus: 3 });
    await expect((await channel.firmware()).resets()).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
  });

  it('takes three hops, whatever the number of parameters', async () => {
    const sizes: number[] = [];
    await channel.close();
    await open((transport) => counting(transport, sizes));
    await nvconfig.query();
    expect(sizes).toHaveLength(3);
    expect(sizes[0]).toBe(1);
  });

  it('sends nothing for a name that does not exist', async () => {
    await expect(nvconfig.query(['NUM_OF_VF'])).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME', hint: expect.stringContaining('NUM_OF_VFS') as string });
    expect(log).toEqual([]);
  });
});

describe('a change', () => {
  it('is for the next boot, names its writer, and a reset makes it current', async () => {
    await set({ NUM_OF_VFS: '16', SRIOV_EN: 'true' });
    expect([await texts('NUM_OF_VFS'), await texts('SRIOV_EN')]).toEqual([['8', '8', '16'], ['False (0)', 'False (0)', 'True (1)']]);
    expect(await readingOf('NUM_OF_VFS')).toMatchObject({ writer: 'COMMAND_INTERFACE', isChanged: true });
    const firmware = await channel.firmware();
    await firmware.reset('level3', undefined, { allow: 'invasive' });
    await channel.close();
    await open();
    expect([await texts('NUM_OF_VFS'), await texts('SRIOV_EN')]).toEqual([['8', '16', '16'], ['False (0)', 'True (1)', 'True (1)']]);
  });

  it('touches nothing else in the item, and sets the bit that says that a parameter is set', async () => {
    const image = async (): Promise<string> => {
      const [item] = await nvconfig.items('next');
      return Buffer.from(item?.data ?? []).toString('hex');
    };
    expect(await image()).toBe('80000000' + '00000008' + '0003f000');
    await channel.registers.write(await channel.registers.prepareWrite('MNVDA', { type: 0x80, length: 12, configuration_item_data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0xf0, 0, ...new Uint8Array(244)) }, configure), configure);
    expect((await readingOf('NUM_OF_VFS')).values.next).toMatchObject({ isSet: false });
    await set({ NUM_OF_VFS: '5' });
    expect(await image()).toBe('80000000' + '00000005' + '0003f000');
  });

  it('shows what it would do before it is made', async () => {
    const prepared = await nvconfig.prepare({ type: 'set', values: { CQE_COMPRESSION: 'aggressive', NUM_OF_VFS: '8' } }, configure);
    expect(prepared.changes).toEqual([
      { name: 'CQE_COMPRESSION', before: 'BALANCED (0)', after: 'AGGRESSIVE (1)', isAsked: true, activation: 'firmware-reset' },
      { name: 'NUM_OF_VFS', before: '8', after: '8', isAsked: true, activation: 'firmware-reset' },
    ]);
    expect(await texts('CQE_COMPRESSION')).toEqual(['BALANCED (0)', 'BALANCED (0)', 'BALANCED (0)']);
  });

  it.each([
    ['a name that does not exist', { NUM_OF_VSF: '1' }, 'ERR_UNKNOWN_NAME'],
    ['a value without a name', { CQE_COMPRESSION: 'wild' }, 'ERR_FIELD_VALUE'],
    ['a value that does not fit', { NUM_OF_VFS: '65536' }, 'ERR_FIELD_VALUE'],
    ['one parameter twice', { NUM_OF_VFS: '1', num_of_vfs: '2' }, 'ERR_USAGE'],
    ['nothing at all', {}, 'ERR_USAGE'],
  ])('of %s sends nothing', async (_what, values, code) => {
    await expect(nvconfig.prepare({ type: 'set', values }, configure)).rejects.toMatchObject({ code, exitStatus: 2 });
    expect(log).toEqual([]);
  });

  it('sends nothing that was not allowed', async () => {
    expect(await nvconfig.plan({ type: 'set', values: { NUM_OF_VFS: '4' } })).toEqual({ command: 'MNVDA', effect: 'configure', leastScope: 'configuration' });
    await expect(nvconfig.prepare({ type: 'set', values: { NUM_OF_VFS: '4' } }, {})).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    await expect(nvconfig.prepare({ type: 'reset', names: [] }, {})).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    expect(log).toEqual([]);
  });

  it.each([
    ['the device has not', { INTERNAL_CPU_MODEL: 'EMBEDDED_CPU' }, { code: 'ERR_UNSUPPORTED', exitStatus: 5 }],
    ['is beyond what the device takes', { NUM_OF_VFS: '128' }, { code: 'ERR_FIELD_VALUE', exitStatus: 2, message: expect.stringContaining('at most 127') as string }],
  ])('of what %s changes nothing', async (_what, values, error) => {
    await expect(nvconfig.prepare({ type: 'set', values }, configure)).rejects.toMatchObject(error);
    expect((await nvconfig.query()).readings.filter(({ isChanged }) => isChanged)).toEqual([]);
  });

  it('that the device does not take is an error', async () => {
    await channel.close();
    await open(deaf);
    await expect(set({ NUM_OF_VFS: '4' })).rejects.toMatchObject({ code: 'ERR_VERIFY', exitStatus: 5 });
  });

  it('of any values that fit is what is read back', async () => {
    const entries = (await nvParameters(store)).filter(({ parameter, document }) => parameter.name !== 'INTERNAL_CPU_MODEL' && document.isCapability !== true);
    const values = fc.record({
      NUM_OF_VFS: fc.integer({ min: 0, max: 127 }), CQE_COMPRESSION: fc.integer({ min: 0, max: 1 }), LRO_LOG_TIMEOUT2: fc.integer({ min: 0, max: 15 }),
      IP_OVER_VXLAN_PORT: fc.integer({ min: 0, max: 65_535 }), PF_TOTAL_SF: fc.integer({ min: 0, max: 65_535 }), UCTX_EN: fc.integer({ min: 0, max: 1 }), ROCE_CONTROL: fc.integer({ min: 0, max: 2 }),
    }, { requiredKeys: [] }).filter((some) => Object.keys(some).length > 0);
    expect(entries.length).toBeGreaterThan(20);
    await fc.assert(fc.asyncProperty(values, async (some) => {
      const before = new Map((await nvconfig.query()).readings.map(({ name, values: { next } }) => [name, next?.value]));
      await set(Object.fromEntries(Object.entries(some).map(([name, value]) => [name, String(value)])));
      for (const { name, values: { next } } of (await nvconfig.query()).readings) {
        expect([name, next?.value]).toEqual([name, (some as Record<string, number>)[name] ?? before.get(name)]);
      }
    }), { numRuns: 30 });
  });
});

describe('a reset', () => {
  it('gives an item its default values, and says which other parameters go with it', async () => {
    await set({ NUM_OF_VFS: '16', SRIOV_EN: 'true', CQE_COMPRESSION: '1' });
    const prepared = await nvconfig.prepare({ type: 'reset', names: ['SRIOV_EN'] }, configure);
    expect(prepared.changes.map(({ name, before, after, isAsked }) => [name, before, after, isAsked])).toEqual([['SRIOV_EN', 'True (1)', 'False (0)', true], ['NUM_OF_VFS', '16', '8', false]]);
    await nvconfig.commit(prepared, configure);
    expect([await texts('NUM_OF_VFS'), await texts('CQE_COMPRESSION')]).toEqual([['8', '8', '8'], ['BALANCED (0)', 'BALANCED (0)', 'AGGRESSIVE (1)']]);
  });

  it('of everything leaves nothing changed', async () => {
    await set({ NUM_OF_VFS: '16', CQE_COMPRESSION: '1', ROCE_CONTROL: '1' });
    const prepared = await nvconfig.prepare({ type: 'reset', names: [] }, configure);
    expect(prepared.isEverything).toBe(true);
    expect(prepared.changes.map(({ name }) => name).sort()).toEqual(['CQE_COMPRESSION', 'NUM_OF_VFS', 'ROCE_CONTROL']);
    await nvconfig.commit(prepared, configure);
    expect((await nvconfig.query()).readings.filter(({ isChanged }) => isChanged)).toEqual([]);
  });
});

it('the walk shows every item, those that nobody describes as well', async () => {
  const items = await nvconfig.items('next');
  expect(items.map(({ type }) => type)).toEqual([0x80n, 0x81n, 0x10an, 0x10bn, 0x11dn, 0x160n, 0x300_0080n, 0x300_0112n, 0x700_0080n]);
  expect(items.find(({ type }) => type === 0x160n)).toMatchObject({ data: Uint8Array.of(0, 0xc0, 0xff, 0xee, 0, 0, 0, 0), writer: 'UNSPECIFIED' });
});

describe('firmware', () => {
  it('lists its components with all that they say of themselves, in two hops', async () => {
    const sizes: number[] = [];
    await channel.close();
    await open((transport) => counting(transport, sizes));
    const components = await (await channel.firmware()).components();
    expect(sizes).toHaveLength(2);
    expect(components.map(({ name, status, updateState }) => [name, status, updateState])).toEqual([['BOOT_IMG', 'IN_USE', 'IDLE'], ['DBG_TOKEN', 'NOT_PRESENT', 'IDLE'], ['LINKX_IMG', 'PRESENT', 'IDLE']]);
    expect(components[0]?.details).toEqual({
      sizeBytes: 0xc0_0000, maxSizeBytes: 0x100_0000, maxWriteBytes: 128, rules: ['signed_updates_only', 'match_chip_id', 'match_psid'],
      version: '22.43.1014', built: '2026-03-20 18:30:00', activation: ['pending_fw_reset'],
    });
    expect(components[1]?.details).not.toHaveProperty('version');
  });

  it('explains its resets', async () => {
    const resets = await (await channel.firmware()).resets();
    expect(resets).toMatchObject({ state: 'IDLE', options: [{ type: 'Full_Chip_Reset', levels: ['level3', 'level6'] }] });
    expect(resets.levels.map(({ name, isSupported, description }) => [name, isSupported, description.length > 20])).toEqual([['level0', false, true], ['level1', false, true], ['level3', true, true], ['level6', true, true]]);
  });

  it('is not reset unless that is allowed, nor by a level or type that it does not have', async () => {
    const firmware = await channel.firmware();
    expect(await firmware.planReset('level3')).toMatchObject({ command: 'MFRL', effect: 'invasive' });
    await expect(firmware.reset('level3', undefined, configure)).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    expect(log).toEqual([]);
    await expect(firmware.reset('level0', undefined, { allow: 'invasive' })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', hint: 'It offers level3, level6.' });
    await expect(firmware.reset('level3', 'Network_Reset', { allow: 'invasive' })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
    expect(simulated.firmware.armedResetLevel).toBeUndefined();
    expect(await firmware.reset('level6', 'Full_Chip_Reset', { allow: 'invasive' })).toMatchObject({ state: 'Waiting_For_Reset_Trigger' });
    expect(simulated.firmware.armedResetLevel).toBe(6);
  });
});

/** Writes down how many requests each hop has. */
function counting(inner: Transport, sizes: number[]): Transport {
  return wrapped(inner, {
    rpc: async (request, wait) => { sizes.push(1); return inner.rpc(request, wait); },
    rpcBatch: async (requests, wait) => { sizes.push(requests.length); return inner.rpcBatch(requests, wait); },
  });
}

/** A device that says yes to every register write and forgets it: it gets a read instead. */
function deaf(inner: Transport): Transport {
  const harmless = ({ request, ...rest }: RpcRequest): RpcRequest => ({ ...rest, request: request[7] === 0 ? Uint8Array.from(request, (byte, at) => (at === 7 ? 1 : byte)) : request });
  return wrapped(inner, { rpc: async (request, wait) => inner.rpc(harmless(request), wait) });
}

function wrapped(inner: Transport, more: Partial<Transport>): Transport {
  return {
    kind: inner.kind, limits: inner.limits, info: async (wait) => inner.info(wait), rpc: async (request, wait) => inner.rpc(request, wait),
    rpcBatch: async (requests, wait) => inner.rpcBatch(requests, wait), close: async () => inner.close(), [Symbol.asyncDispose]: async () => inner.close(), ...more,
  };
}
