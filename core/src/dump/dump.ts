import type { DumpEnd, DumpEntry, DumpFailure, DumpHeader } from '@auxctl/schemas';
import type { Decoded } from '../channel/types.js';
import { ReplyError } from '../errors/classes.js';
import { padded } from '../layout/padded.js';
import { dumpFault } from './fault.js';
import { DumpLayouts, type LayoutSource } from './layouts.js';
import { readDump, type ReadDumpOptions } from './read.js';

/** A whole dump. */
export interface Dump {
  readonly header: DumpHeader;
  readonly layouts: DumpLayouts;
  /** In the order in which they were read. */
  readonly entries: readonly DumpEntry[];
  /** Why it does not hold all that it was meant to. */
  readonly partial?: DumpFailure;
}

/** Reads a whole dump from its unpacked bytes. Throws as {@link readDump} does. */
export async function loadDump(chunks: AsyncIterable<Uint8Array>, options: ReadDumpOptions = {}): Promise<Dump> {
  let header: DumpHeader | undefined;
  let end: DumpEnd | undefined;
  const layouts = new DumpLayouts();
  const entries: DumpEntry[] = [];
  for await (const { line } of readDump(chunks, options)) {
    if (line.type === 'header') header = line;
    else if (line.type === 'layout') layouts.add(line.path, line.document);
    else if (line.type === 'entry') entries.push(line);
    else end = line;
  }
  if (header === undefined || end === undefined) throw dumpFault(options.name ?? 'dump', 1, 'the file is empty');
  return { header, layouts, entries, ...(end.partial === undefined ? {} : { partial: end.partial }) };
}

/**
 * Decodes an entry with the layouts given: the dump's own, or others. Undefined where no layout is named. Rejects with `ERR_LAYOUT`, or
 * with `ERR_REPLY` when the bytes are too few.
 */
export async function decodeEntry({ subject, layout, structure, bytes = '' }: DumpEntry, layouts: LayoutSource): Promise<Decoded | undefined> {
  if (layout === undefined) return undefined;
  const codec = await layouts.codecAt(layout, structure);
  const given = Uint8Array.from(Buffer.from(bytes, 'hex'));
  const raw = subject.kind === 'parameter' ? padded(given, codec.sizeBytes) : given;
  if (raw.length < codec.sizeBytes) throw new ReplyError('ERR_REPLY', `${layout} has ${codec.sizeBytes} bytes, the dump ${raw.length}`);
  return {
    raw, fields: codec.decode(raw), codec,
    get anomalies() {
      return codec.anomalies(raw);
    },
  };
}
