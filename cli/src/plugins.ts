import { nearest, PluginError, UsageError, type PluginEntry } from '@auxctl/core';
import { BUILT_IN } from './generated/vendors.js';
import type { BrokenPlugin } from './external-plugins.js';
import { vendorLayouts } from './install.js';

/** Where a plugin comes from. */
export interface KnownPlugin extends PluginEntry {
  /** Its folder, for one that is not built in. */
  readonly folder?: string;
}

/** The plugins that this run knows. Nothing is read or loaded before it is asked for. */
export interface Plugins {
  /** Built-in ones and those of `--plugin` and `AUXCTL_PLUGIN_PATH`, by name. Rejects when one of `--plugin` is faulty. */
  all(): Promise<readonly KnownPlugin[]>;
  /** By name. Rejects with `ERR_UNKNOWN_NAME`, and for a plugin that was left out with what is wrong with it. */
  find(name: string): Promise<KnownPlugin>;
}

/** Where to look for plugins that are not built in. */
export interface PluginSources {
  /** Folders of plugins, each given with `--plugin`. */
  readonly paths: readonly string[];
  /** Folders of plugins, or of folders of plugins, separated by colons. */
  readonly searchPath: string;
}

/** The plugins that a run can use, and those of the search path that it cannot. */
interface Loaded {
  readonly known: readonly KnownPlugin[];
  readonly broken: readonly BrokenPlugin[];
}

/**
 * Makes the table of known plugins. A plugin of the search path that cannot be used is left out, with a warning; only a command about that
 * very plugin fails for it.
 */
export function createPlugins(sources: PluginSources, warn: (text: string) => void): Plugins {
  let loaded: Promise<Loaded> | undefined;
  const load = (): Promise<Loaded> => loaded ??= loadAll(sources, warn);
  return {
    all: async () => (await load()).known,
    async find(name) {
      const { known, broken } = await load();
      const fault = broken.find((each) => each.name === name);
      if (fault !== undefined) throw fault.error;
      return known.find(({ manifest }) => manifest.name === name) ?? unknownPlugin(name, known);
    },
  };
}

async function loadAll({ paths, searchPath }: PluginSources, warn: (text: string) => void): Promise<Loaded> {
  const builtIn = BUILT_IN.map(({ manifest, load }): KnownPlugin => ({ manifest, load, layoutsPath: vendorLayouts(manifest.name) }));
  const folders = searchPath.split(':').filter((folder) => folder !== '');
  if (paths.length === 0 && folders.length === 0) return { known: builtIn, broken: [] };
  const { loadExternalPlugins } = await import('./external-plugins.js');
  const { given, found, broken } = loadExternalPlugins(paths, folders);
  const known = new Map<string, KnownPlugin>();
  const unusable = [...broken];
  for (const plugin of [...builtIn, ...given, ...found]) {
    const { name } = plugin.manifest;
    const other = known.get(name);
    if (other === undefined) known.set(name, plugin);
    else if (!found.includes(plugin)) throw twoPlugins(other, plugin);
    else unusable.push({ name, folder: plugin.folder ?? '', error: twoPlugins(other, plugin) });
  }
  for (const { folder, error } of unusable) warn(`the plugin in ${folder} is left out: ${error instanceof Error ? error.message : 'it is faulty'}`);
  return { known: [...known.values()].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1)), broken: unusable };
}

function twoPlugins(...plugins: readonly KnownPlugin[]): PluginError {
  return new PluginError('ERR_PLUGIN', `two plugins are called ${plugins[0]?.manifest.name}: ${plugins.map(({ folder }) => folder ?? 'built in').join(', ')}`, { hint: 'Look at --plugin and AUXCTL_PLUGIN_PATH.' });
}

function unknownPlugin(name: string, plugins: readonly KnownPlugin[]): never {
  const names = plugins.map(({ manifest }) => manifest.name);
  const near = nearest(name, names);
  throw new UsageError('ERR_UNKNOWN_NAME', `no plugin is called '${name}'`, { hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Plugins: ${names.join(', ')}.` });
}
