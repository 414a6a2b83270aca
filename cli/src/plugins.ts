import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nearest, PluginError, UsageError, type PluginEntry } from '@auxctl/core';
import type { Manifest } from '@auxctl/schemas';
import { BUILT_IN } from './generated/vendors.js';
import { SYSTEM_FOLDERS } from './system-folders.js';
import type { BrokenPlugin } from './external-plugins.js';
import type { GlobalOptions } from './global-options.js';
import { vendorLayouts, vendorPackage } from './install.js';

/** Where a plugin comes from. */
export interface KnownPlugin extends PluginEntry {
  /** Its folder, for one that is not built in. */
  readonly folder?: string;
  /** Holds all of its manifest against the schema, for one that is not built in. Rejects with `ERR_PLUGIN`. */
  readonly check?: () => Promise<void>;
}

/** The plugins that this run knows. Nothing is read or loaded before it is asked for. */
export interface Plugins {
  /** Built-in ones, those of `--plugin`, and those that are found elsewhere, by name. Rejects when one of `--plugin` is faulty. */
  all(): Promise<readonly KnownPlugin[]>;
  /** What built-in plugins whose data are not installed say of themselves: a distribution packages vendors one by one. */
  absent(): readonly Manifest[];
  /** By name, with all of its manifest checked. Rejects with `ERR_UNKNOWN_NAME`, and for a faulty plugin with what is wrong with it. */
  find(name: string): Promise<KnownPlugin>;
}

/** Where to look for plugins that are not built in. */
export interface PluginSources {
  /** Folders and packages of plugins, each given with `--plugin`. */
  readonly paths: readonly string[];
  /** Where packages are looked for from. */
  readonly directory: string;
  /** Folders of plugins, or of folders of plugins. */
  readonly searchPath: readonly string[];
  /** What holds the system's folders of plugins. */
  readonly root: string;
  /** Does root run the tool? */
  readonly isRoot: boolean;
  /** Where the tool stands: plugins may be installed beside it. */
  readonly place: string;
}

/** Where to look by the command line, the environment and this process. */
export function pluginSources({ plugins, root }: Pick<GlobalOptions, 'plugins' | 'root'>, environment: NodeJS.ProcessEnv): PluginSources {
  const searchPath = (environment['AUXCTL_PLUGINS'] ?? '').split(':').filter((folder) => folder !== '');
  return { paths: plugins, directory: process.cwd(), searchPath, root, isRoot: process.geteuid?.() === 0, place: import.meta.dirname };
}

/** The plugins that a run can use, and those of the search path that it cannot. */
interface Loaded {
  readonly known: readonly KnownPlugin[];
  readonly broken: readonly BrokenPlugin[];
}

/**
 * Makes the table of known plugins. A plugin that was found and cannot be used is left out, with a warning; only a command about that very plugin
 * fails for it.
 */
export function createPlugins(sources: PluginSources, warn: (text: string) => void): Plugins {
  let loaded: Promise<Loaded> | undefined;
  const load = (): Promise<Loaded> => loaded ??= loadAll(sources, warn);
  return {
    all: async () => (await load()).known,
    absent: () => BUILT_IN.map(({ manifest }) => manifest).filter(({ name }) => !isInstalled(name)),
    async find(name) {
      const { known, broken } = await load();
      const fault = broken.find((each) => each.name === name);
      if (fault !== undefined) throw fault.error;
      const plugin = known.find(({ manifest }) => manifest.name === name) ?? unknownPlugin(name, known);
      await plugin.check?.();
      return plugin;
    },
  };
}

async function loadAll(sources: PluginSources, warn: (text: string) => void): Promise<Loaded> {
  const builtIn = BUILT_IN.filter(({ manifest }) => isInstalled(manifest.name)).map(({ manifest, load }): KnownPlugin => ({ manifest, load, layoutsPath: vendorLayouts(manifest.name) }));
  if (!mayHaveOthers(sources)) return { known: builtIn, broken: [] };
  const { loadExternalPlugins } = await import('./external-plugins.js');
  const { given, found, broken } = loadExternalPlugins(sources);
  const known = new Map<string, KnownPlugin>();
  const unusable = [...broken];
  for (const plugin of [...builtIn, ...given, ...found]) {
    const { name } = plugin.manifest;
    const other = known.get(name);
    if (other === undefined) known.set(name, plugin);
    else if (given.some((each) => each === plugin)) throw twoPlugins(other, plugin);
    else unusable.push({ name, folder: plugin.folder ?? '', error: twoPlugins(other, plugin) });
  }
  for (const { folder, error } of unusable) warn(`the plugin in ${folder} is left out: ${error instanceof Error ? error.message : 'it is faulty'}`);
  return { known: [...known.values()].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1)), broken: unusable };
}

function isInstalled(name: string): boolean {
  return existsSync(vendorLayouts(name));
}

/** Most systems have no other plugins, and then nothing is loaded to look for them. */
function mayHaveOthers({ paths, searchPath, root, place }: PluginSources): boolean {
  return paths.length > 0 || searchPath.length > 0 || place.includes('/node_modules/') || SYSTEM_FOLDERS.some((folder) => existsSync(join(root, folder)));
}

function twoPlugins(...plugins: readonly KnownPlugin[]): PluginError {
  return new PluginError('ERR_PLUGIN', `two plugins are called ${plugins[0]?.manifest.name}: ${plugins.map(({ folder }) => folder ?? 'built in').join(', ')}`, { hint: 'Look at --plugin and AUXCTL_PLUGINS.' });
}

function unknownPlugin(name: string, plugins: readonly KnownPlugin[]): never {
  if (BUILT_IN.some(({ manifest }) => manifest.name === name)) {
    throw new UsageError('ERR_UNKNOWN_NAME', `plugin ${name} is not installed`, { hint: `Distributions have it in a package of its own: ${vendorPackage(name)}.` });
  }
  const names = plugins.map(({ manifest }) => manifest.name);
  const near = nearest(name, names);
  throw new UsageError('ERR_UNKNOWN_NAME', `no plugin is called '${name}'`, { hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Plugins: ${names.join(', ')}.` });
}
