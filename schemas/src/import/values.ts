import type { ElementValue, Value } from '../layout/field.js';
import { LIMITS } from './limits.js';

const BYTE_BITS = 8;
const WIDEST_INTEGER_BITS = 64;

/** What a run of bits is: an integer as far as integers reach, else bytes; undefined where neither fits. */
export function bitsValue(sizeBits: number, offsetBits: number): ElementValue | undefined {
  if (sizeBits <= WIDEST_INTEGER_BITS) return { type: 'uint', sizeBits };
  return isWhole(sizeBits) && isWhole(offsetBits) ? { type: 'bytes', sizeBits } : undefined;
}

/** Bits whose meaning is not told: bytes where they are whole ones, else single bits. Undefined when there are too many of these. */
export function opaqueValue(sizeBits: number, offsetBits: number): Value | undefined {
  if (sizeBits > 0 && isWhole(sizeBits) && isWhole(offsetBits)) return { type: 'bytes', sizeBits };
  return sizeBits > 0 && sizeBits <= LIMITS.elements ? { type: 'array', sizeBits, count: sizeBits, element: { type: 'uint', sizeBits: 1 } } : undefined;
}

/** Is it a number of whole bytes? */
export function isWhole(bits: number): boolean {
  return bits % BYTE_BITS === 0;
}
