import { join } from 'node:path';
import { AuxctlError, LayoutStore, openChannel, planSampling, type PluginEntry, type RpcRequest, type Transport } from '@auxctl/core';
import { plugin } from '@auxctl/mlx5';
import { manifestSchema } from '@auxctl/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import manifest from '../../vendors/mlx5/manifest.json' with { type: 'json' };

const RUNS = 600;
const MOST_MS = 60_000;
const POLL_STEP_MS = 40;

const layoutsPath = join(import.meta.dirname, '../../vendors/mlx5/layouts');
const entry: PluginEntry = { manifest: manifestSchema.parse(manifest), layoutsPath, load: async () => plugin };
const layouts = new LayoutStore(layoutsPath);

/** What happens to one reply: some of its bytes become others, and it is cut or drawn out. */
interface Mutation {
  readonly bytes: readonly (readonly [place: number, value: number])[];
  readonly lengthBytes: number | undefined;
}

const INTACT: Mutation = { bytes: [], lengthBytes: undefined };
const bytes = fc.array(fc.tuple(fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 4_200 })), fc.nat({ max: 255 })), { minLength: 1, maxLength: 12 });
const mutation = fc.oneof(
  { weight: 6, arbitrary: fc.constant(INTACT) },
  { weight: 3, arbitrary: bytes.map((some): Mutation => ({ bytes: some, lengthBytes: undefined })) },
  { weight: 1, arbitrary: fc.nat({ max: 5_000 }).map((lengthBytes): Mutation => ({ bytes: [], lengthBytes })) },
);

/** A simulated device whose replies are mutated in turn; those for which there is no mutation are as they are. */
function mutating(inner: Transport, mutations: readonly Mutation[]): Transport {
  const queue = [...mutations];
  const rpc = async (request: RpcRequest): Promise<Uint8Array> => {
    const reply = await inner.rpc(request);
    const next = queue.shift();
    if (next === undefined) return reply;
    const mutated = new Uint8Array(next.lengthBytes ?? reply.length);
    mutated.set(reply.subarray(0, mutated.length));
    for (const [place, value] of next.bytes) if (place < mutated.length) mutated[place] = value;
    return mutated;
  };
  return { kind: inner.kind, limits: inner.limits, info: async () => inner.info(), rpc, rpcBatch: async (requests) => inner.rpcBatch(requests), close: async () => inner.close(), [Symbol.asyncDispose]: async () => inner.close() };
}

/** Asks, starts, reads and stops; resolves with how many samples came. What comes must be in order, and no more than a ring holds. */
async function session(mutations: readonly Mutation[]): Promise<number> {
  let nowMs = 0;
  const simulated = (await plugin.simulator?.())?.create({ index: 0, now: () => nowMs });
  if (simulated === undefined) throw new TypeError('no simulator');
  await using channel = await openChannel(simulated.device, entry, { transport: mutating(await simulated.openTransport(), mutations), layouts });
  const capability = await channel.diagnostics.capability();
  await channel.diagnostics.state(capability);
  const parameters = planSampling(capability, { counters: capability.counters.slice(0, 3).map(({ id }) => id), samples: 64 });
  let [count, polls, last, clocks] = [0, 0, -1, -1n];
  for await (const samples of channel.diagnostics.sample(parameters, capability.clockHz, { allow: 'configure', intervalMs: 1, timeoutMs: 500, now: () => nowMs += POLL_STEP_MS })) {
    expect(samples.length).toBeLessThanOrEqual(parameters.samples);
    for (const sample of samples) {
      expect(sample.number).toBe(last + 1 + sample.lostBefore);
      expect(sample.clocks >= clocks).toBe(true);
      expect(sample.values).toHaveLength(parameters.counters.length);
      [last, clocks] = [sample.number, sample.clocks];
    }
    count += samples.length;
    polls += 1;
    if (polls === 4) break;
  }
  return count;
}

test(`${RUNS} sessions of sampling with mutated replies end with samples in order or a documented error`, async () => {
  const codes = new Map<string, number>();
  const tell = (outcome: string): void => { codes.set(outcome, (codes.get(outcome) ?? 0) + 1); };
  const started = performance.now();
  await fc.assert(fc.asyncProperty(fc.array(mutation, { maxLength: 12 }), async (mutations) => {
    try {
      tell(await session(mutations) > 0 ? 'samples' : 'none');
    } catch (error) {
      if (!(error instanceof AuxctlError)) throw error;
      expect(error.code).not.toBe('ERR_INTERNAL');
      tell(error.code);
    }
  }), { numRuns: RUNS });
  expect(performance.now() - started).toBeLessThan(MOST_MS);
  expect([...codes.keys()]).toEqual(expect.arrayContaining(['samples', 'ERR_FIRMWARE_STATUS', 'ERR_REPLY']));
}, 2 * MOST_MS);
