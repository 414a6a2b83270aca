import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { externalPlugin, isPluginFolder, nameInFolder } from './plugin-folder.js';
import type { KnownPlugin } from './plugins.js';

/** A plugin of the search path that cannot be used. */
export interface BrokenPlugin {
  /** What it calls itself, as far as that can be told. */
  readonly name: string;
  readonly folder: string;
  readonly error: unknown;
}

/** The plugins that are not built in. */
export interface ExternalPlugins {
  /** Those of the folders that were given, then those of the search path. */
  readonly given: readonly KnownPlugin[];
  readonly found: readonly KnownPlugin[];
  readonly broken: readonly BrokenPlugin[];
}

/**
 * The plugins in the folders given, and in or below those of the search path, of which missing ones are passed over and faulty ones kept
 * apart. Throws `ERR_FILE` and `ERR_PLUGIN` as {@link externalPlugin} does for a folder that was given.
 */
export function loadExternalPlugins(paths: readonly string[], searchPath: readonly string[]): ExternalPlugins {
  const found: KnownPlugin[] = [];
  const broken: BrokenPlugin[] = [];
  for (const folder of new Set(searchPath.flatMap(pluginFolders).map((path) => resolve(path)))) {
    try {
      found.push(externalPlugin(folder));
    } catch (error) {
      broken.push({ name: nameInFolder(folder), folder, error });
    }
  }
  return { given: paths.map(externalPlugin), found, broken };
}

function pluginFolders(folder: string): string[] {
  if (isPluginFolder(folder)) return [folder];
  try {
    return readdirSync(folder).sort().map((name) => join(folder, name)).filter(isPluginFolder);
  } catch {
    return [];
  }
}
