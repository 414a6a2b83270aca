import { AuxctlError, LayoutStore, openChannel, type Channel, type RpcOutcome, type RpcRequest, type Transport } from '@auxctl/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { simulator } from '../../vendors/mlx5/sim/index.js';
import { entry } from './support/mlx5.js';
import { randomSource } from './support/random.js';

const MUTATED_REPLIES = 100_000;
const SEED = 20_261_124;
/** The longest walk that is followed, and a little. */
const MOST_REQUESTS = 4_200;
const HEADER_BYTES = 16;

const layouts = new LayoutStore(entry.layoutsPath, { isTrusted: true });

/** Changes a register's reply; `register` is its number. */
type Mutate = (register: number, reply: Uint8Array) => Uint8Array;

/** A device whose replies are changed on the way. */
class MutatingTransport implements Transport {
  readonly kind = 'sim';
  readonly limits;
  requests = 0;
  readonly #inner: Transport;
  readonly #mutate: Mutate;

  constructor(inner: Transport, mutate: Mutate) {
    this.#inner = inner;
    this.limits = inner.limits;
    this.#mutate = mutate;
  }

  info = async () => this.#inner.info();

  async rpc(request: RpcRequest): Promise<Uint8Array> {
    this.requests += 1;
    const reply = await this.#inner.rpc(request);
    return this.#mutate((request.request[10] ?? 0) * 256 + (request.request[11] ?? 0), reply);
  }

  async rpcBatch(requests: readonly RpcRequest[]): Promise<RpcOutcome[]> {
    return Promise.all(requests.map(async (request) => ({ ok: true, reply: await this.rpc(request) } as const)));
  }

  close = async () => this.#inner.close();
  [Symbol.asyncDispose] = async () => this.#inner.close();
}

async function open(mutate: Mutate): Promise<{ channel: Channel; transport: MutatingTransport }> {
  const simulated = simulator.create({ index: 0 });
  const transport = new MutatingTransport(await simulated.openTransport(), mutate);
  return { transport, channel: await openChannel(simulated.device, entry, { transport, layouts }) };
}

const configure = { allow: 'configure' } as const;
const operations: readonly ((channel: Channel) => Promise<unknown>)[] = [
  async (channel) => (await channel.nvconfig()).query(),
  async (channel) => (await channel.nvconfig()).query(['NUM_OF_VFS', 'CQE_COMPRESSION']),
  async (channel) => (await channel.nvconfig()).items('next'),
  async (channel) => (await channel.nvconfig()).prepare({ type: 'set', values: { NUM_OF_VFS: '3', PF_TOTAL_SF: '4' } }, configure),
  async (channel) => (await channel.nvconfig()).prepare({ type: 'reset', names: [] }, configure),
  async (channel) => (await channel.firmware()).components(),
  async (channel) => (await channel.firmware()).resets(),
];

test(`${MUTATED_REPLIES} mutated items, walks and component tables: only documented errors, bounded requests, no growth of memory`, { timeout: 180_000 }, async () => {
  const random = randomSource(SEED);
  const pick = (most: number): number => Math.floor(random() * most);
  let replies = 0;
  const { channel, transport } = await open((_register, reply) => {
    replies += 1;
    const mutated = reply.slice(0, pick(8) === 0 ? pick(reply.length + 1) : reply.length);
    for (let count = pick(4); count > 0; count--) {
      const at = HEADER_BYTES + pick(Math.max(1, Math.min(mutated.length, 64) - HEADER_BYTES));
      if (at < mutated.length) mutated[at] = pick(256);
    }
    return mutated;
  });
  const ends = { answered: 0, refused: 0 };
  let heapBytes = 0;
  while (replies < MUTATED_REPLIES) {
    const before = transport.requests;
    try {
      await operations[pick(operations.length)]?.(channel);
      ends.answered += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(AuxctlError);
      expect(['ERR_REPLY', 'ERR_FIRMWARE_STATUS', 'ERR_UNSUPPORTED', 'ERR_FIELD_VALUE']).toContain((error as AuxctlError).code);
      ends.refused += 1;
    }
    expect(transport.requests - before).toBeLessThan(MOST_REQUESTS);
    if (heapBytes === 0 && replies > MUTATED_REPLIES / 4) heapBytes = settledHeap();
  }
  expect(ends.answered).toBeGreaterThan(100);
  expect(ends.refused).toBeGreaterThan(100);
  expect(settledHeap() - heapBytes).toBeLessThan(16 * 1024 * 1024);
});

function settledHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

describe('a device that', () => {
  const MNVDA = 0x9024;
  const MNVGN = 0x9035;
  const MCQS = 0x9060;
  let step = 0;
  beforeAll(() => { step = 0; });

  /** Writes bytes into one register's replies. */
  const writing = (wanted: number, offsetBytes: number, bytes: () => readonly number[]): Mutate => (register, reply) => {
    if (register === wanted) reply.set(bytes(), HEADER_BYTES + offsetBytes);
    return reply;
  };

  test('walks in a circle is stopped where it comes back', async () => {
    const { channel, transport } = await open(writing(MNVGN, 0, () => [0, 0, 0, 3]));
    await expect((await channel.nvconfig()).items('next')).rejects.toMatchObject({ code: 'ERR_REPLY', message: expect.stringContaining('comes back') as string });
    expect(transport.requests).toBe(2);
  });

  test('walks for ever is stopped', async () => {
    const { channel, transport } = await open((register, reply) => {
      step += 1;
      return register === MNVGN ? Uint8Array.of(0, ...reply.subarray(1, HEADER_BYTES), 0, 0, step >> 8, step % 256, ...reply.subarray(HEADER_BYTES + 4)) : reply;
    });
    await expect((await channel.nvconfig()).items('next')).rejects.toMatchObject({ code: 'ERR_REPLY', message: expect.stringContaining('does not end') as string });
    expect(transport.requests).toBeLessThan(MOST_REQUESTS);
  });

  test('has an item that does not fit its register is told so', async () => {
    const { channel } = await open(writing(MNVGN, 0x12, () => [1, 0xff]));
    await expect((await channel.nvconfig()).items('next')).rejects.toMatchObject({ code: 'ERR_REPLY', message: expect.stringContaining('511 bytes') as string });
  });

  test('gives another item than it was asked for is not believed', async () => {
    const { channel } = await open(writing(MNVDA, 0x4, () => [0, 0, 0, 0x42]));
    const { readings } = await (await channel.nvconfig()).query(['NUM_OF_VFS']);
    expect(readings).toMatchObject([{ isSupported: false, problem: expect.stringContaining('gave 0x42') as string }]);
    await expect((await channel.nvconfig()).prepare({ type: 'set', values: { NUM_OF_VFS: '1' } }, configure)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });

  test('has an item shorter than its layout shows the parameters that it reaches, and keeps its length when it is written', async () => {
    const { channel } = await open(writing(MNVDA, 0x2, () => [0, 6]));
    const { readings } = await (await channel.nvconfig()).query(['SRIOV_EN', 'NUM_OF_VFS']);
    expect(readings.map(({ name, isSupported }) => [name, isSupported])).toEqual([['SRIOV_EN', true], ['NUM_OF_VFS', false]]);
    const { items } = await (await channel.nvconfig()).prepare({ type: 'set', values: { SRIOV_EN: '1' } }, configure);
    expect(items[0]?.after?.data).toHaveLength(6);
  });

  test('never says which component is the last is not asked for ever', async () => {
    const { channel, transport } = await open((register, reply) => (register === MCQS ? Uint8Array.of(...new Uint8Array(reply.length)) : reply));
    await expect((await channel.firmware()).components()).rejects.toMatchObject({ code: 'ERR_REPLY', message: expect.stringContaining('does not end') as string });
    expect(transport.requests).toBe(256);
  });
});
