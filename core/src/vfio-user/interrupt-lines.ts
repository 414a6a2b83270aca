import type { Eventfd, Native, OwnedDescriptor } from '../native.js';

const COUNTER_FULL = 'EAGAIN';

/** The event counters by which the client wants to hear of each vector. */
export class InterruptLines {
  readonly #native: Pick<Native, 'eventfdFrom'>;
  readonly #lines = new Map<number, Eventfd>();

  constructor(native: Pick<Native, 'eventfdFrom'>) {
    this.#native = native;
  }

  /** Connects consecutive vectors from `start` on and takes the descriptors over; they should be event counters. */
  connect(start: number, descriptors: readonly OwnedDescriptor[]): void {
    const eventfds = descriptors.map((descriptor) => this.#native.eventfdFrom(descriptor));
    for (const [index, eventfd] of eventfds.entries()) {
      this.#lines.get(start + index)?.close();
      this.#lines.set(start + index, eventfd);
    }
  }

  /** Disconnects `count` vectors from `start` on. */
  disconnect(start: number, count: number): void {
    for (let vector = start; vector < start + count; vector += 1) {
      this.#lines.get(vector)?.close();
      this.#lines.delete(vector);
    }
  }

  /** Disconnects every vector. */
  disconnectAll(): void {
    for (const eventfd of this.#lines.values()) eventfd.close();
    this.#lines.clear();
  }

  /**
   * Tells the client of an interrupt; false when the vector is not connected. A counter that cannot be signalled was none, or is
   * broken, and is dropped.
   */
  signal(vector: number): boolean {
    const eventfd = this.#lines.get(vector);
    if (eventfd === undefined) return false;
    try {
      eventfd.signal();
    } catch (error) {
      if (isCounterFull(error)) return true;
      this.disconnect(vector, 1);
      return false;
    }
    return true;
  }
}

/** A full counter has interrupts that the client has not taken yet, so one more would tell it nothing. */
function isCounterFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === COUNTER_FULL;
}
