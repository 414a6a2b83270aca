import { loadPolicy, policyGuard, type CommandPolicy, type Policy } from '@auxctl/core';
import type { Context } from '../command.js';
import type { PolicyPlace } from './enforced.js';

/** Reads the policies in force. Rejects with `ERR_POLICY_FILE`. */
export async function loadPolicies(places: readonly PolicyPlace[]): Promise<Policy[]> {
  return Promise.all(places.map(async ({ path, owner }) => loadPolicy(path, owner === undefined ? {} : { owner })));
}

/** What judges by them; they are read when the first command is judged. */
export function makeGuard(places: readonly PolicyPlace[], { options, notes }: Pick<Context, 'options' | 'notes'>): CommandPolicy {
  return policyGuard({ load: async () => loadPolicies(places), reason: options.reason, warn: (text) => { notes.warn(text); } });
}
