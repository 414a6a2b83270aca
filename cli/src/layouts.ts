import { LayoutStore } from '@auxctl/core';
import type { KnownPlugin } from './plugins.js';

const stores = new WeakMap<KnownPlugin, LayoutStore>();

/** A plugin's layouts; the same store at each call. Those of built-in plugins were validated when the tool was built. */
export function layoutsOf(plugin: KnownPlugin): LayoutStore {
  const store = stores.get(plugin) ?? new LayoutStore(plugin.layoutsPath, { isTrusted: plugin.folder === undefined });
  stores.set(plugin, store);
  return store;
}
