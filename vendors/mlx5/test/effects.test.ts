import { join } from 'node:path';
import { openChannel, type CommandLogEntry, type DeviceChannel } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { simulator } from '../sim/index.js';
import { plugin } from '../src/index.js';

let channel: DeviceChannel;
let log: CommandLogEntry[];

beforeEach(async () => {
  log = [];
  const simulated = simulator.create({ index: 0, onCommand: (entry) => log.push(entry) });
  const entry = { manifest: manifestSchema.parse(manifest), layoutsPath: join(import.meta.dirname, '../layouts'), load: () => Promise.resolve(plugin) };
  channel = await openChannel(simulated.device, entry, { transport: await simulated.openTransport() });
  log.length = 0;
});
afterEach(async () => channel.close());

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const readPpcnt = (selector: string): Uint8Array => bytes(`0805 0000 0000 0001 0000 5008 00000000 ${selector}${'00'.repeat(248)}`);

test.each([
  ['reading a register', readPpcnt('00010000 00000000'), 'ACCESS_REG', 'inspect'],
  ['reading a register and clearing its counters', readPpcnt('00010000 80000000'), 'ACCESS_REG', 'configure'],
  ['writing a register that a layout knows', bytes(`0805 0000 0000 0000 0000 6001 00000000 ${'00'.repeat(64)}`), 'ACCESS_REG', 'configure'],
  ['writing a register that no layout knows', bytes(`0805 0000 0000 0000 0000 fffe 00000000 ${'00'.repeat(64)}`), 'ACCESS_REG', 'invasive'],
  ['reading and clearing counters by a command that no layout looks into', bytes(`0b0c 0000 0000 0001 0000 5008 00000000 00010000 80000000${'00'.repeat(248)}`), 'ACCESS_REGISTER_USER', 'configure'],
  ['reading counters', bytes(`0770 0000 0000 0000 ${'00'.repeat(24)}`), 'QUERY_VPORT_COUNTER', 'inspect'],
  ['reading counters and clearing them', bytes(`0770 0000 0000 0000 ${'00'.repeat(16)} 80000000 00000000`), 'QUERY_VPORT_COUNTER', 'configure'],
  ['a command outside the driver\'s list', bytes('0200 0000 0000 0000 0000000000000000'), '0x200', 'invasive'],
])('%s is %s %s', async (_what, request, command, effect) => {
  expect(await channel.plan(request)).toMatchObject({ command, effect });
  if (effect === 'inspect') return;
  await expect(channel.rpc(request, { replyLengthBytes: 528 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  expect(log).toEqual([]);
});

test('clearing counters by name is refused unless allowed', async () => {
  await expect(channel.registers.read('PPCNT', { local_port: 1, grp: 0, clr: 1 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  await expect(channel.call('QUERY_VPORT_COUNTER', { clear: 1 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  expect(log).toEqual([]);
  await channel.registers.read('PPCNT', { local_port: 1, grp: 0, clr: 1 }, { allow: 'configure' });
  expect(log).toHaveLength(1);
});

test('the least scope of a register read is debug-read-only, of a write configuration, as the driver has it', async () => {
  expect(await channel.plan(readPpcnt('00010000 00000000'))).toMatchObject({ leastScope: 'debug-read-only' });
  const prepared = await channel.registers.prepareWrite('NODE_DESC', { node_description: 'x' }, { allow: 'configure' });
  expect(prepared.plan).toEqual({ command: 'NODE_DESC', effect: 'configure', leastScope: 'configuration' });
});

test('registers are read together; what is refused stands beside what is not', async () => {
  const outcomes = await channel.registers.readMany([
    { name: 'NODE_DESC', index: {} },
    { name: 'MTMP', index: { sensor_index: 5 } },
    { name: 'MTMP', index: { sensor_index: 64 } },
  ]);
  expect(outcomes.map((outcome) => (outcome.ok ? outcome.decoded.codec.document.name : outcome.error.code))).toEqual(['NODE_DESC', 'ERR_FIRMWARE_STATUS', 'MTMP']);
  expect(log).toHaveLength(3);
  expect(await channel.registers.readMany([])).toEqual([]);
});

test('registers are read together only if each of the readings is allowed', async () => {
  const readings = [{ name: 'NODE_DESC', index: {} }, { name: 'PPCNT', index: { local_port: 1, grp: 0, clr: 1 } }];
  await expect(channel.registers.readMany(readings)).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  expect(log).toEqual([]);
});
