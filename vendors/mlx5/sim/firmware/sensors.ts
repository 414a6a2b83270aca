/** Sensors measure in eighths of a degree Celsius. */
export const EIGHTHS = 8;

/** One temperature sensor, as a profile describes it. Degrees Celsius. */
export interface SensorProfile {
  /** 0 to 63 within the chip, 64 and above within modules. */
  readonly index: number;
  /** At most 8 ASCII characters. */
  readonly name: string;
  readonly meanDegrees: number;
  /** The temperature swings by this much either way. */
  readonly swingDegrees: number;
  readonly periodMs: number;
  readonly highDegrees: number;
  readonly lowDegrees: number;
}

/** What MTMP's `tee` says of events: 0 none, 1 each time, 2 once. */
export type EventMode = 0 | 1 | 2;

/** A sensor whose temperature follows a sine of the clock, so that a reading is known from the time alone. */
export class Sensor {
  readonly profile: SensorProfile;
  /** Does the sensor keep its maximum? */
  keepsMaximum = true;
  #high: number;
  #low: number;
  #eventMode: EventMode = 1;
  readonly #phaseMs: number;
  #heating = 0;
  #maximum = -Infinity;
  #sinceMs = 0;
  #isHot = false;

  /** `index` of the device shifts the phase, so that no two devices read alike. */
  constructor(profile: SensorProfile, index: number) {
    this.profile = profile;
    this.#high = profile.highDegrees * EIGHTHS;
    this.#low = profile.lowDegrees * EIGHTHS;
    this.#phaseMs = ((index * 7 + profile.index) * 9173) % profile.periodMs;
  }

  /** The high threshold, in eighths of a degree. */
  get high(): number {
    return this.#high;
  }

  /** The low threshold, in eighths of a degree. */
  get low(): number {
    return this.#low;
  }

  get eventMode(): EventMode {
    return this.#eventMode;
  }

  /** An event is due above `high`, and again only after a fall below `low`. Both in eighths of a degree. */
  setThresholds(high: number, low: number, eventMode: EventMode): void {
    this.#high = high;
    this.#low = low;
    this.#eventMode = eventMode;
    this.#isHot = false;
  }

  /** The temperature at a time, in eighths of a degree, a signed 16-bit number. */
  read(nowMs: number): number {
    const angle = (2 * Math.PI * (nowMs + this.#phaseMs)) / this.profile.periodMs;
    const degrees = this.profile.meanDegrees + this.#heating + this.profile.swingDegrees * Math.sin(angle);
    return Math.max(-0x8000, Math.min(0x7fff, Math.round(degrees * EIGHTHS)));
  }

  /** The highest temperature since the last reset, in eighths of a degree; 0 when the sensor does not keep it. */
  maximum(nowMs: number): number {
    return this.keepsMaximum ? Math.max(this.#maximum, this.#peakSince(this.#sinceMs, nowMs)) : 0;
  }

  resetMaximum(nowMs: number): void {
    this.#maximum = -Infinity;
    this.#sinceMs = nowMs;
  }

  /** Adds `degrees` to every reading from `nowMs` on. */
  heat(degrees: number, nowMs: number): void {
    this.#maximum = Math.max(this.#maximum, this.#peakSince(this.#sinceMs, nowMs));
    this.#sinceMs = nowMs;
    this.#heating = degrees;
  }

  /** Has the temperature newly risen above the high threshold, so that an event is due? */
  crosses(nowMs: number): boolean {
    const eighths = this.read(nowMs);
    if (eighths < this.#low) this.#isHot = false;
    if (eighths <= this.#high || this.#isHot) return false;
    this.#isHot = true;
    if (this.#eventMode === 0) return false;
    if (this.#eventMode === 2) this.#eventMode = 0;
    return true;
  }

  #peakSince(fromMs: number, toMs: number): number {
    const { periodMs } = this.profile;
    const crest = periodMs / 4 - this.#phaseMs;
    const nextCrest = crest + Math.ceil((fromMs - crest) / periodMs) * periodMs;
    return nextCrest <= toMs ? this.read(nextCrest) : Math.max(this.read(fromMs), this.read(toMs));
  }
}
