import { LIMITS } from '../limits.js';
import type { ImportRule } from '../problem.js';
import { quantity, type AdbField, type AdbNode } from './model.js';

const WORD_BITS = 32;

/** Why something cannot be taken. */
export interface Fault {
  readonly fault: ImportRule;
  readonly message: string;
}

/** What a field says of its bounds: elements, and bits as the file counts them. */
export interface Bounds {
  /** From the node's start; within a 32-bit word, of the lowest bit. */
  readonly lowestBit: number;
  readonly elementBits: number;
  /** Undefined for a single element; `rest` for as many as follow. */
  readonly count: number | 'rest' | undefined;
  /** The number of the first element. */
  readonly firstIndex: number;
  /** All elements together, one where their number is open. */
  readonly sizeBits: number;
}

/** A field's place, counted as layouts of byte order `big` count bits. */
export interface Extent {
  readonly offsetBits: number;
  readonly elementBits: number;
  readonly count: number | 'rest' | undefined;
}

/** Size, elements and lowest bit of a field. `endBits` is where the field before it ends. */
export function boundsOf({ size, offset, attributes }: AdbField, endBits: number): Bounds | Fault {
  const sizeBits = quantity(size);
  const lowestBit = offset === undefined ? endBits : quantity(offset);
  if (sizeBits === undefined || sizeBits === 0 || lowestBit === undefined) return { fault: 'size', message: `has no place: offset '${(offset ?? '').slice(0, 40)}', size '${size.slice(0, 40)}'` };
  const [low, high] = [attributes.get('low_bound')?.trim() ?? '0', attributes.get('high_bound')?.trim()];
  const firstIndex = Number(low);
  if (high === undefined || high === '') return { lowestBit, elementBits: sizeBits, count: undefined, firstIndex: 0, sizeBits };
  if (high === 'VARIABLE') return { lowestBit, elementBits: sizeBits, count: 'rest', firstIndex, sizeBits };
  const count = Number(high) - firstIndex + 1;
  if (!/^\d{1,7}$/.test(low) || !/^\d{1,7}$/.test(high) || count < 1 || count > LIMITS.elements || sizeBits % count !== 0) {
    return { fault: 'dimension', message: `has bounds '${low.slice(0, 20)}' to '${high.slice(0, 20)}', which do not divide its ${sizeBits} bits` };
  }
  return { lowestBit, elementBits: sizeBits / count, count: count === 1 ? undefined : count, firstIndex, sizeBits };
}

/**
 * Where a field of these bounds stands. Elements of words ascend; smaller ones begin at their place in a word and go on towards its lowest
 * bit, then from the highest bit of the next. A node of less than a word counts from its own end.
 */
export function extentOf({ lowestBit, elementBits, count }: Bounds, { sizeBits }: AdbNode): Extent | Fault {
  const bit = lowestBit % WORD_BITS;
  const wordBits = Math.min(WORD_BITS, sizeBits);
  if (elementBits >= WORD_BITS) {
    if (bit === 0 && elementBits % WORD_BITS === 0) return { offsetBits: lowestBit, elementBits, count };
    return { fault: 'alignment', message: `${elementBits} bits at bit ${bit} of a word are no whole words` };
  }
  if (bit + elementBits > wordBits) return { fault: 'alignment', message: `${elementBits} bits at bit ${bit} end outside the word` };
  const offsetBits = lowestBit - bit + wordBits - bit - elementBits;
  const isInWord = count === undefined || (count !== 'rest' && count * elementBits <= bit + elementBits);
  if (isInWord || (bit % elementBits === 0 && WORD_BITS % elementBits === 0)) return { offsetBits, elementBits, count };
  return { fault: 'alignment', message: `elements of ${elementBits} bits cross words` };
}

/** The same for each element where they ascend from a word's lowest bit, first element first. */
export function ascendingExtents(bounds: Bounds, node: AdbNode): (Extent | Fault)[] {
  const count = typeof bounds.count === 'number' ? bounds.count : 1;
  return Array.from({ length: count }, (_, index) => extentOf({ ...bounds, count: undefined, lowestBit: bounds.lowestBit + index * bounds.elementBits }, node));
}
