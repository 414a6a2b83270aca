import { isDeepStrictEqual } from 'node:util';
import type { Field } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { UsageError } from '../errors/classes.js';
import { readBits, writeBits } from '../layout/bits.js';
import type { Codec } from '../layout/codec.js';
import type { FieldInput } from '../layout/types.js';
import { fieldsWithin, walk, type Visit } from '../layout/walk.js';

const PIECE_BITS = 64;

/** The fields that select what a register read gives. */
export function indexFields(codec: Codec): readonly Field[] {
  return topFields(codec).filter((field) => field.access === 'INDEX');
}

/** Those of `fields` that select. */
export function selectorsOf(codec: Codec, fields: FieldInput): FieldInput {
  const names = new Set(indexFields(codec).map(({ name }) => name));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}

/** Does the request set a field that starts an operation to anything but what starts nothing? Where nothing tells which structure a union holds, any of them counts. */
export function operates(codec: Codec, bytes: Uint8Array): boolean {
  let isSet = false;
  walk(bytes, codec.structure, codec.scope, codec.document.byteOrder, (at) => {
    const fields = at.value.type === 'union' ? at.value.variants.flatMap(({ structure }) => fieldsWithin(structure, codec.scope)) : [];
    if ([...at.within, ...fields].some(({ access }) => access === 'OP')) isSet ||= starts(codec, bytes, at);
  });
  return isSet;
}

/**
 * A register's bytes as the base of a write: everything that acts when it is written, and was read as set by chance, is zero, so that
 * only what the caller sets acts.
 */
export function writeBase(codec: Codec, raw: Uint8Array): Uint8Array {
  return cleared(codec, raw, ({ access, onWrite }) => access === 'OP' || access === 'WO' || onWrite !== undefined);
}

/** A copy of some bytes in which every value in a field for which `isMeant` holds is zero. */
export function cleared(codec: Codec, raw: Uint8Array, isMeant: (field: Field) => boolean): Uint8Array {
  const copy = new Uint8Array(raw);
  walk(raw, codec.structure, codec.scope, codec.document.byteOrder, (at) => {
    if (!at.within.some(isMeant)) return;
    for (const [offsetBits, sizeBits] of pieces(raw, at)) writeBits(copy, offsetBits, sizeBits, codec.document.byteOrder, 0n);
  });
  return copy;
}

/** The fields of a structure, by name, in which two images of it differ. Reserved ones are left out. */
export function changedFields(codec: Codec, a: Uint8Array, b: Uint8Array): string[] {
  const [left, right] = [codec.decode(a), codec.decode(b)];
  return Object.keys(left).filter((name) => !isDeepStrictEqual(left[name], right[name]));
}

/** A read takes `INDEX` and `OP` fields only; a name that does not exist is left for the encoder to explain. */
export function requireSelectors(codec: Codec, index: FieldInput): void {
  const wrong = topFields(codec).find((field) => Object.hasOwn(index, field.name) && field.access !== 'INDEX' && field.access !== 'OP');
  if (wrong === undefined) return;
  const names = topFields(codec).filter(({ access }) => access === 'INDEX' || access === 'OP').map(({ name }) => name);
  throw new UsageError('ERR_FIELD_ACCESS', `${wrong.name} does not select anything in a read`, { hint: names.length === 0 ? 'There are no index fields.' : `These do: ${names.join(', ')}.` });
}

/**
 * What a read sends: `index`, and the default of each `INDEX` field that it does not give. Throws `ERR_FIELD_MISSING` for a field that
 * has none, unless `index` has a name that does not exist, which is left for the encoder to explain.
 */
export function completeSelectors(codec: Codec, index: FieldInput): FieldInput {
  const left = indexFields(codec).filter(({ name }) => !Object.hasOwn(index, name));
  const missing = left.filter((field) => field.default === undefined).map(({ name }) => name);
  const isUnderstood = Object.keys(index).every((name) => topFields(codec).some((field) => field.name === name));
  if (missing.length > 0 && isUnderstood) throw missingSelectors(missing);
  return { ...index, ...Object.fromEntries(left.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, integerValue(value)]]))) };
}

