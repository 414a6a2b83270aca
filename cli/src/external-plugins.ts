import { join } from 'node:path';
import { findInFolder, FolderSafety, isPluginFolder, packageFolder, packagesBeside, pluginFolders, pluginFromFolder, pluginNameIn, UsageError, type FolderPlugin } from '@auxctl/core';
import { importModule } from './import-module.js';
import type { PluginSources } from './plugins.js';
import { SYSTEM_FOLDERS } from './system-folders.js';

/** A plugin that nobody named on the command line, and that cannot be used. */
export interface BrokenPlugin {
  /** What it calls itself, as far as that can be told. */
  readonly name: string;
  readonly folder: string;
  readonly error: unknown;
}

/** The plugins that are not built in. */
export interface ExternalPlugins {
  /** Those that the command line names, then those that were found. */
  readonly given: readonly FolderPlugin[];
  readonly found: readonly FolderPlugin[];
  readonly broken: readonly BrokenPlugin[];
}

/**
 * The plugins that the command line names, by folder or package, and those of the search path, of the system and beside the tool. Of the latter,
 * missing ones are passed over and faulty ones kept apart; so are, for root, those that others could have changed. Throws `ERR_FILE` and
 * `ERR_PLUGIN` for one that the command line names.
 */
export function loadExternalPlugins({ paths, directory, searchPath, root, isRoot, place }: PluginSources): ExternalPlugins {
  const found: FolderPlugin[] = [];
  const broken: BrokenPlugin[] = [];
  const options = { importModule, mustBeRoots: isRoot, safety: new FolderSafety() };
  const folders = [...searchPath, ...SYSTEM_FOLDERS.map((folder) => join(root, folder))].flatMap(pluginFolders);
  for (const folder of new Set([...folders, ...packagesBeside(place)])) {
    try {
      const plugin = findInFolder(folder, options);
      if (plugin !== undefined) found.push(plugin);
    } catch (error) {
      broken.push({ name: pluginNameIn(folder), folder, error });
    }
  }
  return { given: paths.map((path) => pluginFromFolder(folderOf(path, directory), { importModule })), found, broken };
}

/** A plugin's folder, by its path or as an installed package. Throws `ERR_FILE` when it is neither. */
export function folderOf(path: string, directory: string): string {
  if (isPluginFolder(path)) return path;
  const folder = packageFolder(path, directory);
  if (folder !== undefined) return folder;
  throw new UsageError('ERR_FILE', `${path} is not a plugin's folder: it has no manifest.json`, { hint: `Nor is there a package of this name in node_modules of ${directory}, or above.` });
}
