import type { Field, LayoutScope, Structure, Value } from '@auxctl/schemas';
import { integerValue, tailPath } from '@auxctl/schemas/model';
import { UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import { readBits, writeBits, type ByteOrder } from '../layout/bits.js';
import { bytesInput, integerInput, stringInput } from './input.js';
import type { FieldInput, FieldInputValue } from '../layout/types.js';

/** The longest tail that is encoded from elements: as long as the longest structure. */
const MAX_TAIL_BYTES = 2 ** 24;

/** Writes named values into a structure's bytes. */
export class Encoder {
  readonly #scope: LayoutScope;
  readonly #order: ByteOrder;

  constructor(scope: LayoutScope, order: ByteOrder) {
    this.#scope = scope;
    this.#order = order;
  }

  /** Encodes a whole structure into a copy of `base`; the copy grows by what a tail needs. */
  encode(name: string, fields: FieldInput, base: Uint8Array | undefined): Uint8Array {
    const structure = this.#structure(name);
    const sizeBytes = Math.ceil(structure.sizeBits / 8);
    const tail = this.#tailBytes(structure, fields);
    const bytes = new Uint8Array(Math.max(sizeBytes + (tail?.length ?? 0), base?.length ?? 0));
    bytes.set(base ?? []);
    this.#structureInto(bytes, structure, 0, fields, '');
    if (tail !== undefined) bytes.set(tail, sizeBytes);
    return bytes;
  }

  #structure(name: string): Structure {
    return this.#scope.structures.get(name) ?? { sizeBits: 0, fields: [] };
  }

  #tailBytes(structure: Structure, fields: FieldInput): Uint8Array | undefined {
    const path = tailPath(structure.fields, this.#scope.structures) ?? [];
    const tail = path.at(-1);
    const input = inputAt(fields, path);
    if (tail === undefined || input === undefined) return undefined;
    if (tail.type === 'bytes' && tail.tail === true) return bytesInput(tail.name, input, undefined);
    if (tail.type !== 'array' || tail.count !== 'rest') return undefined;
    const elementBytes = tail.element.sizeBits / 8;
    const elements = elementsInput(tail.name, input, Math.floor(MAX_TAIL_BYTES / elementBytes));
    const bytes = new Uint8Array(elements.reduce((count, [index]) => Math.max(count, index + 1), 0) * elementBytes);
    for (const [index, element] of elements) this.#value(bytes, tail.element, index * tail.element.sizeBits, element, `${tail.name}[${index}]`);
    return bytes;
  }

  /** Constants first, then plain values, then unions, whose selector may be among the values. */
  #structureInto(bytes: Uint8Array, structure: Structure, baseBits: number, fields: FieldInput, path: string): void {
    const prefix = path === '' ? '' : `${path}.`;
    checkNames(structure, fields, prefix);
    for (const field of structure.fields) {
      if ('constant' in field && field.constant !== undefined) this.#write(bytes, baseBits + field.offsetBits, field.sizeBits, integerValue(field.constant));
    }
    const given = structure.fields.filter((field) => ownInput(fields, field.name) !== undefined && field.sizeBits > 0);
    for (const field of given.toSorted(unionsLast)) {
      const input = ownInput(fields, field.name) ?? 0;
      if (field.type === 'union') this.#union(bytes, structure, field, baseBits, input, prefix + field.name);
      else this.#value(bytes, field, baseBits + field.offsetBits, input, prefix + field.name);
    }
  }

  #value(bytes: Uint8Array, value: Value, offsetBits: number, input: FieldInputValue, path: string): void {
    switch (value.type) {
      case 'uint':
      case 'int':
      case 'enum':
      case 'flags':
        this.#integer(bytes, value, offsetBits, input, path);
        return;
      case 'string':
        this.#bytes(bytes, offsetBits, stringInput(path, input, value.sizeBits / 8));
        return;
      case 'bytes':
        this.#bytes(bytes, offsetBits, bytesInput(path, input, value.sizeBits / 8));
        return;
      case 'struct':
        this.#structureInto(bytes, this.#structure(value.structure), offsetBits, structureInput(path, input), path);
        return;
      case 'array':
        this.#array(bytes, value, offsetBits, input, path);
        return;
      case 'union':
      case 'reserved':
        throw new UsageError('ERR_FIELD_ACCESS', `${path} cannot be set`);
    }
  }

  #integer(bytes: Uint8Array, value: Extract<Value, { type: 'uint' | 'int' | 'enum' | 'flags' }>, offsetBits: number, input: FieldInputValue, path: string): void {
    const number = integerInput(path, value, input, this.#scope);
    if (value.constant !== undefined && number !== integerValue(value.constant)) {
      throw new UsageError('ERR_FIELD_VALUE', `${path} is always ${value.constant}`);
    }
    this.#write(bytes, offsetBits, value.sizeBits, number);
  }

  #array(bytes: Uint8Array, value: Extract<Value, { type: 'array' }>, offsetBits: number, input: FieldInputValue, path: string): void {
    const count = value.count === 'rest' ? 0 : value.count;
    for (const [index, element] of elementsInput(path, input, count)) {
      this.#value(bytes, value.element, offsetBits + index * value.element.sizeBits, element, `${path}[${index}]`);
    }
  }

  #union(bytes: Uint8Array, parent: Structure, field: Extract<Field, { type: 'union' }>, baseBits: number, input: FieldInputValue, path: string): void {
    if (input instanceof Uint8Array || typeof input === 'string') {
      this.#bytes(bytes, baseBits + field.offsetBits, bytesInput(path, input, Math.ceil(field.sizeBits / 8)));
      return;
    }
    if (field.selector === undefined) {
      const { name, structure, fields } = namedVariant(field, input, path);
      this.#structureInto(bytes, this.#structure(structure), baseBits + field.offsetBits, fields, `${path}.${name}`);
      return;
    }
    const selector = parent.fields.find(({ name }) => name === field.selector);
    const chosen = selector === undefined ? -1n : readBits(bytes, baseBits + selector.offsetBits, selector.sizeBits, this.#order);
    const variant = field.variants.find(({ when = [] }) => when.some((literal) => integerValue(literal) === chosen));
    if (variant === undefined) {
      throw new UsageError('ERR_FIELD_VALUE', `${path}: ${field.selector} = ${chosen} selects no known structure; give the bytes instead`);
    } else {
      this.#structureInto(bytes, this.#structure(variant.structure), baseBits + field.offsetBits, structureInput(path, input), path);
    }
  }

  #bytes(bytes: Uint8Array, offsetBits: number, input: Uint8Array): void {
    input.forEach((byte, index) => this.#write(bytes, offsetBits + index * 8, 8, BigInt(byte)));
  }

  #write(bytes: Uint8Array, offsetBits: number, sizeBits: number, value: bigint): void {
    writeBits(bytes, offsetBits, sizeBits, this.#order, value);
  }
}

