import { nearest, UsageError, type DeviceDiagnostics, type DiagnosticCounter, type NamedCapability, type SamplingMode, type SamplingRequest } from '@auxctl/core';
import type { Invocation } from '../invocation.js';
import { counterLabel } from './document.js';

/** What can follow `--mode`. */
export const MODES = ['single', 'repetitive', 'on-demand'] as const satisfies readonly SamplingMode[];

const MOST_SAMPLES = 2 ** 31;
const SECONDS = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60 } as const;

/** A time between samples, as the command line gives it. */
type Period = { readonly clocks: number } | { readonly seconds: number };

/** What a command line says of sampling: checked as far as that goes without a device. */
export interface WantedSampling {
  /** Ids, and names in the plugin's spelling; none where the command line names none. */
  readonly counters: readonly (number | string)[];
  readonly mode: SamplingMode | undefined;
  readonly samples: number | undefined;
  readonly period: Period | undefined;
  readonly isSynchronized: boolean;
  readonly isClearing: boolean;
}

/** Reads the options. Rejects with `ERR_UNKNOWN_NAME` for a name that the plugin does not know, `ERR_USAGE` for what is malformed; sends nothing. */
export async function readSampling(invocation: Invocation, diagnostics: Pick<DeviceDiagnostics, 'known'>): Promise<WantedSampling> {
  const words = invocation.list('counter').flatMap((word) => word.split(',')).map((word) => word.trim()).filter((word) => word !== '');
  const names = words.every(isId) ? [] : (await diagnostics.known()).map(counterLabel);
  const period = invocation.maybe('period');
  return {
    counters: words.map((word) => (isId(word) ? Number(word) : knownName(word, names))),
    mode: MODES.find((mode) => mode === invocation.maybe('mode')),
    samples: parseCount('--samples', invocation.maybe('samples'), MOST_SAMPLES),
    period: period === undefined ? undefined : parsePeriod(period),
    isSynchronized: invocation.flag('sync') || invocation.flag('clear'), isClearing: invocation.flag('clear'),
  };
}

/** The request to one device. Throws `ERR_UNKNOWN_NAME` for a counter that it does not have, `ERR_USAGE` for a time where its clock is unknown. */
export function requestTo(capability: NamedCapability, { counters, period, ...wanted }: WantedSampling): SamplingRequest {
  return { ...wanted, counters: counters.map((each) => (typeof each === 'number' ? each : offered(each, capability.counters).id)), periodClocks: period === undefined ? undefined : clocksIn(period, capability) };
}

/** An option that counts something, from 1 on. Throws `ERR_USAGE`. */
export function parseCount(option: string, text: string | undefined, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= most) return count;
  throw new UsageError('ERR_USAGE', `${option}: '${text}' is not a number from 1 to ${most}`);
}

function isId(word: string): boolean {
  return /^(0x[0-9a-f]+|\d+)$/i.test(word);
}

function knownName(word: string, names: readonly string[]): string {
  return names.find((name) => name.toLowerCase() === word.toLowerCase()) ?? unknownCounter(word, names, `no counter is called '${word}'`);
}

function offered(name: string, counters: readonly DiagnosticCounter[]): DiagnosticCounter {
  return counters.find((counter) => counter.name === name) ?? unknownCounter(name, counters.map(counterLabel), `the device has no counter ${name}`);
}

function unknownCounter(name: string, names: readonly string[], message: string): never {
  const near = nearest(name, names);
  throw new UsageError('ERR_UNKNOWN_NAME', message, { hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'auxctl diag list DEV shows those that it has.' });
}

function parsePeriod(text: string): Period {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|clocks)$/.exec(text) ?? [];
  if (number === undefined || Number(number) === 0) throw new UsageError('ERR_USAGE', `--period: '${text}' is not a time`, { hint: 'Give a number and a unit, as in 500us, 10ms, 1s, or 1048576clocks.' });
  return unit === 'clocks' ? { clocks: Number(number) } : { seconds: Number(number) * SECONDS[unit as keyof typeof SECONDS] };
}

function clocksIn(period: Period, { clockHz }: NamedCapability): number {
  if ('clocks' in period) return period.clocks;
  if (clockHz === undefined) throw new UsageError('ERR_USAGE', '--period: the device does not tell how fast its clock is', { hint: 'Give clocks, as in 1048576clocks.' });
  return period.seconds * clockHz;
}
