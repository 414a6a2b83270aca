import { UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import type { LayoutStore } from '../store/store.js';
import type { NvItemDocument, NvParameterEntry } from './types.js';

/** Every parameter that the layouts describe, in order of name. */
export async function nvParameters(layouts: LayoutStore): Promise<NvParameterEntry[]> {
  const documents = await layouts.all('nvconfig');
  const entries = documents.flatMap((document) => document.parameters.map((parameter) => ({ parameter, document })));
  return entries.sort((a, b) => (a.parameter.name < b.parameter.name ? -1 : 1));
}

/** The parameter of this name, in any letter case. Throws `ERR_UNKNOWN_NAME` with the nearest names. */
export function findNvParameter(entries: readonly NvParameterEntry[], name: string): NvParameterEntry {
  const folded = name.toUpperCase();
  const found = entries.find(({ parameter }) => parameter.name === folded);
  if (found !== undefined) return found;
  const near = nearest(name, entries.map(({ parameter }) => parameter.name));
  throw new UsageError('ERR_UNKNOWN_NAME', `no parameter is called '${name}'`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
}

/** The items that hold parameters, each once. */
export function itemsOf(entries: readonly NvParameterEntry[]): NvItemDocument[] {
  return [...new Set(entries.map(({ document }) => document))];
}

/** The capability items that say what the device makes of parameters, by name. */
export function capabilityNames(entries: readonly NvParameterEntry[]): string[] {
  return [...new Set(entries.flatMap(({ parameter: { supported, limit } }) => [supported, limit].flatMap((reference) => (reference === undefined ? [] : [reference.document]))))];
}
