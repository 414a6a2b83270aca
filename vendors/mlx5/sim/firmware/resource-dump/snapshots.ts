/** So many dumps can be under way at once; the one that was asked for longest ago gives way. */
const LIMIT = 64;

/** Dumps under way: each is made whole when it begins, so that its pieces fit together whatever changes meanwhile. */
export class DumpSnapshots {
  readonly #streams = new Map<number, Uint8Array>();
  #next = 1;

  /** Keeps a stream and returns its number, 32 bits. */
  add(stream: Uint8Array): number {
    const [oldest] = this.#streams.keys();
    if (this.#streams.size >= LIMIT && oldest !== undefined) this.#streams.delete(oldest);
    const number = this.#next++ % 2 ** 32;
    this.#streams.set(number, stream);
    return number;
  }

  get(number: number): Uint8Array | undefined {
    return this.#streams.get(number);
  }

  /** The stream's last piece has been given. */
  remove(number: number): void {
    this.#streams.delete(number);
  }
}
