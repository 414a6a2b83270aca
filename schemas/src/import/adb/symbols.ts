import type { Symbol } from '../../layout/layout.js';
import { literal, type ValueNames } from '../header/field-names.js';

/** The values that an `enum` attribute names, each value and each name once, and what of it cannot be taken. */
export interface EnumValues {
  readonly values: ReadonlyMap<string, bigint>;
  readonly refused: readonly string[];
}

const MASK = /mask$/i;
const FEWEST_FLAGS = 3;
const NUMBER = /^(0[xX][0-9a-fA-F]{1,16}|\d{1,19})$/;

/** Reads `NAME=0x0,NAME2=1`; the values fit `sizeBits` bits. */
export function enumValues(text: string, sizeBits: number): EnumValues {
  const values = new Map<string, bigint>();
  const seen = new Set<bigint>();
  const refused: string[] = [];
  for (const piece of text.split(',')) {
    if (piece.trim() === '') continue;
    const [, name = '', number = ''] = /^(.*)=([^=]*)$/.exec(piece.trim()) ?? [];
    const value = NUMBER.test(number.trim()) ? BigInt(number.trim()) : undefined;
    if (value === undefined || name.trim() === '' || value >= 1n << BigInt(sizeBits) || values.has(name.trim()) || seen.has(value)) refused.push(piece.trim());
    else {
      values.set(name.trim(), value);
      seen.add(value);
    }
  }
  return { values, refused };
}

/**
 * What the names of a field's values are: those of bits where each is one bit and there are several, or the field is called a mask.
 * Undefined where they are of a mask's bits and do not say of which.
 */
export function valueNames(values: ReadonlyMap<string, bigint>, field: string, isArray: boolean): ValueNames | undefined {
  const isMask = MASK.test(field);
  const isBits = [...values.values()].every((value) => /^10*$/.test(value.toString(2)));
  if (isMask && (isArray || !isBits)) return undefined;
  if (isBits && (isMask || values.size >= FEWEST_FLAGS)) return { type: 'flags', flags: [...values].map(([name, value]) => ({ name, bit: value.toString(2).length - 1 })) };
  return { type: 'enum', symbols: symbolsOf(values) };
}

/** Names of values as a layout writes them. */
export function symbolsOf(values: ReadonlyMap<string, bigint>): Symbol[] {
  return [...values].map(([name, value]) => ({ name, value: literal(value) }));
}
