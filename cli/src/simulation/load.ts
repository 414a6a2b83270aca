import { UsageError, type Simulator } from '@auxctl/core';
import type { KnownPlugin } from '../plugins.js';

/** Loads a plugin's simulator. Rejects with `ERR_UNKNOWN_NAME` for a plugin without one. */
export async function loadSimulator(plugin: KnownPlugin): Promise<Simulator> {
  const { simulator } = await plugin.load();
  if (simulator !== undefined) return simulator();
  throw new UsageError('ERR_UNKNOWN_NAME', `plugin ${plugin.manifest.name} has no simulator`, { hint: 'auxctl sim list shows those that there are.' });
}
