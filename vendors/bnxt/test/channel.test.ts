import { join } from 'node:path';
import { LayoutStore, openChannel, type CommandLogEntry, type DeviceChannel, type PluginEntry } from '@auxctl/core';
import { integerValue, manifestSchema, SCOPES } from '@auxctl/schemas';
import { expect, test } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { simulator, type SimulatedNetxtreme } from '../sim/index.js';
import { plugin } from '../src/index.js';

const layoutsPath = join(import.meta.dirname, '../layouts');
const entry: PluginEntry = { manifest: manifestSchema.parse(manifest), layoutsPath, load: () => Promise.resolve(plugin) };
const store = new LayoutStore(layoutsPath);

interface Opened extends AsyncDisposable {
  readonly channel: DeviceChannel;
  readonly simulated: SimulatedNetxtreme;
  readonly log: CommandLogEntry[];
}

async function open(profile = 'bcm57414'): Promise<Opened> {
  const log: CommandLogEntry[] = [];
  const simulated = simulator.create({ index: 0, profile, now: () => 1000, onCommand: (command) => log.push(command) });
  const channel = await openChannel(simulated.device, entry, { transport: await simulated.openTransport(), timeoutMs: 5000 });
  log.length = 0;
  return { channel, simulated, log, [Symbol.asyncDispose]: async () => channel.close() };
}

function raw(opcode: number, lengthBytes = 24): Uint8Array {
  const request = Buffer.alloc(lengthBytes);
  request.writeUInt16LE(opcode, 0);
  request.writeUInt16LE(0xffff, 2);
  request.writeUInt16LE(0xffff, 6);
  return new Uint8Array(request);
}

test('a request by name is filled in: no ring, the function\'s own firmware, the function itself', async () => {
  await using opened = await open();
  await opened.channel.call('FUNC_QCAPS');
  await opened.channel.objects.read('FUNC_CAPS');
  const sent = opened.log.map(({ request }) => Buffer.from(request).toString('hex'));
  expect(sent).toEqual(Array.from({ length: 2 }, () => '1500ffff0000ffff0000000000000000ffff000000000000'));
});

test('the table and the driver agree on every opcode: passed at the least scope, refused below it', async () => {
  await using opened = await open();
  const transport = await opened.simulated.openTransport();
  const { opcodes, refused = [] } = await store.opcodes();
  const codeOf = async (opcode: number, scope: (typeof SCOPES)[number]): Promise<string | undefined> => transport
    .rpc({ request: raw(opcode), replyLengthBytes: 16, scope })
    .then(() => undefined, (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'other'));
  const least = opcodes.map(({ opcode, scope }) => [Number(integerValue(opcode)), SCOPES.indexOf(scope)] as const);
  const never = refused.flatMap(({ commands }) => commands.map(({ opcode }) => [Number(integerValue(opcode)), SCOPES.length] as const));
  expect([least.length, never.length]).toEqual([71, 406]);
  for (const [opcode, from] of [...least, ...never]) {
    const outcomes = await Promise.all(SCOPES.map(async (scope) => codeOf(opcode, scope)));
    expect([opcode, ...outcomes]).toEqual([opcode, ...SCOPES.map((_scope, at) => (at < from ? 'ERR_KERNEL_REFUSED' : undefined))]);
  }
});

test('every command of the header is in the table once, passed or refused with a reason', async () => {
  const { opcodes, refused = [] } = await store.opcodes();
  const all = [...opcodes, ...refused.flatMap(({ commands }) => commands)];
  expect(new Set(all.map(({ name }) => name)).size).toBe(477);
  expect(new Set(all.map(({ opcode }) => integerValue(opcode))).size).toBe(477);
});

test.each([
  ['PORT_QSTATS', 0x23, 'ethtool -S NETDEV'], ['NVM_READ', 0xfffd, 'devlink dev info'], ['NVM_WRITE', 0xfffe, 'devlink dev flash'], ['NVM_GET_VARIABLE', 0xfff1, 'devlink dev param'],
  ['DBG_COREDUMP_LIST', 0xff17, 'ethtool --get-dump'], ['PORT_PHY_CFG', 0x20, 'ethtool -s'],
])('%s is not tried: by name and as bytes it is said why, and what does the same', async (name, opcode, instead) => {
  await using opened = await open();
  const explained = { code: 'ERR_NOT_PASSED', layer: 'policy', exitStatus: 4, command: name, hint: expect.stringContaining(instead) as string };
  await expect(opened.channel.call(name)).rejects.toMatchObject(explained);
  await expect(opened.channel.rpc(raw(opcode), { replyLengthBytes: 64, allow: 'invasive', scope: 'debug-write-full' })).rejects.toMatchObject(explained);
  expect(opened.log).toEqual([]);
});

test('an errno of the driver inside the reply is a failure to deliver, not an answer', async () => {
  await using opened = await open();
  opened.simulated.driverFaults.timeOut = true;
  const failure = { code: 'ERR_DELIVERY', layer: 'system-call', errno: 'EBUSY', exitStatus: 5, command: 'TEMP_MONITOR_QUERY' };
  await expect(opened.channel.objects.read('TEMPERATURES')).rejects.toMatchObject(failure);
  opened.simulated.driverFaults.timeOut = false;
  await expect(opened.channel.objects.read('TEMPERATURES')).resolves.toMatchObject({ fields: { temp: 56, valid: 0 } });
});

