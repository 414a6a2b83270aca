import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { apiFault, isPluginFolder, readJsonFile, UsageError } from '@auxctl/core';
import { checkLayoutSet, fileFormatFault, manifestSchema, type Manifest, type Problem } from '@auxctl/schemas';

/** Everything that the data of a plugin's folder says, and what is wrong with it. */
export interface PluginFiles {
  readonly folder: string;
  /** Absent when it is not valid. */
  readonly manifest?: Manifest;
  /** How many files were read. */
  readonly files: number;
  /** Parsed, by path below the folder of layouts; as valid as `problems` says. */
  readonly layouts: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
}

const MANIFEST = 'manifest.json';

/** Reads and checks a plugin's manifest and all of its layouts. Throws `ERR_FILE` when the folder is none. */
export function checkPluginFiles(path: string): PluginFiles {
  const folder = resolve(path);
  if (!isPluginFolder(folder)) throw new UsageError('ERR_FILE', `${path} is not a plugin's folder: it has no ${MANIFEST}`);
  const problems: Problem[] = [];
  const manifest = readManifest(folder, problems);
  const layouts = new Map<string, unknown>();
  for (const file of jsonFiles(join(folder, 'layouts'))) {
    const json = readJsonFile(join(folder, 'layouts', file));
    if (json.ok) layouts.set(file, json.value);
    else problems.push({ file, rule: 'shape', message: json.reason });
  }
  for (const problem of checkLayoutSet(layouts)) problems.push(problem);
  if (!layouts.has('opcodes.json')) problems.push({ file: 'opcodes.json', rule: 'shape', message: 'is missing: it says what each command may do' });
  return { folder, ...(manifest === undefined ? {} : { manifest }), files: layouts.size + 1, layouts, problems };
}

function readManifest(folder: string, problems: Problem[]): Manifest | undefined {
  const json = readJsonFile(join(folder, MANIFEST));
  if (!json.ok) {
    problems.push({ file: MANIFEST, rule: 'shape', message: json.reason });
    return undefined;
  }
  const { value } = json;
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const format = fileFormatFault('plugin', value);
  if (format !== undefined) {
    problems.push({ file: MANIFEST, rule: 'shape', message: `format: ${format}` });
    return undefined;
  }
  problems.push(...parsed.error.issues.map(({ path, message }): Problem => ({ file: MANIFEST, rule: 'shape', message: textOf(path, message, value) })));
  return undefined;
}

function textOf(path: readonly PropertyKey[], message: string, manifest: unknown): string {
  if (path.length === 0) return message;
  const isApi = path[0] === 'api' && typeof manifest === 'object' && manifest !== null;
  return (isApi ? apiFault(Reflect.get(manifest, 'api')) : undefined) ?? `${path.map(String).join('.')}: ${message}`;
}

/** Paths of all JSON files below a folder, from there, sorted; none when there is no such folder. */
function jsonFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json')).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}
