import { nearest, UsageError, type LayoutKind, type LayoutStore } from '@auxctl/core';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { parseHex } from '../arguments/hex-input.js';
import { readInput } from '../arguments/input-file.js';
import { report, type CommandModule } from '../command.js';
import { decodedDocument, noteAnomalies } from '../fields/decoded.js';
import { requireFields } from '../fields/known.js';
import { fieldTable } from '../fields/rows.js';
import { layoutsOf } from '../layouts.js';
import type { DecodeDocument } from '../schemas/values.js';

const MOST_BYTES = 16 * 1024 * 1024;
const KINDS: readonly LayoutKind[] = ['register', 'command', 'capability', 'structures'];

/** `auxctl decode` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const plugin = await context.plugins.find(invocation.text('PLUGIN'));
  const layouts = layoutsOf(plugin);
  const { kind, name } = findLayout(layouts, invocation.text('LAYOUT'));
  const layout = await layouts.document(kind, name);
  const structure = invocation.maybe('structure') ?? (layout.kind === 'command' ? layout.reply : undefined);
  const { scope } = await layouts.codec(kind, name);
  if (structure !== undefined) requireStructure(structure, [...scope.structures.keys()]);
  const codec = await layouts.codec(kind, name, structure);
  requireFields(codec, invocation.maybe('fields'));
  const raw = bytesOf(await readInput(invocation.maybe('FILE') ?? '-', MOST_BYTES, context.signal), invocation.maybe('format') ?? 'auto');
  const document: DecodeDocument = {
    schema: 'auxctl.decode/1', plugin: plugin.manifest.name, layout: `${LAYOUT_FOLDERS[kind]}/${name}`, structure: codec.structure,
    ...decodedDocument({ raw, codec, fields: codec.decode(raw), anomalies: codec.anomalies(raw) }, invocation.maybe('fields')),
  };
  noteAnomalies(document, context);
  return report(document, ({ fields }, style) => fieldTable(fields, style, context.options.verbose));
};

/** A layout by its name, or by kind and name as in `registers/MTMP`. Throws `ERR_UNKNOWN_NAME`, and `ERR_USAGE` where the name means several. */
function findLayout(layouts: LayoutStore, wanted: string): { readonly kind: LayoutKind; readonly name: string } {
  const all = KINDS.flatMap((kind) => layouts.names(kind).map((name) => ({ kind, name, path: `${LAYOUT_FOLDERS[kind]}/${name}` })));
  const folded = wanted.toLowerCase();
  const found = all.filter(({ name, path }) => name.toLowerCase() === folded || path.toLowerCase() === folded);
  const [first, second] = found;
  if (first === undefined) {
    const near = nearest(wanted, all.flatMap(({ name, path }) => (wanted.includes('/') ? [path] : [name])));
    throw new UsageError('ERR_UNKNOWN_NAME', `no layout is called '${wanted}'`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
  }
  if (second !== undefined) throw new UsageError('ERR_USAGE', `'${wanted}' means ${found.map(({ path }) => path).join(' and ')}`, { hint: 'Write the one that you mean.' });
  return first;
}

function requireStructure(wanted: string, names: readonly string[]): void {
  if (names.includes(wanted)) return;
  const near = nearest(wanted, names);
  throw new UsageError('ERR_UNKNOWN_NAME', `the layout has no structure '${wanted}'`, { hint: `There is ${(near.length > 0 ? near : names).join(', ')}.` });
}

function bytesOf(input: Uint8Array, format: string): Uint8Array {
  if (format === 'binary') return input;
  const bytes = parseHex(Buffer.from(input).toString('latin1'));
  if (bytes !== undefined) return bytes;
  if (format === 'auto') return input;
  throw new UsageError('ERR_USAGE', 'the input is not pairs of hexadecimal digits', { hint: 'Blanks, line ends, commas, colons and 0x may stand between them.' });
}
