import type { Codec } from './codec.js';
import type { Fields } from './types.js';

/** A field's value ready for people and for JSON. Integers wider than 53 bits are decimal strings. */
export type Presented =
  | PresentedScalar
  | { readonly type: 'structure'; readonly fields: Readonly<Record<string, Presented>> }
  | { readonly type: 'array'; readonly elements: readonly Presented[] };

/** A single value. */
export interface PresentedScalar {
  readonly type: 'value';
  /** Bytes are lower-case hexadecimal. */
  readonly value: number | string;
  /** The enum name, when the value has one. */
  readonly symbol?: string;
  /** Names of the flags that are set, lowest bit first; bits without a name as `bitN`. */
  readonly flags?: readonly string[];
  /** The quantity in `unit`, when the layout has a scale. */
  readonly scaled?: number;
  readonly unit?: string;
  /** One line for a person: `up (1)`, `40.5 C`, `0x2c9`. */
  readonly text: string;
  /** The layout's sentence about the field. */
  readonly description?: string;
}

/** Annotates decoded fields with what their layout says of them. */
export declare function present(codec: Codec, fields: Fields): Readonly<Record<string, Presented>>;
