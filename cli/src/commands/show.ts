import { AuxctlError, loadDumpFile, type Dump } from '@auxctl/core';
import type { DumpEntry } from '@auxctl/schemas';
import { report, type CommandModule } from '../command.js';
import { entryDecoder, type EntryDecoder } from '../dumps/layouts.js';
import { NameFilter } from '../dumps/names.js';
import { originDocument, originText } from '../dumps/origin.js';
import { subjectText } from '../dumps/subject.js';
import { decodedDocument } from '../fields/decoded.js';
import { requireFields } from '../fields/known.js';
import { fieldTable } from '../fields/rows.js';
import { hexDump } from '../output/hex.js';
import type { Style } from '../output/style.js';
import { printable, table } from '../output/table.js';
import type { ShowDocument, ShownEntry } from '../schemas/dumps.js';

/** `auxctl show` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const file = invocation.text('FILE');
  const words = invocation.list('NAME');
  const dump = await loadDumpFile(file);
  const filter = new NameFilter(words);
  filter.requireUse(dump.entries.map(({ subject }) => subject), { nothing: `${file} has nothing` });
  const chosen = dump.entries.filter(({ subject }) => filter.has(subject));
  const decode = await entryDecoder(dump, invocation.flag('plugin-layouts'), context);
  const isDecoded = words.length > 0;
  const entries = isDecoded ? await shownEntries(chosen, decode, invocation.maybe('fields')) : chosen.map((entry) => ({ ...headOf(entry), decoded: null }));
  const document: ShowDocument = { schema: 'auxctl.show/1', file, dump: originDocument(dump), entries };
  return report(document, (shown, style) => (isDecoded ? decodedText(shown, style, context.options.verbose) : overviewText(shown, dump, style)));
};

async function shownEntries(entries: readonly DumpEntry[], decode: EntryDecoder, fields: string | undefined): Promise<ShownEntry[]> {
  const shown: ShownEntry[] = [];
  for (const entry of entries) shown.push('failure' in entry ? { ...headOf(entry), decoded: null } : await shownEntry(entry, decode, fields));
  return shown;
}

/** Bytes that their layout does not fit are shown as they are, with the reason. */
async function shownEntry(entry: DumpEntry, decode: EntryDecoder, fields: string | undefined): Promise<ShownEntry> {
  const head = headOf(entry);
  try {
    const decoded = await decode(entry);
    if (decoded === undefined) return { ...head, decoded: null };
    requireFields(decoded.codec, fields);
    return { ...head, decoded: decodedDocument(decoded, fields) };
  } catch (error) {
    if (!(error instanceof AuxctlError) || error.layer === 'usage') throw error;
    return { ...head, failure: { code: error.code, message: error.message, status: null, syndrome: null }, decoded: null };
  }
}

function headOf(entry: DumpEntry): Omit<ShownEntry, 'decoded'> {
  const failure = 'failure' in entry ? entry.failure : undefined;
  return {
    subject: entry.subject, text: subjectText(entry.subject), layout: entry.layout ?? null, raw: entry.bytes ?? null,
    failure: failure === undefined ? null : { code: failure.code, message: failure.message, status: failure.status ?? null, syndrome: failure.syndrome ?? null },
  };
}

function overviewText({ dump, entries }: ShowDocument, { layouts }: Dump, style: Style): string {
  const rows = table(entries, [
    { heading: 'ENTRY', cell: ({ text }) => text },
    { heading: 'BYTES', cell: ({ raw }) => (raw === null ? '' : String(raw.length / 2)), align: 'right' },
    { heading: 'NOT READ BECAUSE', cell: ({ failure }) => failure?.message ?? '', paint: (_row, text) => style.warning(text) },
  ], style);
  return `${originText(dump, { layouts: layouts.documents.size, entries: entries.length }, style)}\n${rows}`;
}

function decodedText({ entries }: ShowDocument, style: Style, isVerbose: boolean): string {
  return entries.map((entry) => `${style.heading(printable(entry.text))}\n${entryText(entry, style, isVerbose)}`).join('\n');
}

function entryText({ decoded, failure, raw }: ShownEntry, style: Style, isVerbose: boolean): string {
  const bytes = raw === null || decoded !== null ? '' : hexDump(Buffer.from(raw, 'hex'));
  if (failure !== null) return `${style.warning(`not ${raw === null ? 'read' : 'decoded'}: ${printable(failure.message)}`)}\n${bytes}`;
  if (decoded === null) return bytes;
  return fieldTable(decoded.fields, style, isVerbose) + decoded.anomalies.map(({ text }) => `${style.warning('note:')} ${printable(text)}\n`).join('');
}
