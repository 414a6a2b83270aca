import { LIMITS } from '../limits.js';
import type { DimensionValue, HeaderFormat } from './format.js';
import type { Member } from './model.js';

/** A member's extent, before it is known what it is made of. */
export interface Shape {
  /** Bits of one element; undefined where elements are structures. */
  readonly widthBits: number | undefined;
  /** Undefined for a single element; `rest` for a flexible array. */
  readonly count: number | 'rest' | undefined;
}

/**
 * The extent that a member's dimensions give it; several counts multiply. A first dimension of nothing or zero makes the array flexible.
 * Undefined when a dimension cannot be taken.
 */
export function shapeOf(format: HeaderFormat, member: Member, valueOf: DimensionValue): Shape | undefined {
  if (member.type.kind === 'basic') return format.shapeOf(member, member.type.basic, valueOf);
  return counted(undefined, dimensionsOf(member, valueOf));
}

/** The values of a member's dimensions, zero for one that is left open. */
export function dimensionsOf({ dimensions, isFlexible }: Member, valueOf: DimensionValue): (bigint | undefined)[] {
  const numbers = dimensions.map((dimension) => (dimension.length === 0 ? 0n : valueOf(dimension)));
  return isFlexible ? [0n, ...numbers] : numbers;
}

/** The extent of an array of these counts. */
export function counted(widthBits: number | undefined, counts: readonly (bigint | undefined)[]): Shape | undefined {
  const [first, ...others] = counts;
  if (counts.length === 0) return { widthBits, count: undefined };
  const product = others.reduce<bigint | undefined>((all, each) => (all === undefined || each === undefined || each < 1n ? undefined : all * each), 1n);
  if (first === undefined || first < 0n || product === undefined) return undefined;
  if (first === 0n) return { widthBits: widthBits === undefined ? undefined : widthBits * Number(product), count: 'rest' };
  const count = first * product;
  return count > BigInt(LIMITS.elements) ? undefined : { widthBits, count: Number(count) };
}
