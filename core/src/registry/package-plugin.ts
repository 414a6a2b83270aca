import { UsageError } from '../errors/classes.js';
import { pluginFromFolder, type FolderPlugin, type FolderPluginOptions } from './folder-plugin.js';
import { packageFolder } from './search.js';

/**
 * A plugin by the name of its package, such as the ones that a program depends on; looked for as Node.js does, from `directory` upward (a module's
 * `import.meta.dirname`). Throws `ERR_FILE` when it is not installed or no plugin, `ERR_PLUGIN` when it cannot be used.
 */
export function pluginFromPackage(name: string, directory: string, options: FolderPluginOptions = {}): FolderPlugin {
  const folder = packageFolder(name, directory);
  if (folder === undefined) throw new UsageError('ERR_FILE', `no plugin ${name} is installed where ${directory} would find it`, { hint: `npm install ${name}` });
  return pluginFromFolder(folder, options);
}
