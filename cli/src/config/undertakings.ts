import { chooseScope, findNvParameter, nvParameters, offeredByParameters, offeredByWrite, type OfferedValue } from '@auxctl/core';
import type { KernelInterface } from '@auxctl/schemas';
import { EFFECTS } from '@auxctl/schemas/model';
import type { Context } from '../command.js';
import type { Invocation } from '../invocation.js';
import { considerKernel } from '../kernel-first.js';
import { noteKernelInterfaces } from '../kernel-interfaces.js';
import { layoutsOf } from '../layouts.js';
import { openOffline } from '../offline.js';
import { requirePlugin } from '../open.js';
import { requirePermission, type Permissions, type Undertaking } from '../permission.js';
import { configurationQuestion, kernelQuestion } from '../policy/question.js';
import { rehearseWrite } from '../register-writing.js';
import type { Target } from './targets.js';

/** What all of it would do, found out with the devices untouched. */
export async function undertakingsOf(targets: readonly Target[], permissions: Permissions): Promise<Undertaking[]> {
  return (await Promise.all(targets.map(async (target) => undertakingsOfDevice(target, permissions)))).flat();
}

/** Rejects unless everything is allowed, the strongest effect first, so that one answer allows all, and the kernel has no interface of its own for any of it, or `--even-so` insists. */
export async function requirePermissions(targets: readonly Target[], undertakings: readonly Undertaking[], invocation: Invocation, context: Context): Promise<void> {
  const strongestFirst = [...undertakings].sort((a, b) => EFFECTS.indexOf(b.effect) - EFFECTS.indexOf(a.effect));
  for (const undertaking of strongestFirst) await requirePermission(undertaking, invocation, context);
  for (const target of targets) await considerKernel(await offeredBy(target), { found: target.found, command: 'config apply', effect: 'configure' }, invocation, context);
  for (const target of targets) noteKernelInterfaces(await interfacesOf(target), target.found.device, context);
}

async function undertakingsOfDevice(target: Target, permissions: Permissions): Promise<Undertaking[]> {
  const { found, wishes: { stored, driver, registers } } = target;
  const undertakings: Undertaking[] = [];
  if (stored.size > 0) undertakings.push(await storedUndertaking(target, permissions));
  for (const { name } of driver) undertakings.push({ found, command: `setting ${name} through the kernel`, effect: 'configure', foreseen: kernelQuestion(found, [name]) });
  for (const { register, index, fields } of registers) undertakings.push(await rehearseWrite(found, register.name, { ...index, ...fields }, Object.keys(fields), permissions));
  return undertakings;
}

async function storedUndertaking({ found, wishes: { stored } }: Target, { scope: asked }: Permissions): Promise<Undertaking> {
  const request = { type: 'set', values: Object.fromEntries([...stored].map(([name, { text }]) => [name, text])) } as const;
  await using offline = await openOffline(found);
  const plan = await (await offline.nvconfig()).plan(request);
  const mayBeRefined = (await requirePlugin(found).load()).refinePlan !== undefined;
  return { found, command: plan.command, effect: plan.effect, scope: chooseScope(plan, asked, found.device.address), foreseen: { question: await configurationQuestion(found, request, plan, asked), mayBeRefined } };
}

/** What of all of it the kernel may have interfaces of its own for. */
async function offeredBy({ found, wishes: { stored, registers } }: Target): Promise<OfferedValue[]> {
  const parameters = stored.size === 0 ? [] : await offeredByParameters(layoutsOf(requirePlugin(found)), Object.fromEntries([...stored].map(([name, { text }]) => [name, text])));
  return [...parameters, ...registers.flatMap(({ codec, index, fields }) => offeredByWrite(codec, { ...index, ...fields }))];
}

/** The same one of several parameters once. */
async function interfacesOf({ found, wishes: { stored, registers } }: Target): Promise<KernelInterface[]> {
  const known = stored.size === 0 ? [] : await nvParameters(layoutsOf(requirePlugin(found)));
  const all = [...[...stored.keys()].flatMap((name) => findNvParameter(known, name).parameter.kernelInterfaces ?? []), ...registers.flatMap(({ register }) => register.kernelInterfaces ?? [])];
  return [...new Map(all.map((each) => [each.command, each])).values()];
}
