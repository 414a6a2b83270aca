import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OnDemandReader } from './on-demand.js';
import { RingReader } from './ring.js';
import type { DiagnosticRecord, DiagnosticSample } from './types.js';

const COUNTERS = [7, 3, 9];

/** A device that puts a sample into its ring every `clocks` clocks; sample n has the values 10 n, 10 n + 1 and so on. */
class Ring {
  taken = 0;
  nowMs = 0;
  reads = 0;
  readonly #depth: number;
  readonly #firstId: number;
  readonly #clocks: number;

  constructor({ depth = 16, firstId = 1, clocks = 1_000_000 } = {}) {
    this.#depth = depth;
    this.#firstId = firstId;
    this.#clocks = clocks;
  }

  read = async (position: number, samples: number): Promise<DiagnosticRecord[]> => {
    this.reads += 1;
    return Array.from({ length: samples }, (_, index) => this.#at((position + index) % this.#depth)).flat();
  };

  reader(): RingReader {
    return new RingReader({ parameters: { counters: COUNTERS, samples: this.#depth }, sampleIdBits: 16, timestampBits: 32, clockHz: 1e9, read: this.read, now: () => this.nowMs });
  }

  /** Samples, and the time that they take. */
  take(samples: number): void {
    this.taken += samples;
    this.nowMs += (samples * this.#clocks) / 1e6;
  }

  clocksOf(number: number): bigint {
    return BigInt(number + 1) * BigInt(this.#clocks);
  }

  #at(position: number): DiagnosticRecord[] {
    const newest = this.taken - 1;
    const number = newest - ((newest - position) % this.#depth + this.#depth) % this.#depth;
    if (number < 0) return COUNTERS.map(() => ({ counterId: 0, sampleId: 0n, timestamp: 0n, value: 0n }));
    return COUNTERS.map((counterId, place) => ({
      counterId, sampleId: BigInt.asUintN(16, BigInt(number + this.#firstId)), timestamp: BigInt.asUintN(32, this.clocksOf(number)), value: BigInt(10 * number + place),
    }));
  }
}

function numbers(samples: readonly DiagnosticSample[]): number[] {
  return samples.map(({ number }) => number);
}

describe('a ring of samples', () => {
  it('is read in order, with nothing missing and nothing twice, however it is polled', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(1, 4, 64, 4096), fc.constantFrom(0, 1), fc.array(fc.nat({ max: 64 }), { maxLength: 40 }), async (depth, firstId, steps) => {
      const ring = new Ring({ depth, firstId: depth === 1 ? 1 : firstId });
      const reader = ring.reader();
      const seen: DiagnosticSample[] = [];
      for (const step of steps) {
        ring.take(Math.min(step, depth));
        seen.push(...await reader.poll());
      }
      expect(numbers(seen)).toEqual(Array.from({ length: ring.taken }, (_, index) => index));
      expect(seen.every(({ number, lostBefore, clocks, values }) => lostBefore === 0 && clocks === ring.clocksOf(number) && values[2] === BigInt(10 * number + 2))).toBe(true);
      expect(reader.taken).toBe(ring.taken);
    }));
  });

  it('that was overrun gives what is left, and the number of those that are lost', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(4, 64, 1024), fc.array(fc.nat({ max: 4000 }), { minLength: 1, maxLength: 30 }), async (depth, steps) => {
      const ring = new Ring({ depth });
      const reader = ring.reader();
      let read = 0;
      let lost = 0;
      for (const step of steps) {
        ring.take(step);
        const samples = await reader.poll();
        expect(samples.length).toBe(Math.min(step, depth));
        expect(numbers(samples)).toEqual(Array.from({ length: samples.length }, (_, index) => ring.taken - samples.length + index));
        read += samples.length;
        lost += samples.reduce((sum, { lostBefore }) => sum + lostBefore, 0);
      }
      expect(read + lost).toBe(ring.taken);
    }));
  });

  it('follows ids around their end, also when they have gone around during a long pause', async () => {
    const ring = new Ring({ depth: 1024 });
    const reader = ring.reader();
    for (const step of [1000, 65_536, 65_000, 300_000, 10]) {
      ring.take(step);
      const samples = await reader.poll();
      expect(samples.at(-1)).toMatchObject({ number: ring.taken - 1, clocks: ring.clocksOf(ring.taken - 1) });
    }
  });

  it('follows clocks that wrap several times between two samples', async () => {
    const ring = new Ring({ clocks: 10_000_000_000 });
    const reader = ring.reader();
    let first: bigint | undefined;
    for (const step of [1, 1, 3, 1]) {
      ring.take(step);
      for (const { number, clocks } of await reader.poll()) {
        first ??= clocks;
        expect(clocks - first).toBe(ring.clocksOf(number) - ring.clocksOf(0));
      }
    }
  });

  it('whose ids do not begin anew is read from where sampling began', async () => {
    const ring = new Ring({ depth: 16, firstId: 40_007 });
    const reader = ring.reader();
    ring.take(5);
    expect(numbers(await reader.poll())).toEqual([0, 1, 2, 3, 4]);
    ring.take(3);
    expect((await reader.poll()).map(({ number, lostBefore }) => [number, lostBefore])).toEqual([[5, 0], [6, 0], [7, 0]]);
  });

  it('is read in few replies, and in no more than it takes to go around once', async () => {
    const ring = new Ring({ depth: 4096 });
    const reader = ring.reader();
    for (let round = 0; round < 10; round += 1) {
      ring.take(20);
      await reader.poll();
    }
    expect(ring.reads).toBeLessThanOrEqual(12);
    ring.reads = 0;
    ring.take(100_000);
    await reader.poll();
    expect(ring.reads).toBeLessThanOrEqual(Math.ceil(4096 / Math.floor(1024 / COUNTERS.length)) + 1);
  });

  it('of garbage gives samples in order, and never more than it holds', async () => {
    const record = fc.record({ counterId: fc.constantFrom(...COUNTERS, 0, 500), sampleId: fc.bigInt({ min: 0n, max: 0xffffn }), timestamp: fc.bigInt({ min: 0n, max: 0xffff_ffffn }), value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) });
    await fc.assert(fc.asyncProperty(fc.array(fc.array(record, { maxLength: 60 }), { maxLength: 10 }), async (replies) => {
      const queue = [...replies];
      const reader = new RingReader({ parameters: { counters: COUNTERS, samples: 16 }, sampleIdBits: 16, timestampBits: 32, read: async (_position, samples) => (queue.shift() ?? []).slice(0, samples * COUNTERS.length), now: () => 0 });
      let last: DiagnosticSample | undefined;
      for (let poll = 0; poll < 10; poll += 1) {
        const samples = await reader.poll();
        expect(samples.length).toBeLessThanOrEqual(16);
        for (const sample of samples) {
          expect(sample.number).toBe((last?.number ?? -1) + 1 + sample.lostBefore);
          expect(sample.clocks >= (last?.clocks ?? 0n)).toBe(true);
          last = sample;
        }
      }
    }));
  });
});

describe('samples on demand', () => {
  it('are one a poll', async () => {
    const ring = new Ring({ depth: 1, clocks: 3_000_000_000 });
    const reader = new OnDemandReader({ parameters: { counters: COUNTERS, samples: 1 }, timestampBits: 32, clockHz: 1e9, read: ring.read, now: () => ring.nowMs });
    const seen: DiagnosticSample[] = [];
    for (let poll = 0; poll < 4; poll += 1) {
      ring.take(1);
      seen.push(...await reader.poll());
    }
    expect(numbers(seen)).toEqual([0, 1, 2, 3]);
    expect(seen.map(({ clocks }) => clocks)).toEqual([0, 1, 2, 3].map((number) => ring.clocksOf(number)));
  });

  it('that lack a counter are an error', async () => {
    const reader = new OnDemandReader({ parameters: { counters: COUNTERS, samples: 1 }, timestampBits: 32, read: async () => [], now: () => 0 });
    await expect(reader.poll()).rejects.toMatchObject({ code: 'ERR_REPLY' });
  });
});
