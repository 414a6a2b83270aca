import { PolicyError, permits, taintsKernel, type CallOptions } from '@auxctl/core';
import { EFFECTS, SCOPES, type Effect } from '@auxctl/schemas/model';
import type { Context } from './command.js';
import type { FoundDevice } from './devices.js';
import type { Invocation } from './invocation.js';
import type { Rehearsal } from './offline.js';
import { quoteWord } from './output/shell.js';
import { requirePolicy } from './policy/foreseen.js';

/** What `--allow` and `--scope` say. */
export interface Permissions extends Pick<CallOptions, 'scope'> {
  readonly allow: Effect;
}

/** Reads them from a command line. */
export function readPermissions(invocation: Invocation): Permissions {
  const allow = EFFECTS.find((effect) => effect === invocation.maybe('allow')) ?? 'inspect';
  const scope = SCOPES.find((candidate) => candidate === invocation.maybe('scope'));
  return { allow, ...(scope === undefined ? {} : { scope }) };
}

/** What is about to be done, and to which device. */
export interface Undertaking extends Rehearsal {
  readonly found: FoundDevice;
  readonly command: string;
}

/**
 * Rejects with `ERR_NOT_ALLOWED`, with the command line that would do, when the effect is not allowed, or when it has to be confirmed and
 * nobody can be asked; with `ERR_POLICY` or `ERR_POLICY_FILE` where it is certain already that a policy refuses it. To be called before anything is opened.
 * Says which scope will be used where that matters.
 */
export async function requirePermission(undertaking: Undertaking, invocation: Invocation, context: Context): Promise<void> {
  const { command, effect, found: { device: { address: device } } } = undertaking;
  const { allow } = readPermissions(invocation);
  if (!permits(allow, effect)) {
    throw new PolicyError('ERR_NOT_ALLOWED', `${command} ${MEANINGS[effect]}, and that was not allowed; nothing was sent`, { device, command, hint: `This would allow it: ${allowedLine(invocation.words, effect)}` });
  }
  await requirePolicy(undertaking, context);
  if (effect !== 'inspect' && !invocation.flag('yes') && !context.terminal.canAsk) {
    throw new PolicyError('ERR_NOT_ALLOWED', `${command} ${MEANINGS[effect]}, and there is no terminal to ask on; nothing was sent`, { device, command, hint: 'Add --yes to answer beforehand.' });
  }
  announceScope(undertaking, context);
}

/** Asks before a change, unless `--yes` has answered. Throws `ERR_NOT_ALLOWED` when the answer is not yes. */
export async function confirm(question: string, { found, command }: Undertaking, invocation: Invocation, { terminal, signal }: Context): Promise<void> {
  if (invocation.flag('yes')) return;
  const answer = await terminal.ask(`${question} [y/N] `, signal);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return;
  throw new PolicyError('ERR_NOT_ALLOWED', `${command}: not confirmed; nothing was changed`, { device: found.device.address, command });
}

/** Says what a command turns out to do, and with which scope, where that is not what was announced. */
export function announceFiner(undertaking: Undertaking, finer: Rehearsal, context: Context): void {
  if (finer.scope !== undertaking.scope || finer.effect !== undertaking.effect) announceScope({ ...undertaking, ...finer }, context);
}

function announceScope({ found, command, effect, scope }: Undertaking, { notes }: Context): void {
  if (scope === undefined) return;
  notes.detail(`${command}: effect ${effect}, scope ${scope}`);
  if (taintsKernel(scope) && found.simulated === undefined) notes.warn(`scope ${scope} marks the kernel as tainted until it is restarted`);
}

const MEANINGS: Readonly<Record<Effect, string>> = {
  inspect: 'changes nothing',
  configure: 'changes the device\'s configuration',
  invasive: 'may leave the device in a state that nobody supports',
};

/** The same command line with what it lacked. */
function allowedLine(words: readonly string[], effect: Effect): string {
  const kept = words.filter((word, index) => word !== '--allow' && words[index - 1] !== '--allow' && !word.startsWith('--allow='));
  const end = kept.includes('--') ? kept.indexOf('--') : kept.length;
  return ['auxctl', ...kept.toSpliced(end, 0, '--allow', effect).map(quoteWord)].join(' ');
}
