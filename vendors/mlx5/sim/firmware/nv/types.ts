/** A range of bits of the dword at an offset into an item. */
export type NvBits = readonly [offsetBytes: number, highBit: number, lowBit: number];

/** One item of non-volatile configuration as it leaves the factory. */
export interface NvItemProfile {
  /** Class and number, as the registers name it: 32 bits. */
  readonly type: number;
  /** 4 to 256 bytes, whole dwords. */
  readonly factory: Uint8Array;
  /** Nobody can write it. */
  readonly isReadOnly?: true;
  /** Fields that count only while a bit is set: without it they keep the factory's values. */
  readonly dependent?: readonly { readonly bit: NvBits; readonly fields: readonly NvBits[] }[];
  /** The largest values that the firmware takes. */
  readonly limits?: readonly { readonly field: NvBits; readonly most: number }[];
}

/** One item's bytes and who wrote them. */
export interface NvRecord {
  readonly data: Uint8Array;
  /** The number of the writer; 0 for the factory's values. */
  readonly writer: number;
}

/** Which of an item's three records is meant, by the number that the registers give it. */
export const NV_MODE = { next: 0, current: 1, factory: 2 } as const;
