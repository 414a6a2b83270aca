import type { Dimension, Member } from './model.js';

/** A member's extent, before it is known what it is made of. */
export interface Shape {
  /** Bits of one element; undefined where elements are structures. */
  readonly widthBits: number | undefined;
  /** Undefined for a single element; `rest` for a flexible array. */
  readonly count: number | 'rest' | undefined;
}

/** The most bits that a structure may have, and the most elements of an array. */
export const LIMITS = { sizeBits: 2 ** 27, elements: 2 ** 20 } as const;

/**
 * The extent that a member's dimensions give it. The last dimension of bits is their width; all others are counts, and where there are
 * several they multiply. A first dimension of nothing or zero makes the array flexible. Undefined when a dimension cannot be taken.
 */
export function shapeOf({ type, dimensions, isFlexible }: Member, valueOf: (dimension: Dimension) => bigint | undefined): Shape | undefined {
  const numbers = dimensions.map((dimension) => (dimension.length === 0 ? 0n : valueOf(dimension)));
  if (isFlexible) numbers.unshift(0n);
  if (type.kind !== 'bits') return counted(undefined, numbers);
  const last = numbers.at(-1);
  if (numbers.length === 0) return { widthBits: 1, count: undefined };
  if (numbers.length === 1 && last === 0n) return { widthBits: 8, count: 'rest' };
  const width = isFlexible && numbers.length === 1 ? 8n : last;
  return width === undefined || width < 1n || width > BigInt(LIMITS.sizeBits) ? undefined : counted(Number(width), numbers.slice(0, -1));
}

function counted(widthBits: number | undefined, counts: readonly (bigint | undefined)[]): Shape | undefined {
  const [first, ...others] = counts;
  if (counts.length === 0) return { widthBits, count: undefined };
  const product = others.reduce<bigint | undefined>((all, each) => (all === undefined || each === undefined || each < 1n ? undefined : all * each), 1n);
  if (first === undefined || first < 0n || product === undefined) return undefined;
  if (first === 0n) return { widthBits: widthBits === undefined ? undefined : widthBits * Number(product), count: 'rest' };
  const count = first * product;
  return count > BigInt(LIMITS.elements) ? undefined : { widthBits, count: Number(count) };
}
