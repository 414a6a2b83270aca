import type { Field, LayoutScope, Structure, Value } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { readBits, type ByteOrder } from './bits.js';

/** One value at its place in the bytes. */
export interface Visit {
  readonly path: string;
  readonly value: Value;
  readonly offsetBits: number;
}

/** Calls `visit` for every scalar, reserved field and unknown variant of a structure, in order. */
export function walk(bytes: Uint8Array, name: string, scope: LayoutScope, order: ByteOrder, visit: (at: Visit) => void): void {
  const structure = (structureName: string): Structure => scope.structures.get(structureName) ?? { sizeBits: 0, fields: [] };

  const walkStructure = (structureName: string, baseBits: number, prefix: string): void => {
    const { fields } = structure(structureName);
    for (const field of fields) walkValue(field, baseBits + field.offsetBits, prefix + field.name, fields, baseBits);
  };

  const walkValue = (value: Value, offsetBits: number, path: string, siblings: readonly Field[], baseBits: number): void => {
    if (value.type === 'struct') {
      walkStructure(value.structure, offsetBits, `${path}.`);
    } else if (value.type === 'array') {
      const count = value.count === 'rest' ? Math.floor((bytes.length * 8 - offsetBits) / value.element.sizeBits) : value.count;
      for (let index = 0; index < count; index++) walkValue(value.element, offsetBits + index * value.element.sizeBits, `${path}[${index}]`, [], baseBits);
    } else if (value.type === 'union') {
      const variant = chosenVariant(bytes, value, siblings, baseBits, order);
      if (variant === undefined) visit({ path, value, offsetBits });
      else walkStructure(variant, offsetBits, `${path}.`);
    } else {
      visit({ path, value, offsetBits });
    }
  };

  walkStructure(name, 0, '');
}

/** The structure that a union's selector chooses in `bytes`. */
export function chosenVariant(bytes: Uint8Array, union: Extract<Value, { type: 'union' }>, siblings: readonly Field[], baseBits: number, order: ByteOrder): string | undefined {
  const selector = siblings.find((field) => field.name === union.selector);
  if (selector === undefined) return undefined;
  const chosen = readBits(bytes, baseBits + selector.offsetBits, selector.sizeBits, order);
  return union.variants.find(({ when }) => when.some((literal) => integerValue(literal) === chosen))?.structure;
}
