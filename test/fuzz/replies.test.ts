import { AuxctlError, LayoutStore, readingsOf, openChannel, type Channel, type RpcOutcome, type RpcRequest, type Transport } from '@auxctl/core';
import { expect, test } from 'vitest';
import { entry } from './support/mlx5.js';
import { randomSource } from './support/random.js';

const REPLIES = 100_000;
const SEED = 20_261_123;

const names = { auxiliary: [], fwctl: ['fwctl0'], netdev: [], rdma: [], nvme: [], memdev: [] };
const device = { address: '0000:3b:00.0', bus: 'pci', names, aliases: ['pci:15b3:101d'] } as const;

/** A device that answers with anything: cut, too long, random, or with a random status before zeros. */
class HostileTransport implements Transport {
  readonly kind = 'sim';
  readonly limits = { maxRequestBytes: 65_536, maxReplyBytes: 65_536 };
  replies = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  async info() {
    return { deviceType: 1, data: this.#bytes(Math.floor(this.#random() * 12)) };
  }

  async rpc({ replyLengthBytes }: RpcRequest): Promise<Uint8Array> {
    this.replies += 1;
    const shape = Math.floor(this.#random() * 5);
    if (shape === 0) return this.#bytes(Math.floor(this.#random() * (replyLengthBytes + 1)));
    if (shape === 1) return this.#bytes(replyLengthBytes + Math.floor(this.#random() * 64));
    if (shape === 2) return new Uint8Array(Math.floor(this.#random() * 20));
    const reply = this.#bytes(replyLengthBytes);
    if (shape === 3) reply.fill(0, 0, 16);
    else reply[0] = 0;
    return reply;
  }

  async rpcBatch(requests: readonly RpcRequest[]): Promise<RpcOutcome[]> {
    return Promise.all(requests.map(async (request) => ({ ok: true, reply: await this.rpc(request) } as const)));
  }

  async close(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.#random() * 256));
  }
}

type Operation = (channel: Channel) => Promise<unknown>;

async function operationsOf(store: LayoutStore): Promise<Operation[]> {
  const registers = (await store.all('register')).filter(({ effects }) => effects.read === 'inspect');
  const readings = await Promise.all(registers.map(async (register) => {
    const [index] = readingsOf(register, await store.codec('register', register.name));
    return index === undefined ? [] : [async (channel: Channel) => (await channel.registers.read(register.name, index)).anomalies];
  }));
  const commands = (await store.opcodes()).opcodes.filter(({ effect }) => effect === 'inspect').map(({ name }) => name);
  return [
    (channel) => channel.info(),
    ...readings.flat(),
    ...store.names('capability').map((name): Operation => async (channel) => (await channel.capability(name, 'current')).anomalies),
    ...store.names('command').filter((name) => name !== 'ACCESS_REG' && commands.includes(name)).map((name): Operation => async (channel) => (await channel.call(name)).anomalies),
  ];
}

test(`${REPLIES} hostile replies: no exception outside the error classes, no growth of memory`, { timeout: 120_000 }, async () => {
  const random = randomSource(SEED);
  const transport = new HostileTransport(random);
  const channel = await openChannel(device, entry, { transport });
  const store = new LayoutStore(entry.layoutsPath);
  const operations = await operationsOf(store);
  const ends = { decoded: 0, refused: 0 };
  let heapBytes = 0;

  while (transport.replies < REPLIES) {
    const operation = operations[Math.floor(random() * operations.length)];
    try {
      await operation?.(channel);
      ends.decoded += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(AuxctlError);
      expect(error).toMatchObject({ layer: 'firmware', exitStatus: 5 });
      ends.refused += 1;
    }
    if (heapBytes === 0 && transport.replies > REPLIES / 4) heapBytes = settledHeap();
  }
  expect(ends.decoded).toBeGreaterThan(REPLIES / 10);
  expect(ends.refused).toBeGreaterThan(REPLIES / 10);
  expect(settledHeap() - heapBytes).toBeLessThan(16 * 1024 * 1024);
});

function settledHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

test('what is sent is what was checked, whatever the caller does with its memory meanwhile', async () => {
  const transport = new HostileTransport(randomSource(SEED));
  const sent: Uint8Array[] = [];
  transport.rpc = async ({ request }) => {
    sent.push(request);
    return new Uint8Array(16);
  };
  const channel = await openChannel(device, entry, { transport });
  const request = Uint8Array.of(0x01, 0x01, ...new Uint8Array(14));
  const pending = channel.rpc(request, { replyLengthBytes: 16 });
  request[0] = 0x08;
  await pending;
  expect(sent).toEqual([Uint8Array.of(0x01, 0x01, ...new Uint8Array(14))]);
});
