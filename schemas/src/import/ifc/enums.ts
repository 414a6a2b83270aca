import type { Field } from '../../layout/field.js';
import { literal, type FieldNames, type ValueNames } from '../header/field-names.js';
import type { EnumBlock } from '../header/model.js';
import type { Taken } from '../header/taken.js';
import { constantPrefix } from './format.js';

/** A constant that counts or bounds the others names no value. */
const NO_VALUE = /(^|_)(MAX|MIN|NUM|LAST|COUNT|MASK|BITS|SHIFT|OFFSET|SIZE|LEN)$/;
/** Where a field holds many answers at once, consecutive constants are more likely numbers of bits than values. */
const MANY_ANSWERS = /(^|_)(bitmask|mask|bits|enable|en|supported|select|selected|fields|caps?|flags?|modes|types)(_|$)|mask$/;
const FEWEST_FLAGS = 3;

/**
 * The names of fields' values, by the layout's structure and field as in `STRUCTURE.FIELD`. An enum goes with a field only where that is certain: the
 * words that all its constants share are exactly the prefix, structure and field, and no other enum and no other field has them.
 */
export function fieldNames(taken: readonly Taken[], enums: readonly EnumBlock[]): Map<string, FieldNames> {
  const blocks = unique(enums.map((block) => [sharedWords(block), block] as const));
  const fields = unique(taken.flatMap(({ definition: { tag }, name, structure }) => structure.fields.map((field) => [constantPrefix(tag, field.name), { name, field }] as const)));
  const found = new Map<string, FieldNames>();
  for (const [prefix, block] of blocks) {
    const place = fields.get(prefix);
    const names = place === undefined || block === undefined ? undefined : namesFor(place.field, prefix, block);
    if (place !== undefined && names !== undefined) found.set(`${place.name}.${place.field.name}`, names);
  }
  return found;
}

/** Values by key; undefined for a key that stands twice. */
function unique<T>(entries: readonly (readonly [string, T])[]): Map<string, T | undefined> {
  const found = new Map<string, T | undefined>();
  for (const [key, value] of entries) found.set(key, found.has(key) ? undefined : value);
  return found;
}

/** The beginning that all constants share, up to and with a `_`. */
function sharedWords({ constants: [first, ...others] }: EnumBlock): string {
  let shared = first?.name ?? '';
  for (const { name } of others) while (!name.startsWith(shared)) shared = shared.slice(0, -1);
  return shared.slice(0, shared.lastIndexOf('_') + 1);
}

function namesFor(field: Field, prefix: string, { constants }: EnumBlock): ValueNames | undefined {
  if (field.type !== 'uint' || constants.length < 2) return undefined;
  const named = constants.map(({ name, value }) => ({ name: name.slice(prefix.length), value }));
  const values = new Set(named.map(({ value }) => value));
  const isFit = named.every(({ name, value }) => name !== '' && !NO_VALUE.test(name) && value >= 0n && value < 1n << BigInt(field.sizeBits));
  if (!isFit || values.size < named.length || new Set(named.map(({ name }) => name)).size < named.length) return undefined;
  const steps = [...values].filter((value) => value !== 0n);
  const isEnum = !steps.every(isPowerOfTwo) || (values.has(0n) && steps.length < FEWEST_FLAGS);
  if (isEnum) return MANY_ANSWERS.test(field.name) ? undefined : symbolsOf(named);
  if (values.has(0n)) return undefined;
  if (steps.length < FEWEST_FLAGS) return undefined;
  return { type: 'flags', flags: named.map(({ name, value }) => ({ name, bit: value.toString(2).length - 1 })) };
}

function symbolsOf(named: readonly { readonly name: string; readonly value: bigint }[]): ValueNames {
  return { type: 'enum', symbols: named.map(({ name, value }) => ({ name, value: literal(value) })) };
}

function isPowerOfTwo(value: bigint): boolean {
  return /^10*$/.test(value.toString(2));
}
