import type { LayoutDocument, LayoutScope } from '@auxctl/schemas';
import type { Anomaly, FieldInput, Fields } from './types.js';

/** A structure's layout, compiled. */
export interface Codec {
  readonly document: LayoutDocument;
  /** Every structure, enum and flags set that the layout uses. */
  readonly scope: LayoutScope;
  /** The structure's name. */
  readonly structure: string;
  /** Without a tail, rounded up to whole bytes. */
  readonly sizeBytes: number;
  /** May more bytes follow the fixed part? */
  readonly hasTail: boolean;
  /** Decodes the structure at the start of `bytes`; throws `ERR_REPLY` when they are fewer than {@link sizeBytes}. */
  decode(bytes: Uint8Array): Fields;
  /**
   * Writes the given fields, and all constants, into a copy of `base` (zeros when left out). Throws `ERR_UNKNOWN_NAME` for a field
   * that does not exist, `ERR_FIELD_VALUE` for a value that does not fit.
   */
  encode(fields: FieldInput, base?: Uint8Array): Uint8Array;
  /** What the layout does not account for in `bytes`. */
  anomalies(bytes: Uint8Array): Anomaly[];
}
