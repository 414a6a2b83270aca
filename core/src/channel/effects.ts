import type { Effect, OpcodeTable, Scope } from '@auxctl/schemas';
import { EFFECTS, integerValue, SCOPES } from '@auxctl/schemas/model';
import { PolicyError } from '../errors/classes.js';
import { requirePassedOpcode } from '../store/refused.js';
import type { CommandPlan } from './types.js';

/** The stronger of two effects. */
export function strongerEffect(a: Effect, b: Effect): Effect {
  return EFFECTS.indexOf(a) >= EFFECTS.indexOf(b) ? a : b;
}

/** Does `limit` permit `effect`? */
export function permits(limit: Effect, effect: Effect): boolean {
  return EFFECTS.indexOf(effect) <= EFFECTS.indexOf(limit);
}

/**
 * What the plugin's table says of a request; an opcode that it does not know is `invasive` and has no least scope. Throws `ERR_NOT_PASSED` for one that
 * the kernel's driver never passes.
 */
export function planFor(table: OpcodeTable, opcode: bigint, modifier: bigint | undefined): CommandPlan {
  const rows = table.opcodes.filter((row) => integerValue(row.opcode) === opcode);
  const exact = rows.find((candidate) => candidate.modifier !== undefined && integerValue(candidate.modifier) === modifier);
  if (exact === undefined) requirePassedOpcode(table, opcode, modifier);
  const row = exact ?? rows.find((candidate) => candidate.modifier === undefined);
  if (row === undefined) return { command: `0x${opcode.toString(16)}`, effect: 'invasive' };
  return { command: row.name, effect: row.effect, leastScope: row.scope };
}

/** Refuses a command whose effect is stronger than `allow`, before anything is sent. */
export function requireAllowed(plan: CommandPlan, allow: Effect, device: string): void {
  if (permits(allow, plan.effect)) return;
  throw new PolicyError('ERR_NOT_ALLOWED', `${plan.command} is ${plan.effect}, and only ${allow} is allowed; nothing was sent`, {
    device, command: plan.command, hint: `Add --allow ${plan.effect} to allow it.`,
  });
}

/** The scope to send with: the least that the driver accepts, or the caller's if it is not below that. */
export function chooseScope(plan: CommandPlan, asked: Scope | undefined, device: string): Scope {
  const context = { device, command: plan.command };
  if (asked === undefined && plan.leastScope === undefined) {
    throw new PolicyError('ERR_SCOPE', `no plugin knows the scope that ${plan.command} needs; nothing was sent`, { ...context, hint: `Name one with --scope: ${SCOPES.join(', ')}.` });
  }
  const scope = asked ?? plan.leastScope ?? SCOPES[0];
  if (plan.leastScope !== undefined && SCOPES.indexOf(scope) < SCOPES.indexOf(plan.leastScope)) {
    throw new PolicyError('ERR_SCOPE', `${plan.command} needs scope ${plan.leastScope}; ${scope} is below it; nothing was sent`, { ...context, hint: `Leave the scope out, or name ${plan.leastScope}.` });
  }
  return scope;
}

/** Does a request of this scope mark the kernel as tainted (`drivers/fwctl/main.c`)? */
export function taintsKernel(scope: Scope): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf('debug-write');
}
