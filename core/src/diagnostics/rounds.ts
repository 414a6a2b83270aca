import type { DiagnosticRecord } from './types.js';

/** The records of one sample. */
export interface Round {
  readonly sampleId: bigint;
  readonly timestamp: bigint;
  /** In the order of the counters. */
  readonly values: readonly bigint[];
  /** How many samples stand before it in the reply. */
  readonly index: number;
}

/**
 * Puts the records of a reply together to samples, in the order in which each begins. Records of other counters, such as places of the ring
 * that were never filled, are passed over, and so is a sample that lacks a counter: the device is about to write or to overwrite it.
 */
export function groupRounds(records: readonly DiagnosticRecord[], counters: readonly number[]): Round[] {
  const places = new Map(counters.map((id, place) => [id, place]));
  const begun = new Map<bigint, { readonly first: DiagnosticRecord; readonly index: number; readonly values: (bigint | undefined)[] }>();
  for (const [index, record] of records.entries()) {
    const place = places.get(record.counterId);
    if (place === undefined) continue;
    const round = begun.get(record.sampleId) ?? { first: record, index: Math.floor(index / counters.length), values: counters.map(() => undefined) };
    begun.set(record.sampleId, round);
    round.values[place] = record.value;
  }
  return [...begun.values()].flatMap(({ first: { sampleId, timestamp }, index, values }) => (isComplete(values) ? [{ sampleId, timestamp, values, index }] : []));
}

function isComplete(values: readonly (bigint | undefined)[]): values is readonly bigint[] {
  return !values.includes(undefined);
}
