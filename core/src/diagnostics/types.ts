import type { OfferedCounter } from '../plugin/diagnostics.js';

/** A counter by the plugin's names. */
export interface DiagnosticCounter extends OfferedCounter {
  /** Absent where the plugin knows only the number. */
  readonly name?: string;
  /** What it counts in. */
  readonly unit?: string;
  readonly description?: string;
}

/** One record of a device's ring. */
export interface DiagnosticRecord {
  readonly counterId: number;
  /** Wraps. */
  readonly sampleId: bigint;
  /** In clocks; wraps. */
  readonly timestamp: bigint;
  readonly value: bigint;
}

/** All counters at one moment. */
export interface DiagnosticSample {
  /** 0 for the first sample after sampling was started; a gap means that samples were lost. */
  readonly number: number;
  /** The device's clock, unwrapped: it never goes back. */
  readonly clocks: bigint;
  /** How many samples the device took between the previous one and this, and overwrote before they were read. */
  readonly lostBefore: number;
  /** In the order of the counters that were asked for. */
  readonly values: readonly bigint[];
}
