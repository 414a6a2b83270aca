import { bitsAt, dwordAt, flagAt, quadAt } from '../../wire.js';

/** What stands for a number of objects. */
export const ALL = 0xffff;
/** As {@link ALL}, but only those in use. */
export const ACTIVE = 0xfffe;

/** What is asked for: the fields of the register that select it. */
export interface DumpRequest {
  readonly type: number;
  readonly index1: number;
  readonly index2: number;
  readonly count1: number;
  readonly count2: number;
}

/** A whole register image, read. */
export interface DumpCall extends DumpRequest {
  readonly isContinued: boolean;
  readonly isInline: boolean;
  readonly sequence: number;
  /** The function that is named, or none. */
  readonly function: number | undefined;
  readonly opaque: bigint;
  readonly memoryKey: number;
  readonly roomBytes: number;
  readonly address: bigint;
}

/** Reads the register's fields. */
export function readCall(data: Uint8Array): DumpCall {
  return {
    isContinued: flagAt(data, 0x0, 31), isInline: flagAt(data, 0x0, 30), sequence: bitsAt(data, 0x0, 19, 16), type: bitsAt(data, 0x0, 15, 0),
    function: flagAt(data, 0x0, 29) ? bitsAt(data, 0x4, 15, 0) : undefined,
    index1: dwordAt(data, 0x8), index2: dwordAt(data, 0xc), count1: bitsAt(data, 0x10, 31, 16), count2: bitsAt(data, 0x10, 15, 0),
    opaque: quadAt(data, 0x18), memoryKey: dwordAt(data, 0x20), roomBytes: dwordAt(data, 0x24), address: quadAt(data, 0x28),
  };
}
