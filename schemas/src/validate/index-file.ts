import { entryOf, indexOf, LISTED_KINDS, type LayoutEntries, type LayoutIndex, type ListedKind } from '../layout/entries.js';
import { importsOf } from '../layout/imports.js';
import { layoutIndexSchema } from '../layout/index-file.js';
import type { LayoutDocument } from '../layout/layout.js';
import { shapeProblems, type Problem } from './problem.js';

/** Where a plugin's index stands below `layouts/`. */
export const INDEX_FILE = 'index.json';

/** The index of a set of valid documents; keys are paths below `layouts/` such as `registers/ABCD.json`. */
export function layoutIndex(documents: ReadonlyMap<string, LayoutDocument>): LayoutIndex {
  const entries = new Map<ListedKind, LayoutEntries[ListedKind][]>(LISTED_KINDS.map((kind) => [kind, []]));
  for (const document of documents.values()) {
    const imported = importsOf(document, (path) => documents.get(`${path}.json`));
    if (imported.ok && (document.kind === 'register' || document.kind === 'command' || document.kind === 'capability')) {
      entries.get(document.kind)?.push(entryOf(document.kind, document, imported.value));
    }
  }
  return indexOf(entries);
}

/** An index that says something else than the documents is worse than none. */
export function checkIndex(json: unknown, documents: ReadonlyMap<string, LayoutDocument>): Problem[] {
  const parsed = layoutIndexSchema.safeParse(json);
  if (!parsed.success) return shapeProblems(INDEX_FILE, parsed.error, json, 'layout-index');
  if (JSON.stringify(inOrder({ ...parsed.data, $schema: undefined })) === JSON.stringify(inOrder(layoutIndex(documents)))) return [];
  return [{ file: INDEX_FILE, rule: 'index', message: 'says something else than the documents; auxctl plugin index makes it anew' }];
}

/** The same value with the keys of all objects sorted. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, inOrder(each)]));
}
