import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UsageError } from '@auxctl/core';
import { documentText, importAdb, importHsi, importIfc, type LayoutImport } from '@auxctl/schemas/import';
import { readInput } from '../../arguments/input-file.js';
import { report, type CommandModule } from '../../command.js';
import type { Invocation } from '../../invocation.js';
import type { Style } from '../../output/style.js';
import { pairs, printable } from '../../output/table.js';
import { documentName, findBeside, MOST_BYTES, readOverrides } from '../../plugin-import/sources.js';
import { writeAll } from '../../plugin-import/write.js';
import type { PluginImportDocument } from '../../schemas/tool.js';

const FORMATS = ['ifc', 'hsi', 'adb'] as const;
const IMPORTERS = { ifc: importIfc, hsi: importHsi, adb: importAdb } as const;
const INCOMPLETE = 1;
/** What stands behind such a fault nobody has seen. */
const UNREAD: ReadonlySet<string> = new Set(['syntax', 'unclosed', 'include', 'directive']);

type Format = (typeof FORMATS)[number];

/** `auxctl plugin import` */
export const run: CommandModule['run'] = async (invocation, { signal }) => {
  const format = formatOf(invocation.text('FORMAT'));
  const folder = invocation.maybe('output');
  if (folder === undefined) throw new UsageError('ERR_USAGE', 'plugin import needs --output: the folder for the layouts');
  const file = invocation.text('FILE');
  const text = Buffer.from(await readInput(file, MOST_BYTES, signal)).toString('utf8');
  const imported = importText(format, { file, text }, invocation);
  const files = new Map([...imported.documents].map(([path, document]) => [join(folder, `${path}.json`), documentText(document)]));
  const written = writeAll(files, invocation.flag('force'));
  const document = documentOf({ format, file, folder, written }, imported);
  return { ...report(document, outcomeText), exitStatus: isWhole(document) ? 0 : INCOMPLETE };
};

/** Was every structure taken, and nothing left unread? */
function isWhole({ structures, defined, problems }: PluginImportDocument): boolean {
  return structures === defined && !problems.some(({ rule }) => UNREAD.has(rule));
}

function formatOf(word: string): Format {
  const format = FORMATS.find((each) => each === word);
  if (format !== undefined) return format;
  throw new UsageError('ERR_USAGE', `'${word}' is no format that can be imported`, { hint: `There is ${FORMATS.join(', ')}.` });
}

function importText(format: Format, { file, text }: { readonly file: string; readonly text: string }, invocation: Invocation): LayoutImport {
  const overridesFile = invocation.maybe('overrides');
  const license = invocation.maybe('license');
  return IMPORTERS[format](text, {
    file, find: findBeside, documentName,
    revision: invocation.maybe('revision') ?? `sha256:${createHash('sha256').update(text).digest('hex')}`,
    ...(license === undefined ? {} : { license }),
    ...(overridesFile === undefined ? {} : { overrides: { file: overridesFile, value: readOverrides(overridesFile) } }),
  });
}

function documentOf(run: Pick<PluginImportDocument, 'format' | 'file' | 'folder' | 'written'>, { documents, definedCount, takenCount, problems }: LayoutImport): PluginImportDocument {
  const all = [...documents.values()];
  const fields = all.flatMap(({ structures }) => Object.values(structures)).flatMap((structure) => structure.fields);
  const count = (sets: (object | undefined)[]): number => sets.reduce((sum, set) => sum + Object.keys(set ?? {}).length, 0);
  const ofKind = (kind: string): number => all.filter((document) => document.kind === kind).length;
  return {
    schema: 'auxctl.plugin-import/1', ...run, defined: definedCount, structures: takenCount, registers: ofKind('register'), commands: ofKind('command'),
    fields: fields.filter(({ type }) => type !== 'reserved').length, gaps: fields.filter(({ type }) => type === 'reserved').length,
    enums: count(all.map(({ enums }) => enums)), flags: count(all.map(({ flags }) => flags)), unchanged: documents.size - run.written,
    problems: problems.map(({ structure, field, ...problem }) => ({ ...problem, structure: structure ?? null, field: field ?? null })),
  };
}

function outcomeText(document: PluginImportDocument, style: Style): string {
  const { file, folder, defined, structures, registers, commands, fields, gaps, enums, flags, written, unchanged, problems } = document;
  const lines = problems.map(({ file: where, line, structure, field, message, outcome, rule }) => {
    const place = [structure, field].filter((part) => part !== null).join('.');
    const kept = outcome === 'as-bytes' ? style.dim('kept as bytes') : style.bad('left out');
    return `${style.heading(`${printable(where)}:${line}`)}: ${place === '' ? '' : `${printable(place)}: `}${printable(message)}: ${kept} ${style.dim(`[${rule}]`)}\n`;
  });
  return `${lines.join('')}${pairs([
    ['Source', file], ['Folder', folder],
    ['Structures', structures === defined ? `all ${defined}` : `${structures} of ${defined}`],
    ['Registers', registers === 0 ? undefined : String(registers)],
    ['Commands', commands === 0 ? undefined : String(commands)],
    ['Fields', `${fields}, and ${gaps} gaps`],
    ['Named values', `${enums} enums, ${flags} sets of flags`],
    ['Files', `${written} written, ${unchanged} unchanged`],
  ], style)}`;
}
