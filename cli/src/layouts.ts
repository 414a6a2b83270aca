import { LayoutStore, type PluginEntry } from '@auxctl/core';

const stores = new WeakMap<PluginEntry, LayoutStore>();

/** A plugin's layouts; the same store at each call. */
export function layoutsOf(plugin: PluginEntry): LayoutStore {
  const store = stores.get(plugin) ?? new LayoutStore(plugin.layoutsPath);
  stores.set(plugin, store);
  return store;
}
