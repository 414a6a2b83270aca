import { nearest, PluginError, UsageError, type PluginEntry } from '@auxctl/core';
import { BUILT_IN } from './generated/vendors.js';
import { vendorLayouts } from './install.js';

/** Where a plugin comes from. */
export interface KnownPlugin extends PluginEntry {
  /** Its folder, for one that is not built in. */
  readonly folder?: string;
}

/** The plugins that this run knows. Nothing is read or loaded before it is asked for. */
export interface Plugins {
  /** Built-in ones and those of `--plugin` and `AUXCTL_PLUGIN_PATH`, by name. Rejects with `ERR_PLUGIN` when two share a name. */
  all(): Promise<readonly KnownPlugin[]>;
  /** By name. Rejects with `ERR_UNKNOWN_NAME`. */
  find(name: string): Promise<KnownPlugin>;
}

/** Where to look for plugins that are not built in. */
export interface PluginSources {
  /** Folders of plugins, each given with `--plugin`. */
  readonly paths: readonly string[];
  /** Folders of plugins, or of folders of plugins, separated by colons. */
  readonly searchPath: string;
}

/** Makes the table of known plugins. */
export function createPlugins(sources: PluginSources): Plugins {
  let known: Promise<readonly KnownPlugin[]> | undefined;
  const all = (): Promise<readonly KnownPlugin[]> => known ??= loadAll(sources);
  return {
    all,
    async find(name) {
      const plugins = await all();
      return plugins.find(({ manifest }) => manifest.name === name) ?? unknownPlugin(name, plugins);
    },
  };
}

async function loadAll({ paths, searchPath }: PluginSources): Promise<readonly KnownPlugin[]> {
  const builtIn = BUILT_IN.map(({ manifest, load }): KnownPlugin => ({ manifest, load, layoutsPath: vendorLayouts(manifest.name) }));
  const folders = searchPath.split(':').filter((folder) => folder !== '');
  if (paths.length === 0 && folders.length === 0) return builtIn;
  const { loadExternalPlugins } = await import('./external-plugins.js');
  const external = loadExternalPlugins(paths, folders);
  const known = [...builtIn, ...external].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
  const twice = known.find(({ manifest }, index) => manifest.name === known[index + 1]?.manifest.name);
  if (twice === undefined) return known;
  const places = known.filter(({ manifest }) => manifest.name === twice.manifest.name).map(({ folder }) => folder ?? 'built in');
  throw new PluginError('ERR_PLUGIN', `two plugins are called ${twice.manifest.name}: ${places.join(', ')}`, { hint: 'Look at --plugin and AUXCTL_PLUGIN_PATH.' });
}

function unknownPlugin(name: string, plugins: readonly KnownPlugin[]): never {
  const names = plugins.map(({ manifest }) => manifest.name);
  const near = nearest(name, names);
  throw new UsageError('ERR_UNKNOWN_NAME', `no plugin is called '${name}'`, { hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Plugins: ${names.join(', ')}.` });
}
