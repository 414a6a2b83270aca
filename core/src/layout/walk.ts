import type { Field, LayoutScope, Structure, Value } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { readBits, type ByteOrder } from './bits.js';

/** One value at its place in the bytes. */
export interface Visit {
  readonly path: string;
  readonly value: Value;
  readonly offsetBits: number;
  /** The field that holds it, after those around that one, the outermost first. */
  readonly within: readonly Field[];
}

/** A tail has no more elements than a counted array can have; bytes beyond them are an anomaly. */
export const MAX_TAIL_ELEMENTS = 2 ** 20;

/** How many whole elements a tail of so many bytes has. */
export function tailElements(lengthBytes: number, { sizeBits }: Pick<Value, 'sizeBits'>): number {
  return Math.min(MAX_TAIL_ELEMENTS, Math.max(0, Math.floor((lengthBytes * 8) / sizeBits)));
}

/** Calls `visit` for every scalar, reserved field and unknown variant of a structure, in order. */
export function walk(bytes: Uint8Array, name: string, scope: LayoutScope, order: ByteOrder, visit: (at: Visit) => void): void {
  const structure = (structureName: string): Structure => scope.structures.get(structureName) ?? { sizeBits: 0, fields: [] };

  const walkStructure = (structureName: string, baseBits: number, prefix: string, around: readonly Field[]): void => {
    const { fields } = structure(structureName);
    for (const field of fields) walkValue(field, baseBits + field.offsetBits, prefix + field.name, fields, baseBits, [...around, field]);
  };

  const walkValue = (value: Value, offsetBits: number, path: string, siblings: readonly Field[], baseBits: number, within: readonly Field[]): void => {
    if (value.type === 'struct') {
      walkStructure(value.structure, offsetBits, `${path}.`, within);
    } else if (value.type === 'array') {
      const count = value.count === 'rest' ? tailElements(bytes.length - offsetBits / 8, value.element) : value.count;
      for (let index = 0; index < count; index++) walkValue(value.element, offsetBits + index * value.element.sizeBits, `${path}[${index}]`, [], baseBits, within);
    } else if (value.type === 'union') {
      const variant = chosenVariant(bytes, value, siblings, baseBits, order);
      if (variant === undefined) visit({ path, value, offsetBits, within });
      else walkStructure(variant, offsetBits, `${path}.`, within);
    } else {
      visit({ path, value, offsetBits, within });
    }
  };

  walkStructure(name, 0, '', []);
}

/** Every field of a structure and of those inside it, whatever a union's selector says. */
export function fieldsWithin(name: string, scope: LayoutScope): Field[] {
  const names = new Set([name]);
  const found: Field[] = [];
  for (const each of names) {
    for (const field of scope.structures.get(each)?.fields ?? []) {
      found.push(field);
      const inner = field.type === 'array' ? field.element : field;
      if (inner.type === 'struct') names.add(inner.structure);
      if (inner.type === 'union') for (const variant of inner.variants) names.add(variant.structure);
    }
  }
  return found;
}

/** The structure that a union's selector chooses in `bytes`; undefined for an unknown value, and without a selector. */
export function chosenVariant(bytes: Uint8Array, union: Extract<Value, { type: 'union' }>, siblings: readonly Field[], baseBits: number, order: ByteOrder): string | undefined {
  const selector = siblings.find((field) => field.name === union.selector);
  if (selector === undefined) return undefined;
  const chosen = readBits(bytes, baseBits + selector.offsetBits, selector.sizeBits, order);
  return union.variants.find(({ when }) => when?.some((literal) => integerValue(literal) === chosen) === true)?.structure;
}
