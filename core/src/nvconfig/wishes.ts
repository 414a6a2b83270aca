import { DeviceError, UsageError } from '../errors/classes.js';
import type { LayoutStore } from '../store/store.js';
import type { ItemView } from './item-view.js';
import { findNvParameter } from './parameters.js';
import type { ItemState } from './reader.js';
import { limitOf, readingOf } from './readings.js';
import type { NvParameterEntry, NvRequest } from './types.js';

/** A parameter, and the text that it is to be set to; none for its default. */
export interface Wish {
  readonly entry: NvParameterEntry;
  readonly text?: string;
}

/**
 * The parameters that a request names, checked as far as possible without a device: names, and that each value fits its field. Rejects
 * with `ERR_UNKNOWN_NAME`, `ERR_FIELD_VALUE` or `ERR_USAGE`.
 */
export async function wishesOf(request: NvRequest, entries: readonly NvParameterEntry[], layouts: LayoutStore): Promise<Wish[]> {
  if (request.type === 'reset') return request.names.map((name) => ({ entry: findNvParameter(entries, name) }));
  const wishes = Object.entries(request.values).map(([name, text]) => ({ entry: findNvParameter(entries, name), text }));
  if (wishes.length === 0) throw new UsageError('ERR_USAGE', 'no parameter is given', { hint: 'Give one, as in NAME=VALUE.' });
  for (const { entry: { parameter, document }, text } of wishes) {
    if (wishes.filter(({ entry }) => entry.parameter === parameter).length > 1) throw new UsageError('ERR_USAGE', `${parameter.name} is given twice`);
    (await layouts.codec('nvconfig', document.name)).encode({ [parameter.field]: text });
  }
  return wishes;
}

/** Refuses what this device does not have, does not let be written, or limits. */
export function requirePossible({ entry, text }: Wish, states: ReadonlyMap<string, ItemState>, device: string): void {
  const { name, field } = entry.parameter;
  const { isSupported, canWrite, problem = 'this device does not have it' } = readingOf(entry, states);
  if (!isSupported) throw new DeviceError('ERR_UNSUPPORTED', `${name}: ${problem}; nothing was changed`, { device });
  if (!canWrite) throw new DeviceError('ERR_UNSUPPORTED', `${name}: this device does not let it be changed; nothing was changed`, { device });
  const limit = limitOf(entry.parameter, states);
  const view = states.get(entry.document.name)?.views.get('next');
  const wanted = text === undefined ? undefined : view?.edited({ [field]: text }).number(field);
  if (limit !== undefined && wanted !== undefined && wanted > limit) {
    throw new UsageError('ERR_FIELD_VALUE', `${name}: this device takes at most ${limit}, not ${wanted}; nothing was changed`, { device });
  }
}

/** An item with all that is wished of it, and the bits that say that it has been set. */
export function fulfilled(view: ItemView, wishes: readonly Wish[]): ItemView {
  const values = wishes.flatMap(({ entry: { parameter: { field, valid } }, text = '' }): [string, string | number][] => [[field, text], ...(valid === undefined ? [] : [[valid, 1] as [string, number]])]);
  return view.edited(Object.fromEntries(values));
}
