import type { Place } from '../problem.js';

/** The C keyword of a definition. */
export type Keyword = 'struct' | 'union';

/** A dimension of an array as it is written; no words for `[]`. */
export type Dimension = readonly string[];

/** One member of a structure or union. */
export interface Member extends Place {
  /** Undefined for an anonymous structure or union. */
  readonly name: string | undefined;
  readonly type: MemberType;
  readonly dimensions: readonly Dimension[];
  /** Declared by a macro for flexible arrays: as if one more dimension `[]` stood first. */
  readonly isFlexible: boolean;
}

/** What a member is made of: bits, a structure by its tag, or one defined in place. */
export type MemberType =
  | { readonly kind: 'bits' }
  | { readonly kind: 'tag'; readonly keyword: Keyword; readonly tag: string }
  | { readonly kind: 'inline'; readonly keyword: Keyword; readonly members: readonly Member[] };

/** A structure or union with a tag of this format. */
export interface Definition extends Place {
  readonly keyword: Keyword;
  readonly tag: string;
  readonly members: readonly Member[];
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
  /** Evaluates a dimension; undefined when it is no constant. */
  readonly valueOf: (dimension: Dimension) => bigint | undefined;
}