/** The input for a union without a selector: fields of one variant, under the variant's name. */
function namedVariant(union: Extract<Field, { type: 'union' }>, input: FieldInputValue, path: string): { readonly name: string; readonly structure: string; readonly fields: FieldInput } {
  const entries = Object.entries(structureInput(path, input));
  const [[wanted, fields] = ['', {}]] = entries;
  const variants = union.variants.map(({ name, structure }) => ({ name: name ?? structure, structure }));
  const variant = variants.find(({ name }) => name === wanted);
  const hint = `There is ${variants.map(({ name }) => name).join(', ')}; or give the bytes.`;
  if (entries.length !== 1) throw new UsageError('ERR_FIELD_VALUE', `${path}: takes the fields of exactly one variant, as in ${path}.variant.name=value`, { hint });
  if (variant === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `no variant is called ${path}.${wanted}`, { hint });
  return { ...variant, fields: structureInput(`${path}.${wanted}`, fields) };
}

/** The input for the last field of a way through structures; undefined where nothing is given. */
function inputAt(fields: FieldInput, path: readonly Field[]): FieldInputValue | undefined {
  let input: FieldInputValue | undefined = fields;
  let names = '';
  for (const { name } of path) {
    input = input === undefined ? undefined : ownInput(structureInput(names, input), name);
    names += names === '' ? name : `.${name}`;
  }
  return input;
}

/** A field may have the name of something that every object has. */
function ownInput(fields: FieldInput, name: string): FieldInputValue | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function unionsLast(a: Field, b: Field): number {
  return Number(a.type === 'union') - Number(b.type === 'union');
}

function checkNames(structure: Structure, fields: FieldInput, prefix: string): void {
  const names = structure.fields.filter((field) => field.type !== 'reserved').map((field) => field.name);
  const unknown = Object.keys(fields).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  throw new UsageError('ERR_UNKNOWN_NAME', `no field is called ${prefix}${unknown}`, near.length === 0 ? {} : { hint: `Did you mean ${near.map((name) => prefix + name).join(', ')}?` });
}

function structureInput(path: string, input: FieldInputValue): FieldInput {
  if (typeof input !== 'object' || Array.isArray(input) || input instanceof Uint8Array) {
    throw new UsageError('ERR_FIELD_VALUE', `${path}: takes fields, as in ${path}.name=value`);
  }
  return input as FieldInput;
}

/** Elements by index: from a list, from an object with numbers as keys, or from bytes, one element a byte. */
function elementsInput(path: string, input: FieldInputValue, count: number): readonly (readonly [number, FieldInputValue])[] {
  if (typeof input !== 'object') throw new UsageError('ERR_FIELD_VALUE', `${path}: takes elements, as in ${path}[0]=value`);
  const entries = Array.isArray(input) || input instanceof Uint8Array
    ? Array.from(input as ArrayLike<FieldInputValue>, (element, index) => [index, element] as const)
    : Object.entries(structureInput(path, input)).map(([index, element]) => [Number(index), element] as const);
  const outside = entries.find(([index]) => !Number.isInteger(index) || index < 0 || index >= count);
  if (outside !== undefined) throw new UsageError('ERR_FIELD_VALUE', `${path} has ${count} elements, 0 to ${count - 1}`);
  return entries;
}
