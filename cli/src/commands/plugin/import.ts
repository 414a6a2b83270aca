import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '@auxctl/core';
import { documentText, importIfc, importOverridesSchema, type IfcImport, type ImportOverrides } from '@auxctl/schemas/import';
import { fileError, readInput } from '../../arguments/input-file.js';
import { report, type CommandModule } from '../../command.js';
import type { Invocation } from '../../invocation.js';
import { writeFileAtomically } from '../../output/atomic-file.js';
import type { Style } from '../../output/style.js';
import { pairs, printable } from '../../output/table.js';
import type { PluginImportDocument } from '../../schemas/tool.js';

const MOST_BYTES = 16 * 1024 * 1024;
const FORMATS = ['ifc'];
const INCOMPLETE = 1;

/** `auxctl plugin import` */
export const run: CommandModule['run'] = (invocation) => {
  const format = invocation.text('FORMAT');
  if (!FORMATS.includes(format)) throw new UsageError('ERR_USAGE', `'${format}' is no format that can be imported`, { hint: `There is ${FORMATS.join(', ')}.` });
  const folder = invocation.maybe('output');
  if (folder === undefined) throw new UsageError('ERR_USAGE', 'plugin import needs --output: the folder for the layouts');
  const file = invocation.text('FILE');
  const imported = importFile(file, invocation);
  const files = new Map([...imported.documents].map(([name, document]) => [join(folder, 'structures', `${name}.json`), documentText(document)]));
  const written = writeAll(files, invocation.flag('force'));
  const document = documentOf(file, folder, imported, written);
  return Promise.resolve({ ...report(document, importText), exitStatus: document.structures === document.defined ? 0 : INCOMPLETE });
};

function importFile(file: string, invocation: Invocation): IfcImport {
  const text = readText(file);
  const overridesFile = invocation.maybe('overrides');
  const license = invocation.maybe('license');
  return importIfc(text, {
    file, find, documentName,
    revision: invocation.maybe('revision') ?? `sha256:${createHash('sha256').update(text).digest('hex')}`,
    ...(license === undefined ? {} : { license }),
    ...(overridesFile === undefined ? {} : { overrides: { file: overridesFile, value: readOverrides(overridesFile) } }),
  });
}

function readText(file: string): string {
  return Buffer.from(readInput(file, MOST_BYTES)).toString('utf8');
}

/** Headers in quotes are looked for beside the one that includes them. */
function find(name: string, from: string): { readonly file: string; readonly text: string } | undefined {
  const file = join(dirname(from), name);
  return existsSync(file) ? { file, text: readText(file) } : undefined;
}

/** A path from `include/` on, wherever the tree lies; else the file's name. */
function documentName(file: string): string {
  return /(?:^|\/)(include\/(?!.*\/include\/).+)$/.exec(file)?.[1] ?? basename(file);
}

function readOverrides(file: string): ImportOverrides {
  const parsed = importOverridesSchema.safeParse(parseJson(file, readText(file)));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new UsageError('ERR_FILE', `${file}: ${first?.path.map(String).join('.') ?? ''}: ${first?.message ?? 'not valid'}`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError('ERR_FILE', `${file} is not JSON`, { cause });
  }
}

/** Writes what is new or, with `isForced`, differs; the rest stays untouched. Throws `ERR_FILE` before anything is written. */
function writeAll(files: ReadonlyMap<string, string>, isForced: boolean): number {
  const stale = [...files].filter(([path, text]) => !isSame(path, text)).map(([path]) => path);
  const inTheWay = stale.filter((path) => existsSync(path));
  const [first] = inTheWay;
  if (first !== undefined && !isForced) {
    throw new UsageError('ERR_FILE', `${first} holds something else${inTheWay.length === 1 ? '' : `, and so do ${inTheWay.length - 1} more`}; nothing was written`, { hint: 'Write to another folder, or use --force to replace them.' });
  }
  for (const path of stale) {
    makeFolder(dirname(path));
    writeFileAtomically(path, Buffer.from(files.get(path) ?? ''));
  }
  return stale.length;
}

function isSame(path: string, text: string): boolean {
  try {
    return existsSync(path) && readFileSync(path, 'utf8') === text;
  } catch (cause) {
    throw fileError(`${path} cannot be read`, cause);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw fileError(`${path} cannot be made`, cause);
  }
}

function documentOf(file: string, folder: string, { documents, definedCount, problems }: IfcImport, written: number): PluginImportDocument {
  const all = [...documents.values()];
  const fields = all.flatMap(({ structures }) => Object.values(structures)).flatMap((structure) => structure.fields);
  const count = (sets: (object | undefined)[]): number => sets.reduce((sum, set) => sum + Object.keys(set ?? {}).length, 0);
  return {
    schema: 'auxctl.plugin-import/1', format: 'ifc', file, folder, defined: definedCount, structures: documents.size,
    fields: fields.filter(({ type }) => type !== 'reserved').length, gaps: fields.filter(({ type }) => type === 'reserved').length,
    enums: count(all.map(({ enums }) => enums)), flags: count(all.map(({ flags }) => flags)), written, unchanged: documents.size - written,
    problems: problems.map(({ structure, field, ...problem }) => ({ ...problem, structure: structure ?? null, field: field ?? null })),
  };
}

function importText(document: PluginImportDocument, style: Style): string {
  const { file, folder, defined, structures, fields, gaps, enums, flags, written, unchanged, problems } = document;
  const lines = problems.map(({ file: where, line, structure, field, message, outcome, rule }) => {
    const place = [structure, field].filter((part) => part !== null).join('.');
    const kept = outcome === 'as-bytes' ? style.dim('kept as bytes') : style.bad('left out');
    return `${style.heading(`${printable(where)}:${line}`)}: ${place === '' ? '' : `${place}: `}${printable(message)}: ${kept} ${style.dim(`[${rule}]`)}\n`;
  });
  return `${lines.join('')}${pairs([
    ['Header', file], ['Folder', folder],
    ['Structures', structures === defined ? `all ${defined}` : `${structures} of ${defined}`],
    ['Fields', `${fields}, and ${gaps} gaps`],
    ['Named values', `${enums} enums, ${flags} sets of flags`],
    ['Files', `${written} written, ${unchanged} unchanged`],
  ], style)}`;
}
