import { integerValue } from '@auxctl/schemas/model';
import { indexFields } from '../channel/access.js';
import type { Codec } from '../layout/codec.js';

/** The sets of values that a setting has: what the device came with, what is in force, what will be after the next reset. */
export const VALUE_SETS = ['default', 'current', 'next'] as const;
/** One of {@link VALUE_SETS}. */
export type ValueSet = (typeof VALUE_SETS)[number];

/** What layouts call them. */
const WORDS: Readonly<Record<string, ValueSet>> = { default: 'default', current: 'current', saved: 'next', next: 'next' };

/** The index field of a register that says which set of values is read, and which of its values is which: one that knows `default` and `current`. */
export function setSelector(codec: Codec): { readonly field: string; readonly sets: ReadonlyMap<bigint, ValueSet> } | undefined {
  for (const field of indexFields(codec)) {
    const symbols = field.type === 'enum' ? codec.scope.enums.get(field.enum) ?? [] : [];
    const sets = new Map(symbols.flatMap(({ name, value }): [bigint, ValueSet][] => {
      const set = WORDS[name.toLowerCase()];
      return set === undefined ? [] : [[integerValue(value), set]];
    }));
    if (['default', 'current'].every((wanted) => [...sets.values()].some((set) => set === wanted))) return { field: field.name, sets };
  }
  return undefined;
}
