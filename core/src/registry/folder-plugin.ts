import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Manifest } from '@auxctl/schemas';
import { AuxctlError } from '../errors/base.js';
import { PluginError, UsageError } from '../errors/classes.js';
import { isCoded } from '../errors/kinds.js';
import type { Plugin, PluginEntry } from '../plugin/types.js';
import { readJsonFile, type JsonFile } from './json-file.js';
import { hasManifestHead, headFault, nameIn } from './manifest-head.js';
import { FolderSafety } from './safety.js';

/** A plugin in a folder of its own. */
export interface FolderPlugin extends PluginEntry {
  readonly folder: string;
  /** Holds all of the manifest against its schema, which `load` does too. Rejects with `ERR_PLUGIN`. */
  readonly check: () => Promise<void>;
}

/** How a folder's code is loaded. */
export interface FolderPluginOptions {
  /** Imports a module by its URL; `import()` when left out. */
  readonly importModule?: (url: string) => Promise<unknown>;
  /** Refuse what others than root could change: for folders that nobody named on the command line, when running as root. Default false. */
  readonly mustBeRoots?: boolean;
  /** What has been found out about folders so far, when there are many. */
  readonly safety?: FolderSafety;
}

/**
 * A plugin from its folder: a manifest, layouts and, where data do not suffice, a module. Reads the manifest only, and of it only what lists
 * need. Throws `ERR_FILE` for a folder that is no plugin's, `ERR_PLUGIN` for one that cannot be used.
 */
export function pluginFromFolder(path: string, options: FolderPluginOptions = {}): FolderPlugin {
  const plugin = findInFolder(resolve(path), options);
  if (plugin === undefined) throw new UsageError('ERR_FILE', `${path} is not a plugin's folder: it has no manifest.json`);
  return plugin;
}

/** The same, by an absolute path; `undefined` for a folder that is no plugin's. */
export function findInFolder(folder: string, options: FolderPluginOptions): FolderPlugin | undefined {
  const json = readJsonFile(`${folder}/manifest.json`);
  if (!json.ok && json.isMissing) return undefined;
  const { safety = new FolderSafety(), mustBeRoots = false } = options;
  if (mustBeRoots) requireSafe(safety.faultOf(folder));
  const manifest = headOf(json, folder);
  let checked: Promise<void> | undefined;
  const check = (): Promise<void> => checked ??= checkAll(folder, manifest, mustBeRoots ? safety : undefined);
  let loaded: Promise<Plugin> | undefined;
  const load = async (): Promise<Plugin> => {
    await check();
    const { loadFolder } = await import('./folder-code.js');
    return loadFolder(folder, manifest, importerOf(options));
  };
  return { manifest, folder, layoutsPath: `${folder}/layouts`, check, load: () => loaded ??= load() };
}

/** What the plugin of a folder calls itself, also where its manifest is faulty; else the folder's own name. */
export function pluginNameIn(folder: string): string {
  const json = readJsonFile(join(folder, 'manifest.json'));
  return (json.ok ? nameIn(json.value) : undefined) ?? basename(resolve(folder));
}

function headOf(json: JsonFile, folder: string): Manifest {
  if (json.ok && hasManifestHead(json.value)) return json.value;
  throw manifestError(folder, json.ok ? headFault(json.value) ?? 'not valid' : json.reason);
}

async function checkAll(folder: string, manifest: Manifest, safety: FolderSafety | undefined): Promise<void> {
  if (safety !== undefined) requireSafe(safety.faultBelow(folder));
  const { manifestSchema } = await import('@auxctl/schemas');
  const [issue] = manifestSchema.safeParse(manifest).error?.issues ?? [];
  if (issue !== undefined) throw manifestError(folder, issue.path.length === 0 ? issue.message : `${issue.path.map(String).join('.')}: ${issue.message}`);
}

function manifestError(folder: string, fault: string): PluginError {
  return new PluginError('ERR_PLUGIN', `manifest.json of ${folder}: ${fault}`, { hint: `auxctl plugin check ${folder} lists every fault.` });
}

function requireSafe(fault: string | undefined): void {
  if (fault === undefined) return;
  throw new PluginError('ERR_PLUGIN', `${fault}: root does not run what others could have changed`, { hint: 'Give the folder and all in it to root, or name it with --plugin.' });
}

type Importer = (file: string) => Promise<unknown>;

/** Whatever a module throws while it is imported is its plugin's fault. */
function importerOf({ importModule = async (url) => import(url) as Promise<unknown> }: FolderPluginOptions): Importer {
  return async (file) => {
    if (!existsSync(file)) throw new PluginError('ERR_PLUGIN', `${file} is not there`, { hint: 'package.json names it; build the plugin, or name the file that is there.' });
    try {
      return await importModule(pathToFileURL(file).href);
    } catch (cause) {
      if (cause instanceof AuxctlError || isCoded(cause)) throw cause;
      throw new PluginError('ERR_PLUGIN', `${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  };
}
