import type { Counter, CounterSource } from './counters.js';

/** A counter that the device can sample. */
export interface SampledCounter {
  /** 16 bits. */
  readonly id: number;
  /** Can it start at the same moment as others, and count anew in each period? */
  readonly isSynchronizable: boolean;
  readonly counter: Counter;
}

/** What a device can sample. Times are logarithms of device clocks. */
export interface SamplingProfile {
  readonly counters: readonly SampledCounter[];
  /** Logarithm of the records that the ring holds. */
  readonly logMaxSamples: number;
  readonly logMinPeriod: number;
}

/** What SET_DIAGNOSTIC_PARAMS says. */
export interface SamplingSettings {
  readonly counters: readonly number[];
  readonly logSamples: number;
  readonly logPeriod: number;
  readonly isSingle: boolean;
  readonly isRepetitive: boolean;
  readonly isSynchronized: boolean;
  readonly isClearing: boolean;
  readonly isOnDemand: boolean;
  readonly isEnabled: boolean;
}

/** All counters at one moment. */
export interface TakenSample {
  /** 1 for the first; 16 bits of it are shown. */
  readonly number: number;
  /** The device's clock, all of it. */
  readonly clocks: number;
  readonly values: readonly number[];
}

/** Nothing is sampled. */
export const SAMPLING_OFF: SamplingSettings = {
  counters: [], logSamples: 0, logPeriod: 0, isSingle: false, isRepetitive: false, isSynchronized: false, isClearing: false, isOnDemand: false, isEnabled: false,
};

/** What a sampler needs to know of its device. */
export interface SamplerOptions {
  readonly profile: SamplingProfile;
  readonly clocksPerMs: number;
  /** What counters are computed from, at a moment since power-on. */
  readonly sourceAt: (ms: number) => CounterSource;
}

/**
 * The ring of samples. Nothing runs here: what the device has sampled meanwhile is worked out when somebody looks, from the time that has
 * passed, so that the same clock gives the same samples.
 */
export class Sampler {
  settings: SamplingSettings = SAMPLING_OFF;
  readonly #options: SamplerOptions;
  readonly #ring = new Map<number, TakenSample>();
  #taken = 0;
  #startedMs = 0;
  #lastValues: readonly number[] = [];
  #baseline: readonly number[] = [];

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  get profile(): SamplingProfile {
    return this.#options.profile;
  }

  /** How many samples the ring holds. */
  get depth(): number {
    return 2 ** this.settings.logSamples;
  }

  /** Takes new settings, with an empty ring; the caller has checked them. */
  set(settings: SamplingSettings, nowMs: number): void {
    this.settings = settings;
    this.#ring.clear();
    this.#taken = 0;
    this.#startedMs = nowMs;
    this.#lastValues = [];
    this.#baseline = settings.isClearing ? this.#valuesAt(nowMs) : [];
  }

  /** The sample at a place of the ring (0 to {@link depth} - 1) at a moment; undefined where there is none yet. On demand, it is taken now. */
  at(place: number, nowMs: number): TakenSample | undefined {
    if (this.settings.isOnDemand) this.#take(nowMs);
    else this.#catchUp(nowMs);
    return this.#ring.get(this.settings.isOnDemand ? 0 : place);
  }

  #catchUp(nowMs: number): void {
    const { isEnabled, isSingle, logPeriod } = this.settings;
    if (!isEnabled) return;
    const periodMs = 2 ** logPeriod / this.#options.clocksPerMs;
    const due = Math.floor((nowMs - this.#startedMs) / periodMs);
    const end = isSingle ? Math.min(due, this.depth) : due;
    if (!this.settings.isClearing) this.#taken = Math.max(this.#taken, end - this.depth);
    for (let spare = this.depth; this.#taken < end && spare > 0; spare -= 1) {
      if (this.settings.isClearing) this.#skipTo(end - spare, periodMs);
      this.#take(this.#startedMs + (this.#taken + 1) * periodMs);
    }
  }

  /** Samples that nobody can see any more still are where the next period starts to count. */
  #skipTo(number: number, periodMs: number): void {
    if (number <= this.#taken) return;
    this.#taken = number;
    this.#baseline = this.#valuesAt(this.#startedMs + number * periodMs);
  }

  #take(ms: number): void {
    const values = this.#valuesAt(ms);
    const shown = this.settings.isClearing ? values.map((value, index) => Math.max(0, value - (this.#baseline[index] ?? 0))) : values;
    const place = this.settings.isOnDemand ? 0 : this.#taken % this.depth;
    this.#taken += 1;
    this.#ring.set(place, { number: this.#taken, clocks: Math.round(ms * this.#options.clocksPerMs), values: shown });
    this.#lastValues = values;
    if (this.settings.isClearing) this.#baseline = values;
  }

  /** A moment before the link last changed is not known exactly: then counters stand still rather than go back. */
  #valuesAt(ms: number): readonly number[] {
    const source = this.#options.sourceAt(ms);
    const counters = new Map(this.profile.counters.map(({ id, counter }) => [id, counter]));
    return this.settings.counters.map((id, index) => Math.max(this.#lastValues[index] ?? 0, counters.get(id)?.(source, 0) ?? 0));
  }
}
