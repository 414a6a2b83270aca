import { TransportError } from '../../errors/classes.js';

const LITTLE_ENDIAN = true;
const WORD_BYTES = { u16: 2, u32: 4, u64: 8 } as const;
const TWO_TO_32 = 2 ** 32;

/** Reads little-endian values one after the other. Reading past the end throws `ERR_PROTOCOL`. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;

  /**
   * @param bytes - read in place, never modified
   * @param what - what errors call the bytes
   */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  /** Bytes not read yet. */
  get remainingBytes(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next 16 bits. */
  u16(): number {
    return this.#view.getUint16(this.#advance(WORD_BYTES.u16), LITTLE_ENDIAN);
  }

  /** The next 32 bits, unsigned. */
  u32(): number {
    return this.#view.getUint32(this.#advance(WORD_BYTES.u32), LITTLE_ENDIAN);
  }

  /** The next 64 bits, unsigned. */
  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(WORD_BYTES.u64), LITTLE_ENDIAN);
  }

  /** The next 64 bits as a number: exact below 2^53, and never below 2^53 when the value is not. */
  u64AsNumber(): number {
    const low = this.u32();
    return this.u32() * TWO_TO_32 + low;
  }

  /** Everything that is left, as a view of the bytes given. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#advance(this.remainingBytes));
  }

  /** Throws `ERR_PROTOCOL` unless everything has been read. */
  end(): void {
    if (this.remainingBytes > 0) throw new TransportError('ERR_PROTOCOL', `${this.#what} has ${String(this.remainingBytes)} bytes too many.`);
  }

  #advance(lengthBytes: number): number {
    if (this.remainingBytes < lengthBytes) {
      throw new TransportError('ERR_PROTOCOL', `${this.#what} is too short: ${String(this.#bytes.length)} bytes.`);
    }
    const at = this.#at;
    this.#at += lengthBytes;
    return at;
  }
}

/** Writes little-endian values one after the other into fresh memory of a fixed length. */
export class WireWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(lengthBytes: number) {
    this.#bytes = new Uint8Array(lengthBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Appends 16 bits. */
  u16(value: number): this {
    this.#view.setUint16(this.#advance(WORD_BYTES.u16), value, LITTLE_ENDIAN);
    return this;
  }

  /** Appends 32 bits. */
  u32(value: number): this {
    this.#view.setUint32(this.#advance(WORD_BYTES.u32), value, LITTLE_ENDIAN);
    return this;
  }

  /** Appends 64 bits. */
  u64(value: bigint): this {
    this.#view.setBigUint64(this.#advance(WORD_BYTES.u64), value, LITTLE_ENDIAN);
    return this;
  }

  /** Appends bytes. */
  bytes(data: Uint8Array): this {
    this.#bytes.set(data, this.#advance(data.length));
    return this;
  }

  /** The memory, whole; what was not written is zero. */
  finish(): Uint8Array {
    return this.#bytes;
  }

  #advance(lengthBytes: number): number {
    const at = this.#at;
    this.#at += lengthBytes;
    return at;
  }
}
