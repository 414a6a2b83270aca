import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { externalPlugin, isPluginFolder } from './plugin-folder.js';
import type { KnownPlugin } from './plugins.js';

/**
 * The plugins in the folders given, and in or below those of the search path, of which missing ones are passed over. Throws `ERR_FILE` and
 * `ERR_PLUGIN` as {@link externalPlugin} does.
 */
export function loadExternalPlugins(paths: readonly string[], searchPath: readonly string[]): KnownPlugin[] {
  return [...paths, ...searchPath.flatMap(pluginFolders)].map(externalPlugin);
}

function pluginFolders(folder: string): string[] {
  if (isPluginFolder(folder)) return [folder];
  try {
    return readdirSync(folder).sort().map((name) => join(folder, name)).filter(isPluginFolder);
  } catch {
    return [];
  }
}
