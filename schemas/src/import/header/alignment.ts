import type { HeaderFormat } from './format.js';
import type { Resolve } from './lowering.js';
import type { Member, MemberType, Packing } from './model.js';
import type { Row } from './taken.js';
import { isUnion, padded, type UnionShape } from './unions.js';

const UNALIGNED_BITS = 1;

/** Where C puts members: at multiples of their size, except in what is packed, and in a format that knows no alignment. */
export class Alignment {
  readonly #format: HeaderFormat;
  readonly #resolve: Resolve;

  constructor(format: HeaderFormat, resolve: Resolve) {
    this.#format = format;
    this.#resolve = resolve;
  }

  /** What a member's offset in bits is a multiple of. */
  ofType(type: MemberType): number {
    if (!this.#format.isAligned) return UNALIGNED_BITS;
    if (type.kind === 'basic') return type.basic.sizeBits;
    if (type.kind === 'inline') return this.ofMembers(type.members, type.packing);
    const found = this.#resolve(type.keyword, type.tag);
    return 'fault' in found ? UNALIGNED_BITS : found.alignBits;
  }

  /** What the offset of a structure with these members is a multiple of. */
  ofMembers(members: readonly Member[], packing: Packing): number {
    if (!this.#format.isAligned || packing === 'packed') return UNALIGNED_BITS;
    return members.reduce((most, { type }) => Math.max(most, this.ofType(type)), UNALIGNED_BITS);
  }
}

/** The bits up to the next multiple. */
export function paddingBits(offsetBits: number, alignBits: number): number {
  return (alignBits - (offsetBits % alignBits)) % alignBits;
}

/** A structure or union that fills whole multiples of its alignment; one with a tail ends where the tail begins. */
export function filled(shape: Row | UnionShape, startBits: number, alignBits: number): Row | UnionShape {
  const sizeBits = shape.sizeBits + paddingBits(shape.sizeBits, alignBits);
  if (sizeBits === shape.sizeBits) return shape;
  if (isUnion(shape)) return { value: { ...shape.value, sizeBits }, sizeBits };
  return shape.hasTail ? shape : padded(shape, sizeBits, startBits);
}
