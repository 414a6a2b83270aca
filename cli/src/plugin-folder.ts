import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PluginError, UsageError, type Plugin } from '@auxctl/core';
import { checkLayoutSet, manifestSchema, type Manifest, type Problem } from '@auxctl/schemas';
import { importModule } from './import-module.js';
import type { KnownPlugin } from './plugins.js';

/** Everything that the data of a plugin's folder says, and what is wrong with it. */
export interface PluginFolder {
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
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Does a folder look like a plugin's? */
export function isPluginFolder(folder: string): boolean {
  return existsSync(join(folder, MANIFEST));
}

/** Reads and checks a plugin's manifest and all of its layouts. Throws `ERR_FILE` when the folder is none. */
export function checkPluginFolder(path: string): PluginFolder {
  const folder = requireFolder(path);
  const problems: Problem[] = [];
  const manifest = readManifest(folder, problems);
  const layouts = new Map<string, unknown>();
  for (const file of jsonFiles(join(folder, 'layouts'))) {
    const json = readJson(join(folder, 'layouts', file), file, problems);
    if (json !== undefined) layouts.set(file, json.value);
  }
  for (const problem of checkLayoutSet(layouts)) problems.push(problem);
  if (!layouts.has('opcodes.json')) problems.push({ file: 'opcodes.json', rule: 'shape', message: 'is missing: it says what each command may do' });
  return { folder, ...(manifest === undefined ? {} : { manifest }), files: layouts.size + 1, layouts, problems };
}

/** A plugin that is not built in. Throws `ERR_FILE` for a folder that is none, `ERR_PLUGIN` for a faulty manifest. */
export function externalPlugin(path: string): KnownPlugin {
  const folder = requireFolder(path);
  const problems: Problem[] = [];
  const manifest = readManifest(folder, problems);
  if (manifest === undefined) throw new PluginError('ERR_PLUGIN', `${problems[0]?.file ?? MANIFEST} of ${folder}: ${problems[0]?.message ?? 'not valid'}`, { hint: `auxctl plugin check ${path} lists every fault.` });
  return { manifest, folder, layoutsPath: join(folder, 'layouts'), load: () => loadPlugin(folder, manifest.name) };
}

/** What the plugin of a folder calls itself, also where its manifest is faulty; else the folder's own name. */
export function nameInFolder(folder: string): string {
  const value = readJson(join(folder, MANIFEST), MANIFEST, [])?.value;
  const name: unknown = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string' ? name : basename(folder);
}

function requireFolder(path: string): string {
  const folder = resolve(path);
  if (isPluginFolder(folder)) return folder;
  throw new UsageError('ERR_FILE', `${path} is not a plugin's folder: it has no ${MANIFEST}`);
}

function readManifest(folder: string, problems: Problem[]): Manifest | undefined {
  const json = readJson(join(folder, MANIFEST), MANIFEST, problems);
  if (json === undefined) return undefined;
  const parsed = manifestSchema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.map(({ path, message }): Problem => ({ file: MANIFEST, rule: 'shape', message: path.length === 0 ? message : `${path.map(String).join('.')}: ${message}` })));
  return undefined;
}

function readJson(path: string, file: string, problems: Problem[]): { readonly value: unknown } | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_FILE_BYTES) {
      problems.push({ file, rule: 'shape', message: stat.isFile() ? `is larger than ${MAX_FILE_BYTES} bytes` : 'is not a file' });
      return undefined;
    }
    return { value: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    problems.push({ file, rule: 'shape', message: error instanceof Error ? error.message : 'cannot be read' });
    return undefined;
  }
}

/** Paths of all JSON files below a folder, from there, sorted; none when there is no such folder. */
function jsonFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json')).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

async function loadPlugin(folder: string, name: string): Promise<Plugin> {
  const module = await importFrom(folder);
  const plugin: unknown = typeof module === 'object' && module !== null && 'plugin' in module ? module.plugin : undefined;
  if (isPlugin(plugin, name)) return plugin;
  throw new PluginError('ERR_PLUGIN', `the code in ${folder} exports no plugin called ${name}`);
}

async function importFrom(folder: string): Promise<unknown> {
  const entry = entryOf(folder);
  try {
    return await importModule(pathToFileURL(entry).href);
  } catch (cause) {
    throw new PluginError('ERR_PLUGIN', `${entry} cannot be loaded: ${cause instanceof Error ? cause.message : 'unknown reason'}`, { cause });
  }
}

/** What `package.json` exports, by its condition `default`. */
function entryOf(folder: string): string {
  const problems: Problem[] = [];
  const json = readJson(join(folder, 'package.json'), 'package.json', problems);
  let target: unknown = json?.value;
  for (const key of ['exports', '.', 'default']) {
    target = typeof target === 'object' && target !== null && key in target ? Reflect.get(target, key) : target;
  }
  if (typeof target === 'string') return join(folder, target);
  throw new PluginError('ERR_PLUGIN', `package.json of ${folder} exports nothing`, { hint: 'It needs "exports": "./dist/index.js", or the file that exports the plugin.' });
}

function isPlugin(value: unknown, name: string): value is Plugin {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === name && 'open' in value && typeof value.open === 'function' && 'identify' in value && typeof value.identify === 'function';
}
