import { UsageError } from '../errors/classes.js';
import type { DiagnosticCapability, SamplingMode, SamplingParameters } from '../plugin/diagnostics.js';
import type { DiagnosticCounter } from './types.js';

/** What somebody wants sampled; what is left out is chosen. */
export interface SamplingRequest {
  /** Ids; each once, at least one. */
  readonly counters: readonly number[];
  readonly mode?: SamplingMode | undefined;
  /** Taken up to the next power of two. */
  readonly samples?: number | undefined;
  /** Taken up to the next power of two. */
  readonly periodClocks?: number | undefined;
  readonly isSynchronized?: boolean;
  readonly isClearing?: boolean;
}

/** More samples in a ring could not be told apart by ids of 16 bits. */
const MOST_SAMPLES = 2 ** 14;
const USUAL_MOST_SAMPLES = 2 ** 12;
const USUAL_PERIODS_PER_SECOND = 100;

/**
 * Makes the parameters of a request, and holds them against what the device can do. Throws `ERR_UNKNOWN_NAME` for a counter that it does
 * not have, `ERR_USAGE` for what it cannot do, with the limit.
 */
export function planSampling(capability: DiagnosticCapability<DiagnosticCounter>, request: SamplingRequest): SamplingParameters {
  const counters = requireCounters(capability, request.counters);
  const mode = request.mode ?? (capability.modes.includes('repetitive') ? 'repetitive' : 'on-demand');
  if (!capability.modes.includes(mode)) throw new UsageError('ERR_USAGE', `the device does not sample in mode ${mode}`, { hint: `It has ${capability.modes.join(', ')}.` });
  const { isSynchronized = false, isClearing = false } = request;
  requireFlags(capability, { counters, mode, isSynchronized, isClearing });
  return { counters, mode, isSynchronized, isClearing, samples: samplesOf(capability, mode, request), periodClocks: periodOf(capability, request) };
}

function requireCounters({ counters: offered }: DiagnosticCapability, ids: readonly number[]): readonly number[] {
  if (offered.length === 0) throw new UsageError('ERR_USAGE', 'the device has no diagnostic counters');
  const unknown = ids.find((id) => !offered.some((counter) => counter.id === id));
  if (unknown !== undefined) throw new UsageError('ERR_UNKNOWN_NAME', `the device has no diagnostic counter 0x${unknown.toString(16)}`);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new UsageError('ERR_USAGE', `counter 0x${twice.toString(16)} is named twice`);
  if (ids.length === 0) throw new UsageError('ERR_USAGE', 'no counter is named');
  return ids;
}

function requireFlags({ counters: offered }: DiagnosticCapability<DiagnosticCounter>, { counters, mode, isSynchronized, isClearing }: Pick<SamplingParameters, 'counters' | 'mode' | 'isSynchronized' | 'isClearing'>): void {
  if (isClearing && !isSynchronized) throw new UsageError('ERR_USAGE', 'counters that start anew in each period must be synchronized');
  if (isSynchronized && mode === 'on-demand') throw new UsageError('ERR_USAGE', 'counters that are sampled on demand cannot be synchronized');
  const single = isSynchronized ? offered.find(({ id, isSynchronizable }) => counters.includes(id) && !isSynchronizable) : undefined;
  if (single !== undefined) throw new UsageError('ERR_USAGE', `counter ${single.name ?? `0x${single.id.toString(16)}`} cannot be synchronized`);
}

function samplesOf({ maxRecords }: DiagnosticCapability, mode: SamplingMode, { counters, samples }: SamplingRequest): number {
  if (mode === 'on-demand') return 1;
  const most = Math.min(MOST_SAMPLES, powerOfTwo('floor', maxRecords / counters.length));
  if (most < 1) throw new UsageError('ERR_USAGE', `the device keeps ${maxRecords} records, which is not one sample of ${counters.length} counters`);
  const wanted = powerOfTwo('ceil', samples ?? Math.min(most, USUAL_MOST_SAMPLES));
  if (wanted <= most) return wanted;
  throw new UsageError('ERR_USAGE', `${wanted} samples of ${counters.length} counters are more than the device can keep`, { hint: `It keeps ${most} samples of so many counters.` });
}

function periodOf({ minPeriodClocks, maxPeriodClocks, clockHz }: DiagnosticCapability, { periodClocks }: SamplingRequest): number {
  const usual = clockHz === undefined ? minPeriodClocks : clockHz / USUAL_PERIODS_PER_SECOND;
  const wanted = powerOfTwo('ceil', periodClocks ?? Math.min(maxPeriodClocks, Math.max(minPeriodClocks, usual)));
  if (wanted >= minPeriodClocks && wanted <= maxPeriodClocks) return wanted;
  throw new UsageError('ERR_USAGE', `a period of ${wanted} clocks is not possible`, { hint: `The device takes ${periodText(minPeriodClocks, clockHz)} to ${periodText(maxPeriodClocks, clockHz)}.` });
}

/** Clocks for people, with the time that they last where that is known. */
export function periodText(clocks: number, clockHz: number | undefined): string {
  if (clockHz === undefined) return `${clocks} clocks`;
  const seconds = clocks / clockHz;
  const [factor, unit] = seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : [1e6, 'us'];
  return `${clocks} clocks (${Number((seconds * factor).toPrecision(3))} ${unit})`;
}

function powerOfTwo(round: 'ceil' | 'floor', value: number): number {
  return 2 ** Math[round](Math.log2(value));
}
