import { createHash } from 'node:crypto';
import type { DumpEnd, DumpEntry, DumpHeader, DumpLayout, DumpLine } from '@auxctl/schemas';
import { fileFormatFault, formatFault, pathOf } from '@auxctl/schemas/model';
import { DUMP_LIMITS, type DumpLimits } from './limits.js';
import { dumpFault } from './fault.js';
import { splitLines, type Line } from './lines.js';

/** How to read a dump. */
export interface ReadDumpOptions {
  /** What errors call it: the file's name. */
  readonly name?: string;
  /** Instead of {@link DUMP_LIMITS}. */
  readonly limits?: Partial<DumpLimits>;
}

/** One line of a dump, and where it stands. */
export interface NumberedLine {
  readonly line: DumpLine;
  /** 1 for the first. */
  readonly number: number;
}

/**
 * Reads a dump line by line from its unpacked bytes: the header first, the end last, and nothing that is not valid. Throws `ERR_DUMP`
 * with the number of the line for what is no dump, was cut off or changed, is of another version of the format, or is beyond the
 * limits. What came before the error is what the file holds; that it was not changed is known at its end.
 */
export async function* readDump(chunks: AsyncIterable<Uint8Array>, { name = 'dump', limits }: ReadDumpOptions = {}): AsyncGenerator<NumberedLine> {
  const check = new LineCheck(name, await import('@auxctl/schemas'));
  for await (const line of splitLines(chunks, name, { ...DUMP_LIMITS, ...limits })) yield { line: check.next(line), number: line.number };
  check.finish();
}

type Schemas = typeof import('@auxctl/schemas');

/** Holds the lines of one file against the format, in their order. */
class LineCheck {
  readonly #name: string;
  readonly #schemas: Schemas;
  readonly #hash = createHash('sha256');
  readonly #counts = { layouts: 0, entries: 0, failures: 0 };
  #number = 0;
  #writer = '';
  #isEnded = false;

  constructor(name: string, schemas: Schemas) {
    this.#name = name;
    this.#schemas = schemas;
  }

  next({ bytes, number }: Line): DumpLine {
    this.#number = number;
    if (this.#isEnded) this.#fail('the dump ended before this line');
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - 1).toString('utf8');
    const json = this.#parse(text);
    const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : undefined;
    if (number === 1) return this.#hashed(bytes, this.#header(json));
    switch (type) {
      case 'layout':
        return this.#hashed(bytes, this.#layout(json, text));
      case 'entry':
        return this.#hashed(bytes, this.#entry(json));
      case 'end':
        return this.#end(json, text);
      default:
        return this.#fail('the line is no layout, no entry and no end');
    }
  }

  finish(): void {
    if (this.#isEnded) return;
    this.#number += 1;
    this.#fail(this.#number === 1 ? 'the file is empty' : 'the file was cut off: its last line, which holds the checksum, is missing');
  }

  #header(json: unknown): DumpHeader {
    const fault = fileFormatFault('dump', json);
    if (fault !== undefined) this.#fail(fault);
    const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
    if (format !== this.#schemas.DUMP_FORMAT) this.#fail('this is not a dump of auxctl');
    const header = this.#valid(this.#schemas.dumpHeaderSchema.safeParse(json));
    this.#writer = header.tool;
    return header;
  }

  #layout(json: unknown, text: string): DumpLayout {
    const document = typeof json === 'object' && json !== null && 'document' in json ? json.document : undefined;
    const fault = typeof document === 'object' && document !== null && 'format' in document ? formatFault('layout', document.format, this.#writer) : undefined;
    if (fault !== undefined) this.#fail(fault);
    const layout = this.#valid(this.#schemas.dumpLayoutSchema.safeParse(json));
    const own = pathOf(layout.document);
    if (own !== layout.path) this.#fail(`the layout is ${own}, not ${layout.path}`);
    const written = layoutDocumentText(text, layout);
    if (written === undefined || sha256(written) !== layout.digest) this.#fail(`the layout ${layout.path} was changed: its digest does not fit`);
    this.#counts.layouts += 1;
    return layout;
  }

  #entry(json: unknown): DumpEntry {
    const entry = this.#valid(this.#schemas.dumpEntrySchema.safeParse(json));
    this.#counts.entries += 1;
    if ('failure' in entry) this.#counts.failures += 1;
    return entry;
  }

  /** The end is the only line that the checksum leaves out: it has to be written as a writer would. */
  #end(json: unknown, text: string): DumpEnd {
    const end = this.#valid(this.#schemas.dumpEndSchema.safeParse(json));
    const { layouts, entries, failures } = this.#counts;
    const isWhole = end.layouts === layouts && end.entries === entries && end.failures === failures && end.sha256 === this.#hash.digest('hex');
    if (!isWhole || JSON.stringify(json) !== text) this.#fail('the checksum or the counts do not fit: the file was changed after it was written');
    this.#isEnded = true;
    return end;
  }

  #hashed<T>(bytes: Uint8Array, line: T): T {
    this.#hash.update(bytes);
    return line;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw dumpFault(this.#name, this.#number, this.#number === 1 ? 'this is not a dump of auxctl' : 'the line is not JSON', { cause });
    }
  }

  #valid<T>(parsed: { success: true; data: T } | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } }): T {
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return this.#fail(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}`.replace(/^: /, ''));
  }

  #fail(message: string): never {
    throw dumpFault(this.#name, this.#number, message);
  }
}

/** The document's own text inside its line; undefined when the line is not written as a writer writes it. */
export function layoutDocumentText(line: string, { path, digest }: Pick<DumpLayout, 'path' | 'digest'>): string | undefined {
  const head = `{"type":"layout","path":${JSON.stringify(path)},"digest":${JSON.stringify(digest)},"document":`;
  return line.startsWith(head) && line.endsWith('}') ? line.slice(head.length, -1) : undefined;
}

/** A text's SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
