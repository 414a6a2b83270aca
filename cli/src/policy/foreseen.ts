import { refuse, type CommandQuestion, type PolicyRefusal } from '@auxctl/core';
import { EFFECTS } from '@auxctl/schemas/model';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import type { Foreseen } from '../offline.js';
import { recording } from '../open.js';
import { policing } from './enforced.js';

/** What is to be done, as far as it is known before a device is opened. */
export interface Intended {
  readonly found: FoundDevice;
  readonly command: string;
  readonly foreseen?: Foreseen | undefined;
}

/**
 * Refuses by policy what it is certain to refuse, before anything is opened, and records that. Rejects with `ERR_POLICY` and `ERR_POLICY_FILE`, with the words
 * with which the channel would.
 */
export async function requirePolicy({ found, command, foreseen }: Intended, context: Context): Promise<void> {
  const { policy } = policing(found, context);
  if (policy === undefined || foreseen === undefined || foreseen.question.effect === 'inspect') return;
  const { question, mayBeRefined } = foreseen;
  const refusal = await policy.foreseen(question);
  if (refusal === undefined) return;
  // An effect that the plugin may still find to be another: only what is refused whichever it is, is certain.
  const others = mayBeRefined ? EFFECTS.filter((effect) => effect !== question.effect) : [];
  for (const effect of others) if (await policy.foreseen({ ...question, effect }) === undefined) return;
  await refuse(refusal.error, recording(found, context).recorder, () => Promise.resolve([refused(found, command, question, refusal)]), context.signal);
}

function refused({ device }: FoundDevice, command: string, { device: { plugin }, effect, scope, register, secrets }: CommandQuestion, { record }: PolicyRefusal): Parameters<NonNullable<NonNullable<ReturnType<typeof recording>['recorder']>['refuse']>>[0][number] {
  return {
    device, plugin, command, effect, secrets: secrets ?? namesGiven(), policy: record,
    ...(scope === undefined ? {} : { scope }), ...(typeof register === 'string' ? { register } : {}),
  };
}

/** Where nobody knows which fields are secret, no value of the command line is kept. */
function namesGiven(): string[] {
  return process.argv.flatMap((word) => (word.includes('=') ? word.slice(0, word.indexOf('=')).split(/[.[]/) : []));
}
