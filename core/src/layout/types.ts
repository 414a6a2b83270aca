/** A decoded value: integers up to 53 bits are numbers, wider ones bigints; bytes are fresh memory. */
export type FieldValue = number | bigint | string | Uint8Array | Fields | readonly FieldValue[];

/** A decoded structure, by field name. Reserved fields are left out. */
export interface Fields {
  readonly [name: string]: FieldValue;
}

/** A value to encode: as {@link FieldValue}, and for integers also text such as `0x10`, `12` or an enum's name. */
export type FieldInputValue = number | bigint | string | boolean | Uint8Array | FieldInput | readonly FieldInputValue[];

/** Fields to encode, by name; what is left out stays as it was. */
export interface FieldInput {
  readonly [name: string]: FieldInputValue;
}

/** Something that the layout does not account for. It is shown, never an exception. */
export type Anomaly =
  | { readonly type: 'reserved-bits'; readonly path: string; readonly offsetBits: number; readonly value: bigint }
  | { readonly type: 'unknown-symbol'; readonly path: string; readonly value: bigint }
  | { readonly type: 'unknown-variant'; readonly path: string; readonly value: bigint }
  | { readonly type: 'trailing-bytes'; readonly path: string; readonly offsetBytes: number; readonly lengthBytes: number };
