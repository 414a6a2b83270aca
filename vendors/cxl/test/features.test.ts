import { join } from 'node:path';
import { AuxctlError, LayoutStore, openChannel, type Decoded, type DeviceChannel, type RpcRequest } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { describe, expect, test } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { SimulatedMemoryDevice } from '../sim/index.js';
import * as own from '../sim/profiles/own-features.js';
import { PATROL_SCRUB, SPECIFIED } from '../sim/profiles/spec-features.js';
import { plugin } from '../src/index.js';

const layoutsPath = join(import.meta.dirname, '../layouts');
const layouts = new LayoutStore(layoutsPath);
const entry = { manifest: manifestSchema.parse(manifest), layoutsPath, load: async () => Promise.resolve(plugin) };

interface Opened extends AsyncDisposable {
  readonly simulated: SimulatedMemoryDevice;
  readonly channel: DeviceChannel;
  /** What was sent, with the scope. */
  readonly sent: RpcRequest[];
  /** The commands that the firmware got. */
  readonly received: string[];
}

async function open(profile = 'expander'): Promise<Opened> {
  const received: string[] = [];
  const simulated = new SimulatedMemoryDevice({ index: 0, profile, onCommand: ({ command }) => received.push(command) });
  const transport = await simulated.openTransport();
  const sent: RpcRequest[] = [];
  const rpc = transport.rpc.bind(transport);
  transport.rpc = async (request, wait) => {
    sent.push(request);
    return rpc(request, wait);
  };
  const channel = await openChannel(simulated.device, entry, { transport, layouts });
  received.length = 0;
  return { simulated, channel, sent, received, [Symbol.asyncDispose]: async () => channel.close() };
}

const set = { allow: 'invasive' } as const;
const dataOf = ({ fields }: Decoded): string => Buffer.from(fields['data'] as Uint8Array).toString('hex');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the list of features', () => {
  test('is what the model has, but for what the kernel keeps for itself', async () => {
    await using opened = await open();
    const { fields } = await opened.channel.objects.read('FEATURES');
    const features = fields['features'] as readonly { uuid: Uint8Array; get_size: number; set_size: number; flags: number; effects: number; index: number }[];
    const model = opened.simulated.firmware.profile.features;
    expect(features.map(({ uuid, index }) => [hex(uuid), index])).toEqual(model.map(({ uuid }, index) => [uuid.replaceAll('-', ''), index]));
    for (const [at, { value, setBytes, flags, effects }] of model.entries()) {
      const isExclusive = at < SPECIFIED.length;
      expect(features[at]).toMatchObject({ get_size: value.length, set_size: isExclusive ? 0 : setBytes, flags: isExclusive ? flags - 1 : flags, effects });
    }
    expect([fields['num_entries'], fields['supported_features'], features.length]).toEqual([18, 18, 18]);
  });

  test('can begin anywhere, and ends where it ends', async () => {
    await using opened = await open();
    const { fields, anomalies } = await opened.channel.objects.read('FEATURES', { start_index: 16 });
    expect([fields['num_entries'], (fields['features'] as readonly unknown[]).length, anomalies]).toEqual([2, 2, []]);
    await expect(opened.channel.objects.read('FEATURES', { start_index: 18 })).rejects.toMatchObject({ code: 'ERR_KERNEL_REFUSED', errno: 'EINVAL' });
  });
});

