import { integerField, refusedToUndefined, strongerEffect, type CommandPlan, type Fields, type PlanQueries } from '@auxctl/core';

/**
 * Makes a plan finer by what the controller's log of commands and their effects says. A command of the specification that is said to change something
 * is not taken for one that inspects. A vendor's own is `configure`, or `invasive` where it can change content or namespaces or must run alone, or where
 * the controller says nothing of it. Scopes are none of this way's: the least serves.
 */
export async function refinePlan(plan: CommandPlan, request: Uint8Array, { call, remember }: PlanQueries): Promise<CommandPlan> {
  const isKnown = plan.leastScope !== undefined;
  const [opcode = 0, isOwn = 0] = request;
  if (isOwn > 0 || (isKnown && plan.effect === 'invasive')) return plan;
  const log = await remember('effects', () => refusedToUndefined(call('GET_EFFECTS_LOG', {})));
  const effects = entriesOf(log)[opcode];
  if (isKnown) return effects !== undefined && changes(effects) ? { ...plan, effect: strongerEffect(plan.effect, 'configure') } : plan;
  const effect = effects === undefined || !isSet(effects, 'csupp') || isGrave(effects) ? 'invasive' : 'configure';
  return { ...plan, effect, leastScope: 'configuration' };
}

function changes(effects: Fields): boolean {
  return ['lbcc', 'ncc', 'nic', 'ccc'].some((name) => isSet(effects, name));
}

function isGrave(effects: Fields): boolean {
  return ['lbcc', 'nic', 'cse'].some((name) => isSet(effects, name));
}

function isSet(effects: Fields, name: string): boolean {
  return integerField(effects, name) > 0n;
}

function entriesOf(log: Fields | undefined): readonly Fields[] {
  const entries = log?.['acs'];
  return Array.isArray(entries) ? (entries as readonly Fields[]) : [];
}
