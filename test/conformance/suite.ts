import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AuxctlError, findPlugin, openChannel, LayoutStore, present, readingsOf, scanDevices, resolveDevice,
  type CommandLogEntry, type Device, type DeviceChannel, type PluginEntry, type RpcRequest, type SimulatedDevice, type Transport,
} from '@auxctl/core';
import { checkLayoutSet, formatProblem, integerValue, manifestSchema } from '@auxctl/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What the suite needs of a vendor. */
export interface ConformanceFixture {
  readonly entry: PluginEntry;
  /** How many documents of each kind there are at least, so that a sweep that finds none fails. */
  readonly counts: { readonly registers: number; readonly commands: number; readonly capabilities: number; readonly opcodes: number };
  /** A register that can be written, a field of it, and two values for that field. */
  readonly write: { readonly register: string; readonly field: string; readonly values: readonly [string | number, string | number] };
}

/** Runs the suite on real hardware instead of the simulator: the device to use, by any of its names. */
const HARDWARE = process.env['AUXCTL_CONFORMANCE_DEVICE'];

/**
 * What every plugin has to keep. The channel's part runs on the plugin's simulator, or on the device that
 * `AUXCTL_CONFORMANCE_DEVICE` names; there, what would write is skipped.
 */
export function testConformance(fixture: ConformanceFixture): void {
  describe('data', () => testData(fixture));
  describe(HARDWARE === undefined ? 'channel to the simulator' : `channel to ${HARDWARE}`, () => testChannel(fixture));
  describe('channel that goes wrong', () => testFaults(fixture));
}

