import type { Symbol } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';

const namesOf = new WeakMap<readonly Symbol[], ReadonlyMap<bigint, string>>();

/** The name of an enum's value; found at once, however many names there are. */
export function symbolName(symbols: readonly Symbol[] | undefined, value: bigint): string | undefined {
  if (symbols === undefined) return undefined;
  const names = namesOf.get(symbols) ?? new Map(symbols.map((symbol) => [integerValue(symbol.value), symbol.name]));
  namesOf.set(symbols, names);
  return names.get(value);
}