test.each([[0xfff0, 'EBUSY'], [0xfff9, 'E2BIG'], [0xfff4, 'ENOMEM'], [0xffed, 'ENODEV'], [0xffea, 'EINVAL']])('0x%x in a reply is %s', async (status, errno) => {
  await using opened = await open();
  opened.simulated.faults.refuse.set(0xe0, status);
  await expect(opened.channel.call('TEMP_MONITOR_QUERY')).rejects.toMatchObject({ code: 'ERR_DELIVERY', errno });
});

test.each([[1, 'FAIL'], [0x10, 'BUSY'], [0x13, 'ENTITY_NOT_PRESENT'], [0xfffe, 'UNKNOWN_ERR'], [0xffff, 'CMD_NOT_SUPPORTED'], [0x77, undefined]])('0x%x in a reply is the firmware\'s %s', async (status, name) => {
  await using opened = await open();
  opened.simulated.faults.refuse.set(0xe0, status);
  await expect(opened.channel.call('TEMP_MONITOR_QUERY')).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', status: BigInt(status), statusName: name });
});

test('a reply of older firmware decodes; what it does not have reads as zero', async () => {
  await using opened = await open('bcm57414-old');
  const { fields, anomalies } = await opened.channel.objects.read('TEMPERATURES');
  expect(fields).toMatchObject({ resp_len: 16, temp: 56, om_temp2: 41, warn_threshold: 0, shutdown_threshold: 0 });
  expect(anomalies).toEqual([]);
  expect((await opened.channel.info()).identity.map(({ name }) => name)).toEqual(['firmware', 'package', 'interface', 'management firmware']);
  await expect(opened.channel.objects.read('FUNC_STATS_EXT')).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', statusName: 'CMD_NOT_SUPPORTED' });
});

test('code words are read unasked, and started only when that is allowed', async () => {
  await using opened = await open('bcm57508');
  const digest = opened.simulated.digest();
  await expect(opened.channel.objects.read('FDR_STATISTICS')).resolves.toMatchObject({ fields: { total_codewords: 0n } });
  expect(opened.simulated.digest()).toBe(digest);
  for (const ops of ['START', 'STOP', 'CLEAR', 0]) await expect(opened.channel.call('PORT_PHY_FDRSTAT', { ops })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  await opened.channel.call('PORT_PHY_FDRSTAT', { ops: 'START' }, { allow: 'configure' });
  expect(opened.simulated.digest()).not.toBe(digest);
});

test('what changes the device is refused unasked, and does it when allowed', async () => {
  await using opened = await open();
  const { opcodes } = await store.opcodes();
  const changing = opcodes.filter(({ effect }) => effect !== 'inspect');
  expect(changing).toHaveLength(18);
  for (const { opcode } of changing) await expect(opened.channel.rpc(raw(Number(integerValue(opcode))), { replyLengthBytes: 16 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  expect(opened.log).toEqual([]);
  await opened.channel.call('NVM_MOD_DIR_ENTRY', { dir_idx: 3, dir_ordinal: 9 }, { allow: 'invasive' });
  await expect(opened.channel.objects.read('NVM_ENTRY', { dir_idx: 3 })).resolves.toMatchObject({ fields: { dir_ordinal: 9 } });
  await opened.channel.call('PORT_PHY_MDIO_WRITE', { phy_addr: 1, reg_addr: 0x10, reg_data: 0xbeef }, { allow: 'invasive' });
  await expect(opened.channel.objects.read('MDIO_REGISTER', { phy_addr: 1, reg_addr: 0x10 })).resolves.toMatchObject({ fields: { reg_data: 0xbeef } });
});

test('a request with a ring of its own waits for an interrupt that does not come', async () => {
  await using opened = await open();
  const request = raw(0xe0);
  request.fill(0, 2, 4);
  const reply = await opened.channel.rpc(request, { replyLengthBytes: 24 });
  expect([...reply.subarray(0, 2), reply[6]]).toEqual([0xf0, 0xff, 24]);
});

test.each([['a request of 129 bytes', raw(0xe0, 129), 24, 'ERR_USAGE'], ['a request of 15 bytes', raw(0xe0).subarray(0, 15), 24, 'ERR_USAGE'], ['room for 7 bytes', raw(0xe0), 7, 'ERR_DELIVERY']])('%s is refused', async (_what, request, replyLengthBytes, code) => {
  await using opened = await open();
  await expect(opened.channel.rpc(request, { replyLengthBytes })).rejects.toMatchObject({ code });
  expect(opened.log).toEqual([]);
});

test('an unknown profile is named, and a function that is plugged in needs its driver', async () => {
  expect(() => simulator.create({ index: 0, profile: 'bcm4' })).toThrow(expect.objectContaining({ code: 'ERR_UNKNOWN_NAME', hint: 'Profiles: bcm57414, bcm57508, bcm57414-old.' }));
  const simulated = simulator.create({ index: 0 });
  simulated.pciDevice();
  await expect(simulated.openTransport()).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT' });
});
