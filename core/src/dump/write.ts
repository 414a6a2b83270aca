import { createHash } from 'node:crypto';
import type { DumpEnd, DumpEntry, DumpFailure, DumpHeader, LayoutDocument } from '@auxctl/schemas';
import { FORMATS, pathOf } from '@auxctl/schemas/model';
import { sha256 } from './read.js';
import type { DumpOrigin, DumpReceiver } from './receiver.js';

/** Takes a dump's text in pieces, each of whole lines. May resolve later, when it can take more. */
export type DumpSink = (text: string) => void | Promise<void>;

/** Writes a dump as text, line by line. */
export class DumpWriter implements DumpReceiver {
  readonly #sink: DumpSink;
  readonly #hash = createHash('sha256');
  readonly #layouts = new Set<string>();
  readonly #counts = { layouts: 0, entries: 0, failures: 0 };

  constructor(sink: DumpSink) {
    this.#sink = sink;
  }

  async begin(origin: DumpOrigin): Promise<void> {
    const header: DumpHeader = { type: 'header', format: FORMATS.dump.writes, ...origin };
    await this.#write(`${JSON.stringify(header)}\n`);
  }

  async layouts(documents: Iterable<LayoutDocument>): Promise<void> {
    let lines = '';
    for (const document of documents) {
      const path = pathOf(document);
      if (this.#layouts.has(path)) continue;
      this.#layouts.add(path);
      this.#counts.layouts += 1;
      lines += layoutLine(path, document);
    }
    if (lines !== '') await this.#write(lines);
  }

  async entries(entries: Iterable<DumpEntry>): Promise<void> {
    let lines = '';
    for (const entry of entries) {
      this.#counts.entries += 1;
      if ('failure' in entry) this.#counts.failures += 1;
      lines += `${JSON.stringify(entry)}\n`;
    }
    if (lines !== '') await this.#write(lines);
  }

  async end(partial?: DumpFailure): Promise<void> {
    const end: DumpEnd = { type: 'end', ...this.#counts, ...(partial === undefined ? {} : { partial }), sha256: this.#hash.digest('hex') };
    await this.#sink(`${JSON.stringify(end)}\n`);
  }

  async #write(lines: string): Promise<void> {
    this.#hash.update(lines);
    await this.#sink(lines);
  }
}

/** The bytes between `"document":` and the line's last brace are what the digest is of. */
function layoutLine(path: string, document: LayoutDocument): string {
  const text = JSON.stringify(document);
  return `{"type":"layout","path":${JSON.stringify(path)},"digest":"${sha256(text)}","document":${text}}\n`;
}
