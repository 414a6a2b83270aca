/** Bit of a user context's capabilities that allows the debug commands. */
export const TOOLS_RESOURCES = 4;

/** The user contexts (uids) that CREATE_UCTX made. Context 0 is the driver and is not kept here. */
export class UserContexts {
  readonly #limit: number;
  readonly #capabilities = new Map<number, number>();
  #last = 0;

  /** At most `limit` contexts, up to 65,535. */
  constructor(limit: number) {
    this.#limit = Math.min(limit, 0xffff);
  }

  /** The capability bits of each, by number. */
  get all(): ReadonlyMap<number, number> {
    return this.#capabilities;
  }

  get isFull(): boolean {
    return this.#capabilities.size >= this.#limit;
  }

  /** Makes a context and returns its number, the next one that is free; the caller has checked `isFull`. */
  create(capabilities: number): number {
    do this.#last = this.#last >= this.#limit ? 1 : this.#last + 1;
    while (this.#capabilities.has(this.#last));
    this.#capabilities.set(this.#last, capabilities);
    return this.#last;
  }

  /** False when there is no such context. */
  destroy(uid: number): boolean {
    return this.#capabilities.delete(uid);
  }

  /** A context's capability bits; `undefined` when there is no such context. */
  capabilitiesOf(uid: number): number | undefined {
    return this.#capabilities.get(uid);
  }

  clear(): void {
    this.#capabilities.clear();
  }
}
