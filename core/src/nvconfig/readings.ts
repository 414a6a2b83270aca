import type { NvParameter } from '@auxctl/schemas';
import type { NvSet } from '../plugin/nvconfig.js';
import type { ItemState } from './reader.js';
import type { NvParameterEntry, NvReading, NvValue } from './types.js';

/** What a device says of one parameter; `states` holds its item and the capability items. */
export function readingOf({ parameter, document }: NvParameterEntry, states: ReadonlyMap<string, ItemState>): NvReading {
  const { name, title } = parameter;
  const state = states.get(document.name);
  const problem = problemOf(parameter, state, states);
  const base = { name, title, item: document.name };
  if (state === undefined || problem !== undefined) return { ...base, isSupported: false, canWrite: false, values: {}, isChanged: false, ...(problem === undefined ? {} : { problem }) };
  const values: Partial<Record<NvSet, NvValue>> = {};
  for (const [set, view] of state.views) {
    const value = view.value(parameter);
    if (value !== undefined) values[set] = value;
  }
  const writer = state.views.get('next')?.record.writer;
  const limit = limitOf(parameter, states);
  return {
    ...base, isSupported: true, canWrite: state.support.canWrite, values, isChanged: isChanged(values),
    ...(writer === undefined ? {} : { writer }), ...(limit === undefined ? {} : { limit }),
  };
}

/** The largest value that the device takes, where it tells. */
export function limitOf({ limit }: NvParameter, states: ReadonlyMap<string, ItemState>): bigint | undefined {
  if (limit === undefined) return undefined;
  const view = states.get(limit.document)?.views.get('next');
  if (limit.valid !== undefined && (view?.number(limit.valid) ?? 0n) === 0n) return undefined;
  return view?.number(limit.field);
}

function problemOf({ field, supported }: NvParameter, state: ItemState | undefined, states: ReadonlyMap<string, ItemState>): string | undefined {
  if (state?.problem !== undefined) return state.problem;
  if (state?.views.get('next')?.has(field) === false) return 'the item of this firmware does not reach so far';
  if (supported === undefined) return undefined;
  const told = states.get(supported.document)?.views.get('next')?.number(supported.field);
  return told === 0n ? `this device does not have it: ${supported.document}.${supported.field} is 0` : undefined;
}

function isChanged({ default: factory, current, next }: Partial<Record<NvSet, NvValue>>): boolean {
  const known = [factory, current, next].filter((value) => value !== undefined);
  return known.some(({ value, isSet }) => value !== known[0]?.value || isSet !== known[0].isSet);
}
