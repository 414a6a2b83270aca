import type { MsixLayout } from './pci-device.js';

const ENTRY_BYTES = 16;
const BYTE_BITS = 8;
/** Which bits of each byte of a table entry software may change: no sub-dword address, one bit of vector control. */
const ENTRY_WRITABLE = Uint8Array.of(0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0, 0);
/** Vector control after reset: masked. */
const ENTRY_RESET = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0, 0, 0);
const PENDING_ALIGNMENT_BYTES = 8;

/**
 * The MSI-X table and pending bits inside a BAR. The table is only stored: the host of the function has a table of its own, and
 * unmasks a vector by connecting it, so the mask bits here would hold back every interrupt for ever.
 */
export class MsixState {
  readonly layout: MsixLayout;
  readonly #table: Uint8Array;
  readonly #pending: Uint8Array;

  constructor(layout: MsixLayout) {
    this.layout = layout;
    this.#table = new Uint8Array(layout.vectors * ENTRY_BYTES);
    this.#pending = new Uint8Array(Math.ceil(layout.vectors / BYTE_BITS / PENDING_ALIGNMENT_BYTES) * PENDING_ALIGNMENT_BYTES);
    this.reset();
  }

  /** What of the BAR at `offsetBytes` is table or pending bits; `undefined` when it is the device's own. */
  read(offsetBytes: number, lengthBytes: number): Uint8Array | undefined {
    const inTable = offsetBytes - this.layout.tableOffsetBytes;
    if (isWithin(inTable, this.#table)) return this.#table.slice(inTable, inTable + lengthBytes);
    const inPending = offsetBytes - this.layout.pendingOffsetBytes;
    return isWithin(inPending, this.#pending) ? this.#pending.slice(inPending, inPending + lengthBytes) : undefined;
  }

  /** Stores into the table; returns whether the place was the table or the (read-only) pending bits. */
  write(offsetBytes: number, data: Uint8Array): boolean {
    const inTable = offsetBytes - this.layout.tableOffsetBytes;
    if (!isWithin(inTable, this.#table)) return isWithin(offsetBytes - this.layout.pendingOffsetBytes, this.#pending);
    for (const [index, byte] of data.entries()) {
      const at = inTable + index;
      const mask = ENTRY_WRITABLE[at % ENTRY_BYTES] ?? 0;
      if (at < this.#table.length) this.#table[at] = ((this.#table[at] ?? 0) & ~mask) | (byte & mask);
    }
    return true;
  }

  /** Remembers an interrupt that could not be sent. */
  hold(vector: number): void {
    const at = Math.floor(vector / BYTE_BITS);
    this.#pending[at] = (this.#pending[at] ?? 0) | (1 << vector % BYTE_BITS);
  }

  /** The vectors whose interrupts are held. */
  held(): number[] {
    const vectors: number[] = [];
    for (const [at, bits] of this.#pending.entries()) {
      for (let bit = 0; bits >>> bit !== 0; bit += 1) if (((bits >>> bit) & 1) !== 0) vectors.push(at * BYTE_BITS + bit);
    }
    return vectors;
  }

  /** Forgets a held interrupt. */
  release(vector: number): void {
    const at = Math.floor(vector / BYTE_BITS);
    this.#pending[at] = (this.#pending[at] ?? 0) & ~(1 << vector % BYTE_BITS);
  }

  /** Every vector masked, nothing pending. */
  reset(): void {
    this.#pending.fill(0);
    for (let vector = 0; vector < this.layout.vectors; vector += 1) this.#table.set(ENTRY_RESET, vector * ENTRY_BYTES);
  }
}

function isWithin(at: number, bytes: Uint8Array): boolean {
  return at >= 0 && at < bytes.length;
}
