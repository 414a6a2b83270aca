import { integerField, structureField, ReplyError, type DiagnosticCapability, type DiagnosticQueries, type DiagnosticsAccess, type Fields, type SamplingMode, type SamplingParameters, type SamplingState } from '@auxctl/core';

const CONTEXT = 'diagnostic_params_context';
const LARGEST_LOG_PERIOD = 35;
const HZ_PER_KHZ = 1000;

/** Counters are listed at the end of the debug capabilities; a command of its own each tells what to sample, asks for that, and reads the ring. */
export const diagnostics: DiagnosticsAccess = {
  names: { document: 'diagnostic_counters', enum: 'diagnostic_counter' },
  record: {
    document: 'diagnostic_counters', structure: 'diagnostic_cntr_struct', list: 'diag_counter',
    counterId: 'counter_id', sampleId: 'sample_id', timestamp: 'time_stamp_31_0', value: 'counter_value',
  },
  capability,
  query: (counters) => ({ command: 'QUERY_DIAGNOSTIC_PARAMS', fields: {}, listElements: counters }),
  state,
  arm: (parameters) => ({ command: 'SET_DIAGNOSTIC_PARAMS', fields: { [CONTEXT]: contextOf(parameters) } }),
  disarm: () => ({ command: 'SET_DIAGNOSTIC_PARAMS', fields: { [CONTEXT]: { clear: 1 } } }),
  read(position, samples, counters) {
    const records = samples * counters;
    return { command: 'QUERY_DIAGNOSTIC_COUNTERS', fields: { num_of_samples: records, sample_index: position }, listElements: records };
  },
};

async function capability({ capability: read }: DiagnosticQueries): Promise<DiagnosticCapability> {
  const general = await read('GENERAL', 'current');
  const count = Number(integerField(general, 'num_of_diagnostic_counters'));
  const khz = Number(integerField(general, 'device_frequency_khz'));
  const clock = khz === 0 ? {} : { clockHz: khz * HZ_PER_KHZ };
  const maxPeriodClocks = 2 ** LARGEST_LOG_PERIOD;
  if (count === 0 || integerField(general, 'debug') === 0n) return { counters: [], modes: [], maxRecords: 0, minPeriodClocks: 1, maxPeriodClocks, ...clock };
  const debug = await read('DEBUG', 'current', count);
  const counters = listOf(debug, 'diagnostic_counter').map((entry) => ({ id: Number(integerField(entry, 'counter_id')), isSynchronizable: integerField(entry, 'sync') !== 0n }));
  return { counters, modes: [...modesOf(debug), 'on-demand'], maxRecords: powerAt(debug, 'log_max_samples'), minPeriodClocks: powerAt(debug, 'log_min_sample_period'), maxPeriodClocks, ...clock };
}

/** Every device that samples at all does so on demand; the others are flags, of the same names in what is offered and in what is set. */
function modesOf(fields: Fields): SamplingMode[] {
  return (['single', 'repetitive'] as const).filter((mode) => integerField(fields, mode) !== 0n);
}

function state(reply: Fields): SamplingState {
  const context = structureField(reply, CONTEXT);
  const isSet = (name: string): boolean => integerField(context, name) !== 0n;
  const listed = listOf(context, 'counter_id').slice(0, Number(integerField(context, 'num_of_counters')));
  return {
    isArmed: isSet('enable'), isSynchronized: isSet('sync'), isClearing: isSet('clear'),
    counters: listed.map((entry) => Number(integerField(entry, 'counter_id'))),
    mode: isSet('on_demand') ? 'on-demand' : modesOf(context)[0] ?? 'on-demand',
    samples: powerAt(context, 'log_num_of_samples'), periodClocks: powerAt(context, 'log_sample_period'),
  };
}

function contextOf({ counters, mode, samples, periodClocks, isSynchronized, isClearing }: SamplingParameters) {
  return {
    num_of_counters: counters.length, counter_id: counters.map((id) => ({ counter_id: id })), enable: 1,
    log_num_of_samples: Math.log2(samples), log_sample_period: Math.log2(periodClocks),
    single: mode === 'single', repetitive: mode === 'repetitive', on_demand: mode === 'on-demand', sync: isSynchronized, clear: isClearing,
  };
}

function powerAt(fields: Fields, name: string): number {
  return 2 ** Number(integerField(fields, name));
}

function listOf(fields: Fields, name: string): readonly Fields[] {
  const list = fields[name];
  if (Array.isArray(list)) return list as readonly Fields[];
  throw new ReplyError('ERR_REPLY', `there is no list ${name}`);
}
