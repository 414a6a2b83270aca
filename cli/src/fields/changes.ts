import { fieldRows } from './rows.js';
import type { PresentedFields } from './select.js';

/** One field's text in several versions of a structure, in the order in which they were given. */
export interface FieldHistory {
  readonly path: string;
  readonly texts: readonly string[];
}

/**
 * The fields whose text is not the same in all versions, and those that `always` names, or all, in the order of the first version that has
 * them. A field that a version lacks has an empty text there.
 */
export function compareFields(versions: readonly PresentedFields[], always: readonly string[] | 'all' = []): FieldHistory[] {
  const texts = versions.map((fields) => new Map(fieldRows(fields).map(({ path, text }) => [path, text])));
  const paths = [...new Set(texts.flatMap((version) => [...version.keys()]))];
  return paths
    .map((path) => ({ path, texts: texts.map((version) => version.get(path) ?? '') }))
    .filter(({ path, texts: each }) => always === 'all' || always.includes(path) || each.some((text) => text !== each[0]));
}
