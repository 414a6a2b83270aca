import { join } from 'node:path';
import fc from 'fast-check';
import { AuxctlError, InProcessConfigSpace, LayoutStore, type ConfigSequence, type ConfigSequenceResult, type ConfigSpaceAccess, type PciCapability, type PciDevice, type Transport } from '@auxctl/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { simulator, type SimulatedConnectx } from '../../sim/index.js';
import { openVsc } from './vsc.js';

const layouts = new LayoutStore(join(import.meta.dirname, '../../layouts'));
const DEVICE = '0000:3b:00.0';
const OWNER = 4711;
const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

/** The command that reads a register. */
function request(id: number, dataBytes: number, isWrite = false): Uint8Array {
  const bytes = new Uint8Array(16 + dataBytes);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x805);
  view.setUint16(6, isWrite ? 0 : 1);
  view.setUint16(10, id);
  return bytes;
}

/** A simulated device, whose clock stands still, with its gateway as other software sees it, and what it holds. */
class Bystander {
  readonly simulated: SimulatedConnectx = simulator.create({ index: 0, now: () => 5000 });
  readonly #config = this.simulated.openConfigSpace();
  static readonly BASE = 0x98;

  async word(offset: number): Promise<number> {
    return Buffer.from(await this.#config.read(Bystander.BASE + offset, 4)).readUInt32LE();
  }

  async put(offset: number, value: number): Promise<void> {
    await this.#config.sequence({ words: Uint32Array.of(value), steps: [{ type: 'write', offsetBytes: Bystander.BASE + offset, word: 0 }] });
  }

  async owner(): Promise<number> {
    await this.put(0x4, 0xa);
    await this.put(0x10, 0);
    return this.word(0x14);
  }

  async setOwner(value: number): Promise<void> {
    await this.put(0x4, 0xa);
    await this.put(0x14, value);
    await this.put(0x10, 0x8000_0000);
  }

  /** Semaphore of the gateway, and of the mailbox. */
  async held(): Promise<[number, number]> {
    return [await this.word(0xc), await this.owner()];
  }

  async open(config: ConfigSpaceAccess = this.simulated.openConfigSpace(), timeoutMs = 2000): Promise<Transport> {
    return openVsc({ device: DEVICE, layouts, configSpace: async () => config, wait: { timeoutMs }, owner: OWNER });
  }
}

const read = (id = 0x9020, bytes = 160) => ({ request: request(id, bytes), replyLengthBytes: 16 + bytes, scope: 'debug-read-only' as const });

let bystander: Bystander;
beforeEach(() => {
  bystander = new Bystander();
});

describe('the gateway as a transport', () => {
  it('reads every register with the bytes that a command gives', async () => {
    await using direct = await bystander.simulated.openTransport();
    await using gateway = await bystander.open();
    let compared = 0;
    for (const { id, name } of await layouts.all('register')) {
      const { sizeBytes } = await layouts.codec('register', name);
      const ask = read(Number(id), sizeBytes);
      const [wanted, got] = [await direct.rpc(ask), await gateway.rpc(ask)];
      const isDone = wanted[0] === 0;
      expect(got[0] === 0, name).toBe(isDone);
      if (isDone) expect(Buffer.from(got).toString('hex'), name).toBe(Buffer.from(wanted).toString('hex'));
      compared += isDone ? 1 : 0;
    }
    expect(compared).toBeGreaterThan(10);
    expect(await bystander.held()).toEqual([0, 0]);
  });

  it('writes', async () => {
    await using gateway = await bystander.open();
    const write = request(0x6001, 64, true);
    write.fill(0x41, 16);
    expect((await gateway.rpc({ request: write, replyLengthBytes: 80, scope: 'configuration' }))[0]).toBe(0);
    expect(Buffer.from(await gateway.rpc(read(0x6001, 64))).toString('latin1', 16)).toBe('A'.repeat(64));
  });

  it.each([
    ['an unknown register', 0xabcd, 8, 3], ['too little data', 0x9020, 8, 0x50], ['a register that cannot be written', 0x9020, 160, 3],
  ])('passes a refusal on as the command would have it: %s', async (_what, id, bytes, status) => {
    await using gateway = await bystander.open();
    const reply = await gateway.rpc({ ...read(id, bytes), ...(status === 3 && bytes === 160 ? { request: request(id, bytes, true) } : {}) });
    expect([reply[0], Buffer.from(reply).readUInt32BE(4) > 0]).toEqual([status, true]);
    expect(await bystander.held()).toEqual([0, 0]);
  });

  it('tells its limits, and cuts the reply to the room given', async () => {
    await using gateway = await bystander.open();
    expect(gateway.limits).toEqual({ maxRequestBytes: 828, maxReplyBytes: 828 });
    expect(await gateway.rpc({ ...read(), replyLengthBytes: 20 })).toHaveLength(20);
    await expect(gateway.rpc(read(0x9020, 1024))).rejects.toEqual(code('ERR_USAGE'));
  });

  it('refuses every other command, and what is none', async () => {
    await using gateway = await bystander.open();
    const other = request(0x9020, 160);
    other[1] = 0x06;
    for (const bytes of [other, new Uint8Array(16), new Uint8Array(3)]) {
      expect(() => gateway.requireCarried?.(bytes)).toThrow(expect.objectContaining({ code: 'ERR_NOT_CARRIED', exitStatus: 4 }) as Error);
      await expect(gateway.rpc({ ...read(), request: bytes })).rejects.toEqual(code('ERR_NOT_CARRIED'));
    }
    expect(await gateway.rpcBatch([read(), { ...read(), request: other }, read()])).toMatchObject([{ ok: true }, { ok: false, error: code('ERR_NOT_CARRIED') }, { ok: true }]);
  });

  it('serves several channels to one device in turn', async () => {
    await using one = await bystander.open();
    await using other = await bystander.open();
    const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).rpc(read())));
    expect(replies.every((reply) => reply[0] === 0)).toBe(true);
    expect(await bystander.held()).toEqual([0, 0]);
  });
});

