import type { FieldInput, Fields } from '../layout/types.js';
import type { CapabilityMode, CommandCall } from './types.js';

/**
 * When samples are taken: so many and then no more, on and on into a ring, or whenever somebody asks.
 */
export type SamplingMode = 'single' | 'repetitive' | 'on-demand';

/** A counter that a device can sample. */
export interface OfferedCounter {
  readonly id: number;
  /** Can it be started at the same moment as others, and be counted anew in each period? */
  readonly isSynchronizable: boolean;
}

/** What a device can sample, and how. */
export interface DiagnosticCapability<Counter extends OfferedCounter = OfferedCounter> {
  /** Empty where the device has none; ids are unique. */
  readonly counters: readonly Counter[];
  readonly modes: readonly SamplingMode[];
  /** Room of the device's ring: samples times counters. */
  readonly maxRecords: number;
  /** Clocks of the device between two samples, at least and at most; powers of two. */
  readonly minPeriodClocks: number;
  readonly maxPeriodClocks: number;
  /** Clocks a second; absent where the device does not tell. */
  readonly clockHz?: number;
}

/** What is to be sampled. */
export interface SamplingParameters {
  /** In the order in which values are wanted; each once. */
  readonly counters: readonly number[];
  readonly mode: SamplingMode;
  /** Samples that the ring holds, or that are taken in mode `single`: a power of two. */
  readonly samples: number;
  /** A power of two. Without meaning in mode `on-demand`. */
  readonly periodClocks: number;
  /** Start all counters at the same moment. */
  readonly isSynchronized: boolean;
  /** Count anew in each period; only when synchronized. */
  readonly isClearing: boolean;
}

/** What a device has been told. */
export interface SamplingState extends SamplingParameters {
  /** Does it take samples? */
  readonly isArmed: boolean;
}

/** The structure of one record, and the fields of it. */
export interface RecordShape {
  readonly document: string;
  readonly structure: string;
  readonly counterId: string;
  /** Numbers the samples, and wraps. */
  readonly sampleId: string;
  /** In clocks, and wraps. */
  readonly timestamp: string;
  readonly value: string;
  /** The reply's field that holds the list of records. */
  readonly list: string;
}

/** What a plugin may use to ask a device what it can sample. */
export interface DiagnosticQueries {
  readonly call: (command: string, fields: FieldInput) => Promise<Fields>;
  /** A capability's fields; `listElements` is how many elements the list at its end has, where its layout has one. */
  readonly capability: (name: string, mode: CapabilityMode, listElements?: number) => Promise<Fields>;
}

/** A command whose reply ends in a list. */
export interface ListCall extends CommandCall {
  /** How many elements the list has at most. */
  readonly listElements: number;
}

/** How a plugin reaches the diagnostic counters of its devices. The polling, the order of samples and the end of it all are the core's. */
export interface DiagnosticsAccess {
  /** An enum, of a document of structures, that names counters and what they count in. */
  readonly names: { readonly document: string; readonly enum: string };
  readonly record: RecordShape;
  /** What the device can do. A device without diagnostic counters has an empty list of them. */
  capability(queries: DiagnosticQueries): Promise<DiagnosticCapability>;
  /** Asks what the device has been told; there may be `counters` of them. */
  query(counters: number): ListCall;
  state(reply: Fields): SamplingState;
  /** Starts sampling. */
  arm(parameters: SamplingParameters): CommandCall;
  /** Stops sampling and empties the ring. Also sent before each arming. */
  disarm(): CommandCall;
  /** Reads `samples` samples of `counters` counters each, from a position of the ring (0 to its size - 1) on and around its end. */
  read(position: number, samples: number, counters: number): ListCall;
}
