import { indexFields, nearest, UsageError, type DumpTarget, type FieldInput, type LayoutStore } from '@auxctl/core';
import { NameFilter } from './names.js';

/** The targets that the words choose. Throws `ERR_UNKNOWN_NAME` for a word that chooses none. */
export function chooseTargets(targets: readonly DumpTarget[], words: readonly string[]): DumpTarget[] {
  const filter = new NameFilter(words);
  filter.requireUse(targets, { nothing: 'the plugin has nothing' });
  return targets.filter(filter.has);
}

/** Throws `ERR_UNKNOWN_NAME` for an index field that none of the registers has. */
export async function requireIndexFields(layouts: LayoutStore, targets: readonly DumpTarget[], index: FieldInput): Promise<void> {
  const wanted = Object.keys(index);
  if (wanted.length === 0) return;
  const codecs = await Promise.all(targets.filter(({ kind }) => kind === 'register').map(async ({ name }) => layouts.codec('register', name)));
  const known = new Set(codecs.flatMap((codec) => indexFields(codec).map(({ name }) => name)));
  const unknown = wanted.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, [...known]);
  throw new UsageError('ERR_UNKNOWN_NAME', `none of these registers has an index field ${unknown}`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
}
