/** The size of a submission queue entry and of a completion queue entry. */
export const ENTRY_BYTES = 64;
/** As {@link ENTRY_BYTES}. */
export const COMPLETION_BYTES = 16;
/** The size of most data structures that Identify gives. */
export const PAGE_BYTES = 4096;

/** Status code type and code, as the controller gives them. */
export const STATUS = {
  success: 0, invalidOpcode: 0x001, invalidField: 0x002, sequence: 0x00c, invalidNamespace: 0x00b,
  invalidSlot: 0x106, invalidImage: 0x107, invalidLogPage: 0x109, invalidFormat: 0x10a, notSaveable: 0x10d, notChangeable: 0x10e, selfTestRunning: 0x11d,
} as const;

/** A command as the controller reads it. */
export interface Entry {
  readonly opcode: number;
  /** The byte after the opcode: not zero only in what never reaches a controller. */
  readonly mark: number;
  readonly nsid: number;
  /** Dwords 10 to 15. */
  readonly dwords: readonly [number, number, number, number, number, number];
  /** What the host sends. */
  readonly data: Uint8Array;
}

/** What the controller answers. */
export interface Answer {
  readonly status: number;
  readonly result?: number | bigint;
  readonly data?: Uint8Array;
}

/** Reads a request; undefined for one that is too short. */
export function readEntry(request: Uint8Array): Entry | undefined {
  if (request.length < ENTRY_BYTES) return undefined;
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const at = (index: number): number => view.getUint32(index * 4, true);
  return { opcode: request[0] ?? 0, mark: request[1] ?? 0, nsid: at(1), dwords: [at(10), at(11), at(12), at(13), at(14), at(15)], data: request.slice(ENTRY_BYTES) };
}

/** A completion queue entry with the data behind it, cut to the room there is. */
export function writeAnswer({ status, result = 0, data = new Uint8Array() }: Answer, replyLengthBytes: number): Uint8Array {
  const reply = new Uint8Array(COMPLETION_BYTES + data.length);
  const view = new DataView(reply.buffer);
  view.setBigUint64(0, BigInt(result), true);
  // What fails does so again: the bit above all others.
  view.setUint16(14, (status << 1) | (status === 0 ? 0 : 0x8000), true);
  reply.set(data, COMPLETION_BYTES);
  return reply.slice(0, replyLengthBytes);
}

/** Bytes of a data structure, little-endian, filled in place. */
export class Page {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(lengthBytes: number) {
    this.bytes = new Uint8Array(lengthBytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(offset: number, ...values: number[]): this {
    this.bytes.set(values, offset);
    return this;
  }

  u16(offset: number, ...values: number[]): this {
    values.forEach((value, index) => this.#view.setUint16(offset + index * 2, value, true));
    return this;
  }

  u32(offset: number, ...values: number[]): this {
    values.forEach((value, index) => this.#view.setUint32(offset + index * 4, value, true));
    return this;
  }

  u64(offset: number, value: number | bigint): this {
    this.#view.setBigUint64(offset, BigInt(value), true);
    return this;
  }

  /** Text, padded with spaces. */
  text(offset: number, lengthBytes: number, text: string): this {
    this.bytes.set(Buffer.from(text.padEnd(lengthBytes), 'latin1').subarray(0, lengthBytes), offset);
    return this;
  }
}