describe('reading', () => {
  test('takes as much as the device lists, whatever a layout knows', async () => {
    await using opened = await open();
    for (const { uuid, value } of opened.simulated.firmware.profile.features) expect(dataOf(await opened.channel.call('GET_FEATURE', { uuid })), uuid).toBe(hex(value));
    expect(dataOf(await opened.channel.call('GET_FEATURE', { uuid: own.ADDRESS_FILTER.uuid, offset: 4998 }))).toBe(hex(own.ADDRESS_FILTER.value.subarray(4998)));
    expect(dataOf(await opened.channel.call('GET_FEATURE', { uuid: own.ADDRESS_FILTER.uuid, offset: 3, count: 2 }))).toBe(hex(own.ADDRESS_FILTER.value.subarray(3, 5)));
    expect(new Set(opened.sent.map(({ scope }) => scope))).toEqual(new Set(['configuration']));
  });

  test('is split by the driver where the mailbox is smaller', async () => {
    await using opened = await open();
    await opened.channel.call('GET_FEATURE', { uuid: own.ADDRESS_FILTER.uuid });
    expect(opened.received).toEqual(['GET_FEATURE', 'GET_FEATURE', 'GET_FEATURE']);
  });

  test('asks the list once for a channel', async () => {
    await using opened = await open();
    for (let time = 0; time < 3; time++) await opened.channel.registers.read('PATROL_SCRUB');
    expect(opened.sent.map(({ request }) => request[0])).toEqual([0x00, 0x01, 0x01, 0x01]);
  });

  test('a feature that the device does not list is the device\'s to refuse', async () => {
    await using opened = await open('minimal');
    await expect(opened.channel.registers.read('SOFT_PPR')).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', statusName: 'UNSUPPORTED' });
    await expect(opened.channel.call('GET_FEATURE', { uuid: own.QUEUE_DEPTH.uuid })).rejects.toMatchObject({ status: 3n });
  });

  test('a longer version of a feature is shown to its end, and a shorter one as far as it goes', async () => {
    await using opened = await open('minimal');
    const { fields } = await opened.channel.registers.read('PATROL_SCRUB');
    expect(fields).toMatchObject({ scrub_cycle: 12, enabled: 1, more: Uint8Array.of(0xa1, 0x5c) });
    expect((await opened.channel.registers.read('ECS_CONTROL')).fields).toEqual({ selection: 0, log_entry_type: 1, frus: [] });
  });

  test('selects among current, default and saved, which the device need not offer', async () => {
    await using opened = await open();
    for (const [selection, number] of [['current', 0], ['default', 1], ['saved', 2]] as const) {
      expect((await opened.channel.registers.read('PATROL_SCRUB', { selection })).fields).toMatchObject({ selection: number, scrub_cycle: 12 });
    }
    await expect(opened.channel.call('GET_FEATURE', { uuid: own.QUEUE_DEPTH.uuid, selection: 'default' })).rejects.toMatchObject({ statusName: 'UNSUPPORTED_FEATURE_SELECTION' });
  });

  test('an answer without data and without a code is a failure of the mailbox', async () => {
    await using opened = await open();
    opened.simulated.faults.isDeaf = true;
    await expect(opened.channel.registers.read('PATROL_SCRUB')).rejects.toMatchObject({ code: 'ERR_DELIVERY', layer: 'system-call', exitStatus: 5 });
    await expect(opened.channel.call('GET_FEATURE', { uuid: PATROL_SCRUB.uuid })).rejects.toMatchObject({ code: 'ERR_DELIVERY' });
  });
});

