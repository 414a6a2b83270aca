import type { DiagnosticSample } from '@auxctl/core';
import { describe, expect, it } from 'vitest';
import { createHistory } from './history.js';

const CLOCK_HZ = 1_000_000;

/** Samples each millisecond of a counter that grows by `perSecond`. */
function samples(from: number, count: number, perSecond: number): DiagnosticSample[] {
  return Array.from({ length: count }, (_, index) => ({ number: from + index, clocks: BigInt((from + index) * 1000), lostBefore: 0, values: [BigInt(Math.round(((from + index) * perSecond) / 1000))] }));
}

describe('a history', () => {
  it('gives rates a second, and nothing for what is not known yet', () => {
    const history = createHistory({ window: 10, clockHz: CLOCK_HZ, isClearing: false });
    history.add(samples(0, 2001, 5000));
    expect(history.end).toBe(2);
    const rates = history.rates(0, 10, 4);
    expect(rates.slice(0, 5).map((rate) => Math.round(rate ?? -1))).toEqual([5000, 5000, 5000, 5000, 5000]);
    expect(rates.slice(5)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('keeps no more of a long run than its window shows', () => {
    const history = createHistory({ window: 2, clockHz: CLOCK_HZ, isClearing: false });
    for (let second = 0; second < 60; second += 1) history.add(samples(second * 1000, 1000, second < 59 ? 100 : 900));
    const rates = history.rates(0, 4, 2).map((rate) => Math.round((rate ?? 0) / 10) * 10);
    expect(rates[0]).toBe(100);
    expect(rates).toHaveLength(4);
  });

  it('adds up counters that start anew in each sample', () => {
    const history = createHistory({ window: 10, clockHz: CLOCK_HZ, isClearing: true });
    history.add(Array.from({ length: 1001 }, (_, number) => ({ number, clocks: BigInt(number * 1000), lostBefore: 0, values: [7n] })));
    expect(history.rates(0, 2, 1).map((rate) => Math.round(rate ?? 0))).toEqual([7000, 7000]);
  });

  it('counts by samples where the clock is not known', () => {
    const history = createHistory({ window: 100, clockHz: null, isClearing: false });
    history.add(samples(0, 51, 1000));
    expect(history.end).toBe(50);
    expect(history.rates(0, 5, 50)).toEqual([1, 1, 1, 1, 1]);
  });

  it('is empty before the first sample', () => {
    const history = createHistory({ window: 1, clockHz: CLOCK_HZ, isClearing: false });
    expect([history.end, history.rates(0, 2, 1)]).toEqual([0, [undefined, undefined]]);
  });
});
