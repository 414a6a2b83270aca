import type { DumpEntry, DumpFailure, DumpHeader, LayoutDocument } from '@auxctl/schemas';
import type { Dump } from './dump.js';
import { FORMATS, pathOf } from '@auxctl/schemas/model';
import { AuxctlError } from '../errors/base.js';
import { DumpLayouts } from './layouts.js';

/** As in a dump's first line, without what is always the same. */
export type DumpOrigin = Omit<DumpHeader, 'type' | 'format'>;

/**
 * Takes a dump in the making: {@link begin} once, then layouts and entries, each layout and all that it imports before the first entry
 * that needs it, then {@link end} once.
 */
export interface DumpReceiver {
  begin(origin: DumpOrigin): Promise<void>;
  /** Layouts that it has already are passed over: of one kind and name, the first counts. */
  layouts(documents: Iterable<LayoutDocument>): Promise<void>;
  entries(entries: Iterable<DumpEntry>): Promise<void>;
  /** Ends the dump; `partial` says why it does not hold all that it was meant to. */
  end(partial?: DumpFailure): Promise<void>;
}

/** Keeps a dump in memory. */
export class DumpCollector implements DumpReceiver {
  readonly #layouts = new DumpLayouts();
  readonly #entries: DumpEntry[] = [];
  #header: DumpHeader | undefined;
  #partial: DumpFailure | undefined;

  async begin(origin: DumpOrigin): Promise<void> {
    this.#header = { type: 'header', format: FORMATS.dump.writes, ...origin };
    return Promise.resolve();
  }

  async layouts(documents: Iterable<LayoutDocument>): Promise<void> {
    for (const document of documents) this.#layouts.add(pathOf(document), document);
    return Promise.resolve();
  }

  async entries(entries: Iterable<DumpEntry>): Promise<void> {
    for (const entry of entries) this.#entries.push(entry);
    return Promise.resolve();
  }

  async end(partial?: DumpFailure): Promise<void> {
    this.#partial = partial;
    return Promise.resolve();
  }

  /** Has the first line come? */
  get hasBegun(): boolean {
    return this.#header !== undefined;
  }

  /** What was collected. Throws `ERR_INTERNAL` before {@link begin}. */
  get dump(): Dump {
    if (this.#header === undefined) throw new AuxctlError('ERR_INTERNAL', 'a dump has not begun');
    return { header: this.#header, layouts: this.#layouts, entries: this.#entries, ...(this.#partial === undefined ? {} : { partial: this.#partial }) };
  }
}
