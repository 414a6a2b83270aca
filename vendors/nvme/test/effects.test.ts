import { join } from 'node:path';
import { openChannel, type CommandLogEntry, type DeviceChannel, type PluginEntry } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { simulator } from '../sim/index.js';

const entry: PluginEntry = {
  manifest: manifestSchema.parse(manifest), layoutsPath: join(import.meta.dirname, '../layouts'), load: async () => (await import('../src/index.js')).plugin,
};
const state = { log: [] as CommandLogEntry[], digest: (): string => '' };
let channel: DeviceChannel;

beforeEach(async () => {
  state.log = [];
  const simulated = simulator.create({ index: 0, now: () => 0, onCommand: (command) => state.log.push(command) });
  state.digest = () => simulated.digest();
  channel = await openChannel(simulated.device, entry, { transport: await simulated.openTransport() });
});
afterEach(async () => channel.close());

/** A raw command of 64 bytes. */
function raw(opcode: number, dword10 = 0): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes[0] = opcode;
  new DataView(bytes.buffer).setUint32(40, dword10, true);
  return bytes;
}

describe('a command\'s effect', () => {
  test.each<[string, Uint8Array, string | undefined]>([
    ['a feature that is read', raw(0x0a, 6), undefined],
    ['a log page that is read as registers are', raw(0x02, 0x8002), undefined],
    ['a log page whose event is reported again', raw(0x02, 0x0002), 'configure'],
    ['telemetry that is collected anew', raw(0x02, 0x8107), 'configure'],
    ['a feature that is set', raw(0x09, 6), 'configure'],
    ['a feature that protects a namespace', raw(0x09, 0x84), 'invasive'],
    ['a format', raw(0x80), 'invasive'],
    ['a vendor\'s command that changes nothing, as the controller says', raw(0xc1), 'configure'],
    ['a vendor\'s command that changes content', raw(0xc2), 'invasive'],
    ['a vendor\'s command that the controller does not name', raw(0xc3), 'invasive'],
  ])('%s', async (_what, request, effect) => {
    const before = state.digest();
    const sent = channel.rpc(request, { replyLengthBytes: 16 });
    if (effect === undefined) await expect(sent).resolves.toHaveLength(16);
    else await expect(sent).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', hint: `Add --allow ${effect} to allow it.` });
    expect(state.digest()).toBe(before);
  });

  test('is asked of the controller once', async () => {
    for (let times = 0; times < 3; times++) await channel.rpc(raw(0xc1), { replyLengthBytes: 16, allow: 'configure' });
    expect(state.log.map(({ command }) => command)).toEqual(['0x02', '0xc1', '0xc1', '0xc1']);
  });

  test.each([[7, 'SET_NUMBER_OF_QUEUES'], [12, 'SET_AUTONOMOUS_POWER_STATE'], [13, 'SET_HOST_MEMORY_BUFFER'], [22, 'SET_HOST_BEHAVIOR']])('feature %i, which the kernel lets nobody set, is refused with the reason', async (fid, command) => {
    await expect(channel.call('SET_FEATURES', { fid, cdw11: 1 }, { allow: 'invasive' })).rejects.toMatchObject({ code: 'ERR_NOT_PASSED', command });
    expect(state.log).toEqual([]);
  });
});

describe('registers', () => {
  test('telemetry is collected when that is asked for and allowed', async () => {
    await expect(channel.registers.read('TELEMETRY_HOST', { create: 1 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    const before = state.digest();
    const { fields } = await channel.registers.read('TELEMETRY_HOST', { create: 1 }, { allow: 'configure' });
    expect([fields['hostdgn'], state.digest() === before]).toEqual([1, false]);
  });

  test('a threshold is set for the sensor and side that are named', async () => {
    const prepared = await channel.registers.prepareWrite('FEAT_TEMPERATURE_THRESHOLD', { tmpsel: 2, thsel: 'under', tmpth: 280 }, { allow: 'configure' });
    await channel.registers.write(prepared, { allow: 'configure' });
    const of = async (index: object) => (await channel.registers.read('FEAT_TEMPERATURE_THRESHOLD', { ...index })).fields;
    expect(await of({ tmpsel: 2, thsel: 1 })).toMatchObject({ tmpth: 280, tmpsel: 2, thsel: 1 });
    expect((await of({}))['tmpth']).toBe(343);
    expect((await of({ tmpsel: 2, thsel: 1, select: 'default' }))['tmpth']).toBe(343);
  });

  test('a value is kept across resets when that is said', async () => {
    const set = async (fields: object) => channel.registers.write(await channel.registers.prepareWrite('FEAT_VOLATILE_WRITE_CACHE', { ...fields }, { allow: 'configure' }), { allow: 'configure' });
    const saved = async () => (await channel.registers.read('FEAT_VOLATILE_WRITE_CACHE', { select: 'saved' })).fields['wce'];
    await set({ wce: 0 });
    expect(await saved()).toBe(1);
    await set({ wce: 0, save: 1 });
    expect(await saved()).toBe(0);
  });

  test('data of a feature go with it', async () => {
    const { fields, codec } = await channel.registers.read('FEAT_TIMESTAMP');
    expect([fields['timestamp'], fields['origin'], codec.sizeBytes]).toEqual([0, 0, 24]);
    await channel.registers.write(await channel.registers.prepareWrite('FEAT_TIMESTAMP', { timestamp: 1_700_000_000_000 }, { allow: 'configure' }), { allow: 'configure' });
    expect((await channel.registers.read('FEAT_TIMESTAMP')).fields).toMatchObject({ timestamp: 1_700_000_000_000, origin: 1 });
  });

  test('a feature that cannot be changed says so, in its capabilities and when it is written', async () => {
    expect((await channel.registers.read('FEAT_CAPABILITIES', { feature: 7 })).fields).toMatchObject({ changeable: 0, saveable: 0, feature: 7 });
    await expect(channel.registers.prepareWrite('FEAT_NUMBER_OF_QUEUES', { nsqa: 1 }, { allow: 'invasive' })).rejects.toMatchObject({ code: 'ERR_FIELD_ACCESS' });
  });
});
