import { HEADER_BYTES, WHEN, opModOf, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import { SAMPLING_OFF, type Sampler, type SamplingSettings } from '../sampling.js';
import { bitsAt, dword, flagAt, putDword, putQuad } from '../../wire.js';

/** Where the parameters stand in requests and replies, and where in them the list of counters. */
const CONTEXT = 0x8;
const LIST = CONTEXT + 0x18;
const COUNTER_BYTES = 4;
const RECORD_BYTES = 16;
const LARGEST_LOG_PERIOD = 35;

function settingsIn(request: Uint8Array): SamplingSettings {
  const count = bitsAt(request, CONTEXT, 31, 16);
  const flag = (bit: number): boolean => flagAt(request, CONTEXT + 4, bit);
  return {
    counters: Array.from({ length: count }, (_, index) => bitsAt(request, LIST + index * COUNTER_BYTES, 15, 0)),
    logSamples: bitsAt(request, CONTEXT, 7, 0), logPeriod: bitsAt(request, CONTEXT + 4, 7, 0),
    isSingle: flag(31), isRepetitive: flag(30), isSynchronized: flag(29), isClearing: flag(28), isOnDemand: flag(27), isEnabled: flag(26),
  };
}

/** Exactly one mode; what starts together and counts anew is not sampled on demand, and only counters that can are. */
function refuseMode({ profile }: Sampler, { counters, isSingle, isRepetitive, isOnDemand, isSynchronized, isClearing }: SamplingSettings): Outcome {
  const isOneMode = [isSingle, isRepetitive, isOnDemand].filter(Boolean).length === 1;
  const isContradictory = (isOnDemand && (isSynchronized || isClearing)) || (isClearing && !isSynchronized);
  const isImpossible = isSynchronized && profile.counters.some(({ id, isSynchronizable }) => counters.includes(id) && !isSynchronizable);
  return !isOneMode || isContradictory || isImpossible ? REFUSAL.samplingMode : undefined;
}

function refuseSettings(sampler: Sampler, settings: SamplingSettings): Outcome {
  const { counters, logSamples, logPeriod, isOnDemand } = settings;
  const { profile } = sampler;
  const isKnown = counters.length > 0 && counters.every((id) => profile.counters.some((counter) => counter.id === id));
  if (!isKnown || new Set(counters).size !== counters.length) return REFUSAL.sampledCounter;
  if (counters.length * 2 ** logSamples > 2 ** profile.logMaxSamples) return REFUSAL.samplingDepth;
  if (!isOnDemand && (logPeriod < profile.logMinPeriod || logPeriod > LARGEST_LOG_PERIOD)) return REFUSAL.samplingPeriod;
  return refuseMode(sampler, settings);
}

const SET_DIAGNOSTIC_PARAMS: Command = {
  opcode: 0x820, name: 'SET_DIAGNOSTIC_PARAMS', requestBytes: LIST, hasTail: true, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'tools',
  run: ({ sampler, nowMs }, request) => {
    if (sampler === undefined) return REFUSAL.samplingMissing;
    if (opModOf(request) !== 0) return REFUSAL.opMod;
    const count = bitsAt(request, CONTEXT, 31, 16);
    if (request.length !== LIST + count * COUNTER_BYTES) return REFUSAL.requestLength;
    const settings = settingsIn(request);
    const refusal = settings.isEnabled ? refuseSettings(sampler, settings) : undefined;
    if (refusal === undefined) sampler.set(settings.isEnabled ? settings : SAMPLING_OFF, nowMs());
    return refusal;
  },
};

/** Answers with as many counters as there is room for. */
const QUERY_DIAGNOSTIC_PARAMS: Command = {
  opcode: 0x819, name: 'QUERY_DIAGNOSTIC_PARAMS', requestBytes: HEADER_BYTES, replyBytes: LIST, when: WHEN.operational, sender: 'tools',
  run: ({ sampler }, request, reply) => {
    if (sampler === undefined) return REFUSAL.samplingMissing;
    if (opModOf(request) !== 0) return REFUSAL.opMod;
    const { counters, logSamples, logPeriod, ...settings } = sampler.settings;
    const { isSingle, isRepetitive, isSynchronized, isClearing, isOnDemand, isEnabled } = settings;
    const flags = [isSingle, isRepetitive, isSynchronized, isClearing, isOnDemand, isEnabled];
    dword(reply, CONTEXT, [31, 16, counters.length], [7, 0, logSamples]);
    dword(reply, CONTEXT + 4, ...flags.map((flag, index) => [31 - index, 31 - index, Number(flag)] as const), [7, 0, logPeriod]);
    const shown = counters.slice(0, Math.floor((reply.length - LIST) / COUNTER_BYTES));
    for (const [index, id] of shown.entries()) dword(reply, LIST + index * COUNTER_BYTES, [15, 0, id]);
    return undefined;
  },
};

/** One record a counter, sample by sample, around the end of the ring; what has not been sampled yet stays zero. */
function putRecords(sampler: Sampler, nowMs: number, request: Uint8Array, reply: Uint8Array): void {
  const { counters } = sampler.settings;
  const records = Math.min(bitsAt(request, 0x8, 31, 16), sampler.depth * counters.length);
  const first = bitsAt(request, 0x8, 15, 0);
  const samples = Array.from({ length: Math.ceil(records / counters.length) }, (_, index) => sampler.at((first + index) % sampler.depth, nowMs));
  for (let record = 0; record < records; record++) {
    const place = record % counters.length;
    const sample = samples[Math.floor(record / counters.length)];
    if (sample === undefined) return;
    const offset = HEADER_BYTES + record * RECORD_BYTES;
    dword(reply, offset, [31, 16, counters[place] ?? 0], [15, 0, sample.number]);
    putDword(reply, offset + 4, sample.clocks % 2 ** 32);
    putQuad(reply, offset + 8, sample.values[place] ?? 0);
  }
}

const QUERY_DIAGNOSTIC_COUNTERS: Command = {
  opcode: 0x821, name: 'QUERY_DIAGNOSTIC_COUNTERS', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'tools',
  run: ({ sampler, nowMs }, request, reply) => {
    if (sampler === undefined) return REFUSAL.samplingMissing;
    if (opModOf(request) !== 0) return REFUSAL.opMod;
    if (!sampler.settings.isEnabled) return REFUSAL.samplingOff;
    if (bitsAt(request, 0x8, 15, 0) >= sampler.depth) return REFUSAL.sampleIndex;
    if (reply.length < HEADER_BYTES + bitsAt(request, 0x8, 31, 16) * RECORD_BYTES) return REFUSAL.replyLength;
    putRecords(sampler, nowMs(), request, reply);
    return undefined;
  },
};

/** What to sample, and the samples. */
export const DIAGNOSTIC_COMMANDS: readonly Command[] = [QUERY_DIAGNOSTIC_PARAMS, SET_DIAGNOSTIC_PARAMS, QUERY_DIAGNOSTIC_COUNTERS];
