import type { Dump, DumpSubject, LayoutDocument } from '@auxctl/schemas';
import { importsOf, LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { PluginError, UsageError } from '../errors/classes.js';
import type { Decoded } from '../channel/types.js';
import { compileLayout } from '../layout/compile.js';

/** One entry of a dump, decoded; or why the device did not give it. */
export type DumpEntry =
  | { readonly subject: DumpSubject; readonly decoded: Decoded }
  | { readonly subject: DumpSubject; readonly failure: Extract<Dump['entries'][number], { failure: unknown }>['failure'] };

/** Reads a dump from parsed JSON. Throws `ERR_FILE` with the first fault, for one that is not a dump or whose layouts are not valid. */
export async function parseDump(json: unknown): Promise<Dump> {
  const { checkLayoutDocument, dumpSchema, formatProblem } = await import('@auxctl/schemas');
  const parsed = dumpSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError('ERR_FILE', `not a dump: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}`, { cause: parsed.error });
  }
  const { layouts } = parsed.data;
  for (const [path, document] of Object.entries(layouts)) {
    const imported = importsOf(document, (wanted) => layouts[wanted]);
    const problems = imported.ok ? checkLayoutDocument(path, document, imported.value) : imported.problems;
    const [first] = problems;
    if (first !== undefined) throw new UsageError('ERR_FILE', `a layout in the dump is not valid: ${formatProblem(first)}`);
  }
  return parsed.data;
}

/** Decodes a dump with nothing but itself. Needs no device and no plugin. */
export function decodeDump(dump: Dump): DumpEntry[] {
  return dump.entries.map((entry): DumpEntry => {
    if ('failure' in entry) return entry;
    const document = requireLayout(dump, entry.subject);
    const imported = importsOf(document, (path) => dump.layouts[path]);
    const codec = compileLayout(document, imported.ok ? imported.value : []);
    const raw = Uint8Array.from(Buffer.from(entry.bytes, 'hex'));
    return { subject: entry.subject, decoded: { raw, fields: codec.decode(raw), anomalies: codec.anomalies(raw), codec } };
  });
}

function requireLayout(dump: Dump, { kind, name }: DumpSubject): LayoutDocument {
  const document = dump.layouts[`${LAYOUT_FOLDERS[kind]}/${name}`];
  if (document !== undefined) return document;
  throw new PluginError('ERR_LAYOUT', `the dump holds no layout for ${kind} ${name}`);
}
