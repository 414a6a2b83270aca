import type { Flag, LayoutDocument, Structure, Symbol } from './layout.js';

/** Every name that a document can use: its own and those of the documents it imports. */
export interface LayoutScope {
  readonly structures: ReadonlyMap<string, Structure>;
  readonly enums: ReadonlyMap<string, readonly Symbol[]>;
  readonly flags: ReadonlyMap<string, readonly Flag[]>;
}

/**
 * The names that `document` can use. `imported` holds the documents that it imports, directly or through one another; where a name
 * stands twice the document's own comes first, then the order of `imported`.
 */
export function scopeOf(document: LayoutDocument, imported: readonly LayoutDocument[]): LayoutScope {
  const structures = new Map<string, Structure>();
  const enums = new Map<string, readonly Symbol[]>();
  const flags = new Map<string, readonly Flag[]>();
  for (const { structures: s, enums: e = {}, flags: f = {} } of [document, ...imported]) {
    addMissing(structures, s);
    addMissing(enums, e);
    addMissing(flags, f);
  }
  return { structures, enums, flags };
}

function addMissing<T>(into: Map<string, T>, from: Readonly<Record<string, T>>): void {
  for (const [name, value] of Object.entries(from)) if (!into.has(name)) into.set(name, value);
}
