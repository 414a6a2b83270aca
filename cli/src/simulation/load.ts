import { guardPlugin, guardSimulator, nearest, UsageError, type Simulator } from '@auxctl/core';
import type { KnownPlugin } from '../plugins.js';

/** Loads a plugin's simulator; resolves with `undefined` for a plugin without one. */
export async function findSimulator({ load, manifest }: KnownPlugin): Promise<Simulator | undefined> {
  const { simulator } = guardPlugin(await load());
  return simulator === undefined ? undefined : guardSimulator(await simulator(), manifest.name);
}

/** Loads a plugin's simulator. Rejects with `ERR_UNKNOWN_NAME` for a plugin without one. */
export async function loadSimulator(plugin: KnownPlugin): Promise<Simulator> {
  const simulator = await findSimulator(plugin);
  if (simulator !== undefined) return simulator;
  throw new UsageError('ERR_UNKNOWN_NAME', `plugin ${plugin.manifest.name} has no simulator`, { hint: 'auxctl sim list shows those that there are.' });
}

/** A profile that a simulator has. Throws `ERR_UNKNOWN_NAME` for any other. */
export function requireProfile({ profiles }: Pick<Simulator, 'profiles'>, name: string): string {
  if (profiles.includes(name)) return name;
  const near = nearest(name, profiles);
  throw new UsageError('ERR_UNKNOWN_NAME', `no profile is called '${name}'`, { hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There is ${profiles.join(', ')}.` });
}
