import type { DumpOrigin, DumpReceiver } from '@auxctl/core';
import type { DumpEntry, DumpFailure, LayoutDocument } from '@auxctl/schemas';

/** An entry that holds a failure. */
export type FailedEntry = Extract<DumpEntry, { failure: unknown }>;

/** Passes a dump on and counts what is in it. */
export class Tally implements DumpReceiver {
  readonly failed: FailedEntry[] = [];
  entryCount = 0;
  /** Has the last line been passed on? */
  isEnded = false;
  readonly #next: DumpReceiver;

  constructor(next: DumpReceiver) {
    this.#next = next;
  }

  async begin(origin: DumpOrigin): Promise<void> {
    await this.#next.begin(origin);
  }

  async layouts(documents: Iterable<LayoutDocument>): Promise<void> {
    await this.#next.layouts(documents);
  }

  async entries(entries: Iterable<DumpEntry>): Promise<void> {
    const some = [...entries];
    this.entryCount += some.length;
    this.failed.push(...some.filter((entry) => 'failure' in entry));
    await this.#next.entries(some);
  }

  async end(partial?: DumpFailure): Promise<void> {
    await this.#next.end(partial);
    this.isEnded = true;
  }
}
