/** How long a call may wait, and what ends the wait early. Every call that waits takes these. */
export interface WaitOptions {
  /** Give up after this many milliseconds (integer, 1 to 3,600,000). */
  readonly timeoutMs?: number;
  /** Give up when this signal aborts. */
  readonly signal?: AbortSignal;
}

/** The limits alone, of options that hold more, in a form that has no undefined members. */
export function waitOf({ timeoutMs, signal }: WaitOptions): WaitOptions {
  return { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(signal === undefined ? {} : { signal }) };
}

const NS_IN_MS = 1e6;
const MS_IN_S = 1000;

/** Milliseconds since some start; never goes back. Not by `performance`, which Node.js loads when it is first asked for: that takes longer than most waits. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * MS_IN_S + nanoseconds / NS_IN_MS;
}

/** What is left of a caller's limits, asked anew for each of several waits. */
export type Remaining = () => WaitOptions;

/** Begins to count: what the limits leave at each call, at least a millisecond. */
export function remainingOf({ timeoutMs, signal }: WaitOptions): Remaining {
  const endMs = timeoutMs === undefined ? undefined : monotonicMs() + timeoutMs;
  return () => waitOf({ ...(endMs === undefined ? {} : { timeoutMs: Math.max(1, Math.ceil(endMs - monotonicMs())) }), ...(signal === undefined ? {} : { signal }) });
}
