import type { DiagnosticSample } from '@auxctl/core';
import type { DiagEndDocument, DiagStartDocument } from '../schemas/diagnostics.js';

/** What all that is shown of one sampling shares. */
export type SamplingRun = DiagStartDocument;

/** Where samples go. Starting and taking resolve with false when nobody takes them any more. */
export interface SampleSink extends Disposable {
  start(): Promise<boolean>;
  take(samples: readonly DiagnosticSample[]): Promise<boolean>;
  /** Once sampling has been stopped. */
  end(end: DiagEndDocument): Promise<void>;
}

/** Writes a chunk; resolves with false when nobody reads any more. */
export type Write = (chunk: string | Uint8Array) => Promise<boolean>;

/** Seconds since the first sample, where the device tells how fast its clock is. */
export function secondsSince(first: bigint, clocks: bigint, clockHz: number | null): number | null {
  return clockHz === null ? null : Number(clocks - first) / clockHz;
}
