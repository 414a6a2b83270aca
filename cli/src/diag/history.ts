import type { DiagnosticSample } from '@auxctl/core';

/** A counter's readings over the last stretch of time, thinned to what a screen can show. */
export interface History {
  add(samples: readonly DiagnosticSample[]): void;
  /** The last time of which something is known, in seconds since the first sample; without a clock, in samples. */
  readonly end: number;
  /** How much a counter grew a second in each of `columns` stretches of the last `window` seconds; undefined where nothing is known. */
  rates(counter: number, columns: number, window: number): readonly (number | undefined)[];
}

interface Point {
  readonly at: number;
  readonly totals: readonly number[];
}

/** More points than any terminal has columns. */
const POINTS_PER_WINDOW = 2048;

/** Keeps `window` seconds (without a clock, samples) of counters that only grow, or with `isClearing` of what they grew by in each sample. */
export function createHistory({ window, clockHz, isClearing }: { readonly window: number; readonly clockHz: number | null; readonly isClearing: boolean }): History {
  const points: Point[] = [];
  let first: bigint | undefined;
  let sums: readonly number[] = [];
  let origin: readonly bigint[] = [];
  const add = ({ number, clocks, values }: DiagnosticSample): void => {
    if (first === undefined) [first, origin] = [clocks, values];
    const at = clockHz === null ? number : Number(clocks - first) / clockHz;
    sums = isClearing ? values.map((value, index) => (sums[index] ?? 0) + Number(value)) : values.map((value, index) => Number(value - (origin[index] ?? 0n)));
    const beforeLast = points.at(-2);
    // The newest point moves on until it is far enough from the one before it to stay.
    if (beforeLast !== undefined && at - beforeLast.at < window / POINTS_PER_WINDOW) points.pop();
    points.push({ at, totals: sums });
    while (points.length > 2 && (points[1]?.at ?? at) < at - window) points.shift();
  };
  return {
    add: (samples) => { samples.forEach(add); },
    get end() { return points.at(-1)?.at ?? 0; },
    rates: (counter, columns, shown) => ratesOf(points, counter, columns, shown),
  };
}

/** The line between two readings tells what a counter stood at in between. */
function ratesOf(points: readonly Point[], counter: number, columns: number, window: number): (number | undefined)[] {
  const [earliest, latest] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const start = Math.max(earliest, latest - window);
  const step = window / columns;
  let next = 0;
  const totalAt = (at: number): number | undefined => {
    if (at < earliest || at > latest) return undefined;
    while (next < points.length - 1 && (points[next]?.at ?? at) < at) next += 1;
    const [before, after] = [points[next - 1] ?? points[next], points[next]];
    if (before === undefined || after === undefined) return undefined;
    const [low, high] = [before.totals[counter] ?? 0, after.totals[counter] ?? 0];
    return after.at === before.at ? high : low + ((high - low) * (at - before.at)) / (after.at - before.at);
  };
  const edges = Array.from({ length: columns + 1 }, (_, index) => totalAt(start + index * step));
  return Array.from({ length: columns }, (_, index) => {
    const [from, to] = [edges[index], edges[index + 1]];
    return from === undefined || to === undefined ? undefined : (to - from) / step;
  });
}