describe('setting', () => {
  test.each([
    ['at a conventional reset', own.THROTTLING, '32465a00', 'configure', 'debug-write'],
    ['at a CXL reset, in three parts', own.ADDRESS_FILTER, '5a'.repeat(5000), 'configure', 'debug-write'],
    ['at a cold reset', own.TEST_FEATURE, '78563412', 'configure', 'debug-write'],
    ['at once, configuration', own.QUEUE_DEPTH, '20000000', 'configure', 'debug-write-full'],
    ['at once, a policy and the security state', own.TELEMETRY_ACCESS, '02000000', 'invasive', 'debug-write-full'],
    ['at once, data, and at a reset', own.REFRESH_RATE, '3c0f', 'invasive', 'debug-write-full'],
  ] as const)('%s is planned by what the device says of it', async (_when, { uuid, setVersion }, data, effect, leastScope) => {
    await using opened = await open();
    const call = await opened.channel.prepare('SET_FEATURE', { uuid, data }, set);
    expect(call.plan).toEqual({ command: 'SET_FEATURE', effect, leastScope });
    expect(call.request.scope).toBe(leastScope);
    expect([Buffer.from(call.request.request).readUInt32LE(8), call.request.request[38]]).toEqual([32 + data.length / 2, setVersion]);
    const before = opened.simulated.digest();
    await opened.channel.call('SET_FEATURE', { uuid, data }, set);
    expect(opened.simulated.digest()).not.toBe(before);
    const isNow = leastScope === 'debug-write-full' || uuid === own.TEST_FEATURE.uuid;
    const current = async (): Promise<boolean> => dataOf(await opened.channel.call('GET_FEATURE', { uuid })) === data;
    expect(await current()).toBe(isNow);
    opened.simulated.pciDevice().reset();
    expect(await current()).toBe(true);
    if (effect === 'invasive') await expect(opened.channel.prepare('SET_FEATURE', { uuid, data }, { allow: 'configure' })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    if (leastScope === 'debug-write-full') await expect(opened.channel.prepare('SET_FEATURE', { uuid, data }, { ...set, scope: 'debug-write' })).rejects.toMatchObject({ code: 'ERR_SCOPE' });
  });

  test.each([
    ['the kernel keeps for itself', PATROL_SCRUB.uuid, 'ERR_OUT_OF_REACH', /keeps PATROL_SCRUB for itself/, /edac\/devices\/cxl_simmem0\/scrub/],
    ['would go on in the background', own.MEDIA_TEST.uuid, 'ERR_OUT_OF_REACH', /background/, undefined],
    ['has effects without a name', own.FUTURE.uuid, 'ERR_OUT_OF_REACH', /RESERVED_12/, undefined],
    ['has no effect that counts', own.EFFECTLESS.uuid, 'ERR_OUT_OF_REACH', /neither/, undefined],
    ['is not changeable', own.LABEL.uuid, 'ERR_UNSUPPORTED', /not changeable/, undefined],
    ['the device does not list', '11111111-2222-3333-4444-555555555555', 'ERR_UNSUPPORTED', /lists no feature 11111111-2222/, undefined],
  ] as const)('what %s is refused with the rule, and nothing is sent', async (_what, uuid, code, message, hint) => {
    await using opened = await open();
    const failure = await opened.channel.call('SET_FEATURE', { uuid, data: '00' }, set).then(() => undefined, (error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
    if (hint !== undefined) expect(failure instanceof AuxctlError ? failure.hint : '').toMatch(hint);
    expect(opened.sent.filter(({ request }) => request[0] === 2)).toEqual([]);
  });

  test('a register that only the kernel writes names the kernel\'s interface', async () => {
    await using opened = await open();
    await expect(opened.channel.registers.prepareWrite('ECS_CONTROL', { log_entry_type: 0 }, set)).rejects.toMatchObject({ code: 'ERR_FIELD_ACCESS', hint: expect.stringMatching(/ecs_fru/) as string });
  });

  test('more than the feature takes is refused, and what the device does not like is a status', async () => {
    await using opened = await open();
    await expect(opened.channel.call('SET_FEATURE', { uuid: own.THROTTLING.uuid, data: '0102030405' }, set)).rejects.toMatchObject({ code: 'ERR_FIELD_VALUE', message: expect.stringMatching(/4 bytes, not 5/) as string });
    await expect(opened.channel.call('SET_FEATURE', { uuid: own.THROTTLING.uuid, data: '09080700' }, set)).rejects.toMatchObject({ statusName: 'INVALID_INPUT' });
    await expect(opened.channel.call('SET_FEATURE', { uuid: own.THROTTLING.uuid, data: '01020304', version: 9 }, set)).rejects.toMatchObject({ statusName: 'UNSUPPORTED_FEATURE_VERSION' });
  });
});

describe('writing a register', () => {
  const write = async ({ channel }: Opened, fields: object) => channel.registers.write(await channel.registers.prepareWrite('TEST_FEATURE', { ...fields }, set), set);

  test('is read back as the saved value, where it takes effect at a reset', async () => {
    await using opened = await open();
    expect((await write(opened, { value: 0x12345678 })).fields).toMatchObject({ selection: 2, value: 0x12345678 });
    await expect(opened.channel.registers.prepareWrite('TEST_FEATURE', { selection: 'default', value: 1 }, set)).rejects.toMatchObject({ code: 'ERR_FIELD_ACCESS', message: expect.stringMatching(/selection=saved/) as string });
  });

  test('finds out what a firmware, or a mailbox, has dropped', async () => {
    await using forgetful = await open('forgetful');
    const before = forgetful.simulated.digest();
    await expect(write(forgetful, { value: 1 })).rejects.toMatchObject({ code: 'ERR_VERIFY', exitStatus: 5, message: expect.stringMatching(/value is not as written/) as string });
    expect(forgetful.simulated.digest()).toBe(before);
    await using opened = await open();
    const prepared = await opened.channel.registers.prepareWrite('TEST_FEATURE', { value: 1 }, set);
    opened.simulated.faults.isDeaf = true;
    await expect(opened.channel.registers.write(prepared, set)).rejects.toMatchObject({ code: 'ERR_DELIVERY' });
  });
});

test('a raw request is planned by the feature in it', async () => {
  await using opened = await open();
  const request = async (uuid: string): Promise<Uint8Array> => {
    const { request: { request: bytes } } = await opened.channel.prepare('GET_FEATURE', { uuid });
    return Uint8Array.from([0x02, 0x05, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, ...bytes.subarray(16, 32), ...new Uint8Array(6), 1, ...new Uint8Array(9), 1, 2, 3, 4]);
  };
  expect(await opened.channel.plan(await request(own.TELEMETRY_ACCESS.uuid))).toEqual({ command: 'SET_FEATURE', effect: 'invasive', leastScope: 'debug-write-full' });
  expect(await opened.channel.plan(await request(own.TEST_FEATURE.uuid))).toEqual({ command: 'SET_FEATURE', effect: 'configure', leastScope: 'debug-write' });
  await expect(opened.channel.plan(await request(PATROL_SCRUB.uuid))).rejects.toMatchObject({ code: 'ERR_OUT_OF_REACH' });
});
