import type { Field } from '../layout/field.js';

/** The name of a gap that begins at this bit of its structure. */
export function gapName(offsetBits: number): string {
  return `reserved_at_${offsetBits.toString(16)}`;
}

/** Bits that nothing is told of. */
export function gap(offsetBits: number, sizeBits: number): Field {
  return { name: gapName(offsetBits), type: 'reserved', offsetBits, sizeBits };
}
