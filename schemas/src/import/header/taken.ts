import type { Field, Value } from '../../layout/field.js';
import type { Structure } from '../../layout/layout.js';
import type { Place } from '../problem.js';
import type { Constant, Definition } from './model.js';

/** The kind of value that a union is. */
export type UnionValue = Extract<Value, { type: 'union' }>;

/** Where a layout's field stands in the header. */
export interface FieldOrigin extends Place {
  /** The name of the layout's structure. */
  readonly structure: string;
  /** The name of its field; undefined where the member is the structure as a whole. */
  readonly field: string | undefined;
  /** The way to the member in C, as in `outer.inner`. */
  readonly member: string;
  /** Where the layout's structure begins in the header's. */
  readonly baseBits: number;
  /** The member's bits within the field, where the field joins several members. */
  readonly part?: { readonly offsetBits: number; readonly sizeBits: number };
}

/** What became of one definition. */
export interface Taken {
  readonly definition: Definition;
  /** The layout's name. */
  readonly name: string;
  readonly structure: Structure;
  /** Structures that stand in the definition without a tag. */
  readonly parts: ReadonlyMap<string, Structure>;
  /** For a union with several members: itself as a value. Its structure then holds it under the name `value`. */
  readonly union: UnionValue | undefined;
  /** Does a part without a fixed size end it? */
  readonly hasTail: boolean;
  /** Must it begin at a whole byte? */
  readonly isByteAligned: boolean;
  /** What its offset in another structure is a multiple of. */
  readonly alignBits: number;
  /** The names of the definitions that it uses. */
  readonly uses: ReadonlySet<string>;
  readonly origins: readonly FieldOrigin[];
  /** What the header defines of a field, by the layout's structure and field as in `STRUCTURE.FIELD`. */
  readonly constants: ReadonlyMap<string, readonly Constant[]>;
}

/** Fields in a row, and how many bits they take together. */
export interface Row {
  readonly fields: readonly Field[];
  readonly sizeBits: number;
  readonly hasTail: boolean;
  readonly isByteAligned: boolean;
}
