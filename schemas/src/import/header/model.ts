import type { Place } from '../problem.js';
import type { BasicType } from './format.js';

/** The C keyword of a definition. */
export type Keyword = 'struct' | 'union';

/** A dimension of an array as it is written; no words for `[]`. */
export type Dimension = readonly string[];

/** A `#define` of a name without parameters. */
export interface Constant extends Place {
  readonly name: string;
  /** What stands behind the name. */
  readonly words: readonly string[];
}

/** One member of a structure or union. */
export interface Member extends Place {
  /** Undefined for an anonymous structure or union. */
  readonly name: string | undefined;
  readonly type: MemberType;
  readonly dimensions: readonly Dimension[];
  /** Declared by a macro for flexible arrays: as if one more dimension `[]` stood first. */
  readonly isFlexible: boolean;
  /** What the header defines between this member and the next. */
  readonly constants: readonly Constant[];
}

/** What a member is made of: a basic type, a structure by its tag, or one defined in place. */
export type MemberType =
  | { readonly kind: 'basic'; readonly basic: BasicType }
  | { readonly kind: 'tag'; readonly keyword: Keyword; readonly tag: string }
  | { readonly kind: 'inline'; readonly keyword: Keyword; readonly members: readonly Member[]; readonly packing: Packing };

/** What the compiler is told of a structure's alignment. */
export type Packing = 'natural' | 'packed' | 'other';

/** A structure or union with a tag of this format. */
export interface Definition extends Place {
  readonly keyword: Keyword;
  readonly tag: string;
  readonly members: readonly Member[];
  readonly packing: Packing;
}

/** The constants of one `enum { }`. */
export interface EnumBlock extends Place {
  readonly constants: readonly { readonly name: string; readonly value: bigint }[];
}

/** Everything of a header that the importer looks at. */
export interface Header {
  /** In the order of the header. */
  readonly definitions: readonly Definition[];
  readonly enums: readonly EnumBlock[];
  /** Evaluates a dimension, or any constant expression; undefined when it is none. */
  readonly valueOf: (words: readonly string[]) => bigint | undefined;
}
