import type { Field } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import type { Codec } from '../layout/codec.js';
import { symbolName } from '../layout/symbols.js';
import type { FieldInput, Fields } from '../layout/types.js';
import type { OfferedValue } from './types.js';

/** Which fields of a structure are meant, and what is known of those beside them. */
interface Selection {
  readonly codec: Codec;
  /** Does this field of what is being looked at count? */
  readonly isMeant: (name: string, given: unknown) => boolean;
  readonly isKnown: (field: Field, given: unknown) => boolean;
}

/**
 * What of the fields to write the kernel offers interfaces for. Fields beside them that are not given have their default, or zero where a write begins with
 * zero; of the others nothing is known.
 */
export function offeredByWrite(codec: Codec, fields: FieldInput): OfferedValue[] {
  const decoded = codec.decode(codec.encode(fields));
  const selection: Selection = { codec, isMeant: (_name, given) => given !== undefined, isKnown: ({ access }, given) => given !== undefined || access === 'INDEX' || access === 'WO' || access === 'OP' };
  return offeredIn(selection, codec.structure, fields, decoded, '');
}

/** What of a structure that was read the kernel offers interfaces for. `index` says which reading it is. */
export function offeredByReading(codec: Codec, fields: Fields, index: Readonly<Record<string, bigint>>): OfferedValue[] {
  return offeredIn({ codec, isMeant: () => true, isKnown: ({ access }) => access !== 'WO' && access !== 'OP' }, codec.structure, index, fields, '');
}

function offeredIn(selection: Selection, structure: string, given: unknown, decoded: Fields, prefix: string): OfferedValue[] {
  const { codec: { scope }, isMeant } = selection;
  const layout = scope.structures.get(structure)?.fields ?? [];
  return layout.filter((field) => isMeant(field.name, memberOf(given, field.name))).flatMap((field): OfferedValue[] => {
    const own = field.kernel === undefined ? [] : [offeredValue(selection, field, layout, given, decoded, prefix)];
    const inner = decoded[field.name];
    if (field.type !== 'struct' || !isFields(inner)) return own;
    return [...own, ...offeredIn(selection, field.structure, memberOf(given, field.name), inner, `${prefix}${field.name}.`)];
  });
}

function offeredValue({ codec: { scope }, isKnown }: Selection, field: Field, siblings: readonly Field[], given: unknown, decoded: Fields, prefix: string): OfferedValue {
  const value = wholeOf(decoded[field.name]);
  const symbol = field.type === 'enum' && value !== undefined ? symbolName(scope.enums.get(field.enum), value) : undefined;
  const beside = siblings.filter((each) => each !== field && isKnown(each, memberOf(given, each.name))).flatMap((each): [string, bigint][] => {
    const number = memberOf(given, each.name) === undefined && each.default !== undefined && decoded[each.name] === 0 ? integerValue(each.default) : givenWhole(given, each.name) ?? wholeOf(decoded[each.name]);
    return number === undefined ? [] : [[each.name, number]];
  });
  return {
    field: prefix + field.name, offers: field.kernel ?? [], sizeBits: field.sizeBits, beside: new Map(beside),
    ...(value === undefined ? {} : { value }), ...(symbol === undefined ? {} : { symbol }),
  };
}

function givenWhole(given: unknown, name: string): bigint | undefined {
  const member = memberOf(given, name);
  return typeof member === 'bigint' || typeof member === 'number' ? wholeOf(member) : undefined;
}

function wholeOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function memberOf(given: unknown, name: string): unknown {
  return typeof given === 'object' && given !== null && Object.hasOwn(given, name) ? Reflect.get(given, name) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
