import type { Port } from './port.js';
import { trafficAfter, type Traffic } from './traffic.js';

/** What the counters of a port are computed from, at one moment. Every member except `port` only ever grows while the link is up. */
export interface CounterSource {
  readonly port: Port;
  readonly uptimeMs: number;
  /** How long the link has been up, in all and since it last came up. */
  readonly carriedMs: number;
  readonly upForMs: number;
  readonly traffic: Traffic;
  /** How many commands the firmware has refused since power-on. */
  readonly refusedCommands: number;
  /** How many times `periodMs` of link time have passed: a counter of rare events. */
  every(periodMs: number): number;
}

/** The source at `nowMs` for device number `deviceIndex`. */
export function counterSource(port: Port, nowMs: number, deviceIndex: number, refusedCommands: number): CounterSource {
  const carriedMs = port.carriedMs(nowMs);
  return {
    port, carriedMs, refusedCommands,
    uptimeMs: nowMs,
    upForMs: port.upForMs(nowMs),
    traffic: trafficAfter(carriedMs, deviceIndex),
    every: (periodMs) => Math.floor(carriedMs / periodMs),
  };
}

/** One counter of a group; `index` is the priority or traffic class. */
export type Counter = (source: CounterSource, index: number) => number;

/** Remembers what counters stood at when they were cleared, one list for each group that ever was. */
export class CounterBaselines {
  readonly #values = new Map<string, readonly number[]>();

  /** What each group that has been cleared counts from. */
  get all(): ReadonlyMap<string, readonly number[]> {
    return this.#values;
  }

  /** The counters of the group `key`, counted from the last clearing. */
  since(key: string, values: readonly number[]): number[] {
    const baseline = this.#values.get(key);
    return values.map((value, position) => Math.max(0, value - (baseline?.[position] ?? 0)));
  }

  clear(key: string, values: readonly number[]): void {
    this.#values.set(key, values);
  }
}