function testData({ entry, counts }: ConformanceFixture): void {
  const store = new LayoutStore(entry.layoutsPath);

  test('the manifest is valid', () => {
    expect(manifestSchema.safeParse(entry.manifest).error).toBeUndefined();
  });

  test('every layout is valid', () => {
    const files = readdirSync(entry.layoutsPath, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    const documents = new Map(files.map((file) => [file, JSON.parse(readFileSync(join(entry.layoutsPath, file), 'utf8')) as unknown]));
    expect(checkLayoutSet(documents).map(formatProblem)).toEqual([]);
    expect(documents.size).toBeGreaterThanOrEqual(counts.registers + counts.commands + counts.capabilities + 1);
  });

  test('there are as many as stated, or more', async () => {
    const table = await store.opcodes();
    const found = { registers: store.names('register').length, commands: store.names('command').length, capabilities: store.names('capability').length, opcodes: table.opcodes.length };
    for (const kind of ['registers', 'commands', 'capabilities', 'opcodes'] as const) expect(found[kind], kind).toBeGreaterThanOrEqual(counts[kind]);
  });

  test('every command has its row in the table of opcodes, under the same name', async () => {
    const { opcodes } = await store.opcodes();
    for (const command of await store.all('command')) {
      expect(opcodes.filter((row) => integerValue(row.opcode) === integerValue(command.opcode)).map((row) => row.name)).toContain(command.name);
    }
  });

  test('no two registers have one id', async () => {
    const ids = (await store.all('register')).map((register) => integerValue(register.id));
    expect(new Set(ids).size).toBe(ids.length);
  });
}

function testChannel(fixture: ConformanceFixture): void {
  const log: CommandLogEntry[] = [];
  let channel: DeviceChannel;
  const store = new LayoutStore(fixture.entry.layoutsPath);

  beforeAll(async () => {
    channel = HARDWARE === undefined ? await openSimulated(fixture.entry, log) : await openHardware(fixture.entry, HARDWARE);
  });
  afterAll(async () => channel.close());

  test('the device says who it is', async () => {
    const info = await channel.info();
    expect(info.plugin).toBe(fixture.entry.manifest.name);
    expect(info.identity[0]).toMatchObject({ name: 'firmware', value: expect.stringMatching(/\d/) as string });
  });

  test('every register is read, or refused by the firmware with a status', async () => {
    let read = 0;
    for (const register of await store.all('register')) {
      const readings = register.effects.read === undefined ? [] : readingsOf(register, await store.codec('register', register.name));
      for (const index of readings) read += Number(await isAnswered(async () => channel.registers.read(register.name, index)));
    }
    expect(read).toBeGreaterThan(0);
  });

  test('every capability is read, or refused by the firmware with a status', async () => {
    let read = 0;
    for (const name of store.names('capability')) {
      for (const mode of ['current', 'maximum'] as const) read += Number(await isAnswered(async () => channel.capability(name, mode)));
    }
    expect(read).toBeGreaterThan(0);
  });

  test('a name that does not exist sends nothing', async () => {
    const before = log.length;
    await expect(channel.registers.read('NO_SUCH_REGISTER')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME', exitStatus: 2 });
    await expect(channel.call('NO_SUCH_COMMAND')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME', exitStatus: 2 });
    await expect(channel.capability('NO_SUCH_CAPABILITY', 'current')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME', exitStatus: 2 });
    expect(log.length).toBe(before);
  });

  test('a raw request of an opcode that nobody knows is refused, and sends nothing', async () => {
    const before = log.length;
    await expect(channel.rpc(new Uint8Array(64).fill(0xee), { replyLengthBytes: 64 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', exitStatus: 4 });
    expect(log.length).toBe(before);
  });

  test('a snapshot decodes by itself', async () => {
    const { decodeEntry, DumpWriter, loadDump } = await import('@auxctl/core');
    const lines: Uint8Array[] = [];
    await channel.dump(new DumpWriter((text) => { lines.push(Buffer.from(text)); }), { host: { tool: '1.0.0' } });
    const { entries, layouts } = await loadDump(Readable.from(lines));
    const answered = entries.filter((entry) => !('failure' in entry));
    expect(answered.length).toBeGreaterThan(0);
    for (const entry of answered) {
      const { codec, raw } = await decodeEntry(entry, layouts) ?? expect.unreachable();
      expect(Object.keys(present(codec, raw)).length).toBeGreaterThan(0);
    }
  });

  describe.skipIf(HARDWARE !== undefined)('writing (skipped on hardware: AUXCTL_CONFORMANCE_DEVICE is set)', () => {
    const { register, field, values: [first, second] } = fixture.write;

    test('a write that is not allowed sends nothing at all', async () => {
      const before = log.length;
      await expect(channel.registers.prepareWrite(register, { [field]: first })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', exitStatus: 4 });
      expect(log.length).toBe(before);
    });

    test('a write that is allowed changes the field, and only it', async () => {
      for (const value of [first, second]) {
        const prepared = await channel.registers.prepareWrite(register, { [field]: value }, { allow: 'configure' });
        await channel.registers.write(prepared, { allow: 'configure' });
        const { fields } = await channel.registers.read(register);
        expect(fields[field]).toEqual(prepared.after.fields[field]);
      }
    });
  });
}

function testFaults({ entry, write }: ConformanceFixture): void {


  test('a hanging firmware ends a call at its timeout, and another device answers meanwhile', async () => {
    const hanging = await createSimulated(entry, 0, []);
    await using broken = await openChannel(hanging.device, entry, { transport: await hanging.openTransport(), timeoutMs: 50 });
    await using healthy = await openSimulated(entry, [], 1);
    hanging.faults.hang = true;
    const stuck = expect(broken.info()).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT', exitStatus: 6 });
    await expect(healthy.info()).resolves.toMatchObject({ plugin: entry.manifest.name });
    await stuck;
  });

  test('a caller can give up', async () => {
    const hanging = await createSimulated(entry, 0, []);
    await using channel = await openChannel(hanging.device, entry, { transport: await hanging.openTransport() });
    hanging.faults.hang = true;
    const controller = new AbortController();
    const given = expect(channel.info({ signal: controller.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    controller.abort();
    await given;
  });

  test('closing twice is harmless, and a closed channel says so', async () => {
    const channel = await openSimulated(entry, []);
    await channel.close();
    await channel.close();
    await expect(channel.info()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  test(`a reply cut at each byte ends as a reply of the wrong shape`, async () => {
    const name = write.register;
    const simulated = await createSimulated(entry, 0, []);
    const transport = new CuttingTransport(await simulated.openTransport());
    await using channel = await openChannel(simulated.device, entry, { transport });
    const { raw } = await channel.registers.read(name);
    for (transport.lengthBytes = 0; transport.lengthBytes < raw.length; transport.lengthBytes++) {
      await expect(channel.registers.read(name)).rejects.toMatchObject({ code: 'ERR_REPLY', exitStatus: 5 });
    }
  });

  test('a function of another vendor is refused, whatever name led to it', async () => {
    const simulated = await createSimulated(entry, 0, []);
    const stranger = { ...simulated.device, aliases: ['pci:fffe:fffe'] };
    await expect(openChannel(stranger, entry, { transport: await simulated.openTransport() })).rejects.toMatchObject({ code: 'ERR_PLUGIN_MISMATCH', exitStatus: 3 });
  });
}

/** Passes requests on and keeps only the first bytes of the replies. */
class CuttingTransport implements Transport {
  lengthBytes = Number.POSITIVE_INFINITY;
  readonly kind;
  readonly limits;
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
    this.kind = inner.kind;
    this.limits = inner.limits;
  }

  info = async () => this.#inner.info();
  rpc = async (request: RpcRequest) => (await this.#inner.rpc(request)).subarray(0, this.lengthBytes);
  rpcBatch = async (requests: readonly RpcRequest[]) => this.#inner.rpcBatch(requests);
  close = async () => this.#inner.close();

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function isAnswered(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof AuxctlError && error.code === 'ERR_FIRMWARE_STATUS') return false;
    throw error;
  }
}

async function createSimulated(entry: PluginEntry, index: number, log: CommandLogEntry[]): Promise<SimulatedDevice> {
  const { simulator } = await entry.load();
  if (simulator === undefined) throw new TypeError(`plugin ${entry.manifest.name} has no simulator`);
  return (await simulator()).create({ index, onCommand: (command) => log.push(command) });
}

async function openSimulated(entry: PluginEntry, log: CommandLogEntry[], index = 0): Promise<DeviceChannel> {
  const simulated = await createSimulated(entry, index, log);
  return openChannel(simulated.device, entry, { transport: await simulated.openTransport() });
}

async function openHardware(entry: PluginEntry, name: string): Promise<DeviceChannel> {
  const device: Device = resolveDevice(await scanDevices({}), name);
  expect(findPlugin([entry], device)).toBe(entry);
  return openChannel(device, entry, { timeoutMs: 10_000 });
}
