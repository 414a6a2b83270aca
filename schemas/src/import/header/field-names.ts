import type { Flag, Symbol } from '../../layout/layout.js';

/** Names for the values of one field. */
export type ValueNames =
  | { readonly type: 'enum'; readonly symbols: readonly Symbol[] }
  | { readonly type: 'flags'; readonly flags: readonly Flag[] };

/** Some bits of a field, counted from its least significant one. */
export interface FieldPart {
  readonly name: string;
  readonly shiftBits: number;
  readonly sizeBits: number;
  readonly isReserved: boolean;
  readonly names?: ValueNames;
}

/** Names for the values of one field, or for the fields that its bits are; these stand in ascending order and do not overlap. */
export type FieldNames = ValueNames | { readonly type: 'parts'; readonly parts: readonly FieldPart[] };

/** A value as a layout writes it. */
export function literal(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : `0x${value.toString(16)}`;
}