function missingSelectors(names: readonly string[]): UsageError {
  const hint = `Give ${names.length === 1 ? 'it' : 'them'}, as in ${names.map((name) => `${name}=1`).join(' ')}.`;
  return new UsageError('ERR_FIELD_MISSING', `${names.join(' and ')} must be given: ${names.length === 1 ? 'it selects' : 'they select'} what is read`, { hint });
}

/** What a command sends: `fields`, and the default of each field that has one and is not given. */
export function withDefaults(codec: Codec, fields: FieldInput): FieldInput {
  const left = topFields(codec).filter(({ name }) => !Object.hasOwn(fields, name));
  return { ...fields, ...Object.fromEntries(left.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, integerValue(value)]]))) };
}

/** A write sets something besides `INDEX` fields, and nothing that is read-only, at any depth. */
export function requireWritable(codec: Codec, fields: FieldInput): void {
  const wrong = readOnlyPath(codec, codec.structure, fields, undefined);
  if (wrong !== undefined) throw new UsageError('ERR_FIELD_ACCESS', `${wrong} is read-only`);
  const selectors = selectorsOf(codec, fields);
  if (Object.keys(fields).every((name) => Object.hasOwn(selectors, name))) {
    throw new UsageError('ERR_FIELD_ACCESS', 'no field is set: index fields only say where', { hint: 'Name a field to change, as in field=value.' });
  }
}

/** The first read-only field that `input` sets. A field without a word of its own about access is as the structure around it. */
function readOnlyPath(codec: Codec, structure: string, input: unknown, around: Field['access']): string | undefined {
  if (typeof input !== 'object' || input === null || input instanceof Uint8Array) return undefined;
  for (const field of codec.scope.structures.get(structure)?.fields ?? []) {
    if (!Object.hasOwn(input, field.name)) continue;
    const path = readOnlyBelow(codec, field, Reflect.get(input, field.name), field.access ?? around);
    if (path !== undefined) return field.name + path;
  }
  return undefined;
}

function readOnlyBelow(codec: Codec, field: Field, input: unknown, access: Field['access']): string | undefined {
  const inner = field.type === 'array' ? field.element : field;
  if (inner.type !== 'struct' && inner.type !== 'union') return (access ?? 'RO') === 'RO' ? '' : undefined;
  if (access === 'RO') return '';
  const inputs: [string, unknown][] = field.type === 'array' && typeof input === 'object' && input !== null ? Object.entries(input).map(([index, each]) => [`[${index}]`, each]) : [['', input]];
  const structures = inner.type === 'struct' ? [inner.structure] : inner.variants.map((variant) => variant.structure);
  for (const [place, each] of inputs) {
    const paths = structures.map((structure) => readOnlyPath(codec, structure, each, access));
    const [first] = paths;
    if (first !== undefined && paths.every((path) => path !== undefined)) return `${place}.${first}`;
  }
  return undefined;
}

function topFields(codec: Codec): readonly Field[] {
  return codec.scope.structures.get(codec.structure)?.fields ?? [];
}

/** A field that has a default is one integer, and starts nothing with that. */
function starts(codec: Codec, bytes: Uint8Array, at: Visit): boolean {
  const idle = at.within.at(-1)?.default;
  if (idle === undefined) return hasBits(codec, bytes, at);
  return readBits(bytes, at.offsetBits, at.value.sizeBits, codec.document.byteOrder) !== integerValue(idle);
}

function hasBits(codec: Codec, bytes: Uint8Array, at: Visit): boolean {
  return pieces(bytes, at).some(([offsetBits, sizeBits]) => readBits(bytes, offsetBits, sizeBits, codec.document.byteOrder) !== 0n);
}

/** A value's bits in pieces that fit one read, each by its offset and size; a tail reaches to the end of the bytes. */
export function pieces(bytes: Uint8Array, { value, offsetBits }: Visit): [offsetBits: number, sizeBits: number][] {
  const endBits = value.type === 'bytes' && value.tail === true ? bytes.length * 8 : offsetBits + value.sizeBits;
  const found: [number, number][] = [];
  for (let at = offsetBits; at < endBits; at += PIECE_BITS) found.push([at, Math.min(PIECE_BITS, endBits - at)]);
  return found;
}
