import type { ElementValue, Value } from '../../layout/field.js';
import type { Dimension, Member } from './model.js';
import type { Shape } from './shape.js';

/** A type of C that is no structure. */
export interface BasicType {
  readonly kind: 'unsigned' | 'signed' | 'text' | 'swapped';
  readonly sizeBits: number;
}

/** Finds the value of a dimension; undefined when it is no constant. */
export type DimensionValue = (dimension: Dimension) => bigint | undefined;

/** What sets one kind of header apart from another. */
export interface HeaderFormat {
  readonly byteOrder: 'big' | 'little';
  /** By their names in C. */
  readonly types: ReadonlyMap<string, BasicType>;
  /** Do members stand at multiples of their size, as C has it, unless they are packed? */
  readonly isAligned: boolean;
  /** Is a structure with this tag of the format? */
  readonly isFormatTag: (tag: string) => boolean;
  /** Does a member's name say that it is a gap, with constants defined behind it or without? */
  readonly isReserved: (name: string, hasConstants: boolean) => boolean;
  /** The names that a layout may give a tag's structure, the best first. */
  readonly layoutNames: (tag: string) => readonly string[];
  /** The extent of a member of a basic type; undefined when a dimension cannot be taken. */
  readonly shapeOf: (member: Member, basic: BasicType, valueOf: DimensionValue) => Shape | undefined;
  /** What such a member holds, at this place; undefined where nothing fits. The shape's count is not `rest`. */
  readonly valueOf: (basic: BasicType, shape: Shape, offsetBits: number) => Value | undefined;
  /** What a flexible array of it repeats; undefined for bytes. */
  readonly elementOf: (member: Member, basic: BasicType, widthBits: number) => ElementValue | undefined;
}