describe('while somebody else uses it', () => {
  it('waits for the gateway and never takes it away', async () => {
    await using gateway = await bystander.open();
    await bystander.put(0xc, 0x7777);
    const reply = gateway.rpc(read(), { timeoutMs: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await bystander.word(0xc)).toBe(0x7777);
    await bystander.put(0xc, 0);
    expect((await reply)[0]).toBe(0);
  });

  it('gives up in time, and says who holds it', async () => {
    await using gateway = await bystander.open();
    await bystander.put(0xc, 0x7777);
    await expect(gateway.rpc(read(), { timeoutMs: 30 })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT', message: `another program holds the gateway of ${DEVICE} with ticket 30583` });
    expect(await bystander.word(0xc)).toBe(0x7777);
    await bystander.put(0xc, 0);
  }, 10_000);

  it.each([[process.pid, /held by process \d+ \(/], [0x7fff_fff0, /which does not run on this system/]])('waits for the mailbox that process %i holds', async (pid, message) => {
    await using gateway = await bystander.open();
    await bystander.setOwner(pid);
    await expect(gateway.rpc(read(), { timeoutMs: 30 })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT', message: expect.stringMatching(message) as string });
    expect(await bystander.held()).toEqual([0, pid]);
    await bystander.setOwner(0);
    expect((await gateway.rpc(read()))[0]).toBe(0);
  });
});

describe('whatever goes wrong, both semaphores are free afterwards', () => {
  it('when the firmware does not answer', async () => {
    await using gateway = await bystander.open();
    bystander.simulated.faults.hang = true;
    await expect(gateway.rpc(read(), { timeoutMs: 30 })).rejects.toEqual(code('ERR_TRANSPORT_TIMEOUT'));
    expect(await bystander.held()).toEqual([0, 0]);
    bystander.simulated.faults.hang = false;
    expect((await gateway.rpc(read()))[0]).toBe(0);
  });

  it('when the caller gives up', async () => {
    await using gateway = await bystander.open();
    bystander.simulated.faults.hang = true;
    await expect(gateway.rpc(read(), { signal: AbortSignal.timeout(20) })).rejects.toEqual(code('ERR_ABORTED'));
    expect(await bystander.held()).toEqual([0, 0]);
  });

  it('when the channel is closed meanwhile', async () => {
    const gateway = await bystander.open();
    bystander.simulated.faults.hang = true;
    const reply = expect(gateway.rpc(read())).rejects.toEqual(code('ERR_CLOSED'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    await gateway.close();
    await reply;
    expect(await bystander.held()).toEqual([0, 0]);
    await gateway.close();
    await expect(gateway.rpc(read())).rejects.toEqual(code('ERR_CLOSED'));
  });

  it('when the program dies, at any point', async () => {
    let deaths = 0;
    for (let at = 0; ; at += 1) {
      const config = new Mortal(bystander.simulated.openConfigSpace(), at);
      const outcome = await bystander.open(config).then((gateway) => gateway.rpc(read())).then(() => 'done', (error: unknown) => error);
      expect(await bystander.held(), `death at call ${at}`).toEqual([0, 0]);
      if (!config.isDead) break;
      // Who dies while giving the mailbox back has his answer already.
      if (outcome !== 'done') expect(outcome).toEqual(code('ERR_CLOSED'));
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(8);
  });
});

describe('it does not begin', () => {
  it('where there is no gateway', async () => {
    const minimal = simulator.create({ index: 0, profile: 'minimal' });
    await expect(bystander.open(minimal.openConfigSpace())).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT', exitStatus: 3 });
  });

  it.each<[string, Registers, string]>([
    ['the firmware is in recovery', { 0: () => 0x0218_0000 }, 'ERR_NO_TRANSPORT'],
    ['the gateway supports no space', { 4: () => 2 }, 'ERR_PROTOCOL'],
    ['the counter gives no ticket', { 8: () => 0 }, 'ERR_PROTOCOL'],
    ['the semaphore forgets', { 0xc: () => 0 }, 'ERR_TRANSPORT_TIMEOUT'],
    ['the chip is not known', { 0x14: () => 0x999 }, 'ERR_NO_TRANSPORT'],
    ['the flag never changes', { 0x10: (written) => written }, 'ERR_PROTOCOL'],
    ['every access fails', { 0x10: () => 0xc000_0000 }, 'ERR_PROTOCOL'],
    ['the mailbox is absurdly large', { 0x14: (_written, space) => (space === 3 ? 0x7fff_fffc : 0x212) }, 'ERR_PROTOCOL'],
    ['the mailbox is too small for anything', { 0x14: (_written, space) => (space === 3 ? 20 : 0x212) }, 'ERR_PROTOCOL'],
  ])('when %s', async (_what, registers, wanted) => {
    await expect(bystander.open(hostile(registers), 100)).rejects.toEqual(code(wanted));
  });

  it('when the function reads as all ones', async () => {
    await expect(bystander.open(hostile({}, 0xffff))).rejects.toEqual(code('ERR_DEVICE_GONE'));
  });

  it('when the system shows only the first bytes', async () => {
    const whole = bystander.simulated.openConfigSpace();
    const shown: ConfigSpaceAccess = Object.assign(Object.create(whole) as ConfigSpaceAccess, { close: async () => whole.close(), read: async (offset: number, length: number) => whole.read(offset, Math.max(0, Math.min(length, 64 - offset))) });
    await expect(bystander.open(shown)).rejects.toMatchObject({ code: 'ERR_PERMISSION', exitStatus: 4 });
  });
});

it('a device that answers anything at all is met with documented errors, in bounded time', async () => {
  const word = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 0xffff_ffff, 0x8000_0000, 0xc000_0000, 0x2000_0002, 0x2000_0003, 0x2000_000a, 0x212, 0x340));
  await fc.assert(fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 40 }), fc.array(fc.constantFrom(0, 4, 8, 0xc, 0x10, 0x14), { maxLength: 4 }), async (answers, lying) => {
    let at = 0;
    const lie = (): number => answers[at++ % answers.length] ?? 0;
    const registers = Object.fromEntries(lying.map((offset) => [offset, lie]));
    const outcome = await bystander.open(hostile(registers), 20)
      .then(async (gateway) => gateway.rpc(read(), { timeoutMs: 20 }).finally(async () => gateway.close()))
      .catch((error: unknown) => error);
    expect(outcome instanceof Uint8Array || outcome instanceof AuxctlError, String(outcome)).toBe(true);
    if (outcome instanceof AuxctlError) expect(outcome.code).not.toBe('ERR_INTERNAL');
  }), { numRuns: 150, endOnFailure: true });
}, 60_000);

/** Ends as a program does that is killed: at its n-th call, which is carried out, nothing follows but its last will. */
class Mortal implements ConfigSpaceAccess {
  isDead = false;
  readonly #config: InProcessConfigSpace;
  #left: number;

  constructor(config: ConfigSpaceAccess, left: number) {
    if (!(config instanceof InProcessConfigSpace)) throw new TypeError('not in this process');
    this.#config = config;
    this.#left = left;
  }

  read = async (offset: number, length: number): Promise<Uint8Array> => this.#live(await this.#config.read(offset, length));
  sequence = async (sequence: ConfigSequence): Promise<ConfigSequenceResult> => this.#live(await this.#config.sequence(sequence));
  setLastWill = async (sequence: ConfigSequence | undefined): Promise<void> => {
    await this.#config.setLastWill(sequence);
    await this.#live(undefined);
  };
  close = async (): Promise<void> => this.#config.close();
  [Symbol.asyncDispose] = async (): Promise<void> => this.#config.close();

  async #live<T>(result: T): Promise<T> {
    if (this.#left-- > 0) return result;
    this.isDead = true;
    this.#config.die();
    return this.#config.read(0, 0).then(() => result);
  }
}

/** What a register of a hostile gateway gives, from what was last written to it and the space that is selected. */
type Registers = Readonly<Record<number, (written: number, space: number) => number>>;

/** A device whose gateway behaves except for the registers given. */
function hostile(registers: Registers, vendorId = 0x15b3): ConfigSpaceAccess {
  const real = simulator.create({ index: 0 }).pciDevice();
  const [gateway] = real.capabilities ?? [];
  const written = new Map<number, number>();
  const capability: PciCapability = {
    id: 9, lengthBytes: 0x18,
    read: (offset) => (registers[offset]?.(written.get(offset) ?? 0, (written.get(4) ?? 0) % 0x10000) ?? gateway?.read(offset) ?? 0) >>> 0,
    write: (offset, value, mask) => {
      written.set(offset, value);
      gateway?.write(offset, value, mask);
    },
  };
  const identity = { ...real.identity, vendorId, deviceId: vendorId === 0xffff ? 0xffff : real.identity.deviceId };
  const device: PciDevice = { identity, regions: [], capabilities: [capability], attach: () => undefined, reset: () => undefined };
  return new InProcessConfigSpace(device, DEVICE);
}
