import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const MANIFEST = 'manifest.json';
const PACKAGE = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const PLUGIN_PACKAGE = /^auxctl-plugin-./;

/** Does a folder look like a plugin's? */
export function isPluginFolder(folder: string): boolean {
  return existsSync(join(folder, MANIFEST));
}

/** Where plugins may stand: `folder` itself if it is one, else what is in it, sorted; none where there is no such folder. */
export function pluginFolders(folder: string): string[] {
  const path = resolve(folder);
  return isPluginFolder(path) ? [path] : entriesOf(path).map((name) => `${path}/${name}`);
}

/** The folder of an installed package, looked for as Node.js does from `directory` upward; `undefined` when there is none with a manifest. */
export function packageFolder(name: string, directory: string): string | undefined {
  if (!PACKAGE.test(name)) return undefined;
  for (let at = resolve(directory); ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (isPluginFolder(folder)) return folder;
    if (dirname(at) === at) return undefined;
  }
}

/** The plugins installed as packages beside one at `path`: `auxctl-plugin-*` and `@scope/auxctl-plugin-*` in the same `node_modules`. */
export function packagesBeside(path: string): string[] {
  const parts = path.split('/');
  const end = parts.lastIndexOf('node_modules');
  if (end < 0) return [];
  const modules = parts.slice(0, end + 1).join('/');
  const names = entriesOf(modules).flatMap((name) => (name.startsWith('@') ? entriesOf(join(modules, name)).map((inner) => join(name, inner)) : [name]));
  return names.filter((name) => PLUGIN_PACKAGE.test(name.slice(name.indexOf('/') + 1))).map((name) => join(modules, name)).filter(isPluginFolder);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
