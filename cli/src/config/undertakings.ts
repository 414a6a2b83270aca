import { chooseScope, findNvParameter, nvParameters, type PreparedWrite, type RegisterWish } from '@auxctl/core';
import type { KernelInterface } from '@auxctl/schemas';
import { EFFECTS } from '@auxctl/schemas/model';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import type { Invocation } from '../invocation.js';
import { noteKernelInterfaces } from '../kernel-interfaces.js';
import { layoutsOf } from '../layouts.js';
import { openOffline, rehearse } from '../offline.js';
import { requirePlugin } from '../open.js';
import { requirePermission, type Permissions, type Undertaking } from '../permission.js';
import type { Target } from './targets.js';

/** What all of it would do, found out with the devices untouched. */
export async function undertakingsOf(targets: readonly Target[], permissions: Permissions): Promise<Undertaking[]> {
  return (await Promise.all(targets.map(async (target) => undertakingsOfDevice(target, permissions)))).flat();
}

/** Rejects unless everything is allowed, the strongest effect first, so that one answer allows all. Names the kernel's own ways to do it. */
export async function requirePermissions(targets: readonly Target[], undertakings: readonly Undertaking[], invocation: Invocation, context: Context): Promise<void> {
  const strongestFirst = [...undertakings].sort((a, b) => EFFECTS.indexOf(b.effect) - EFFECTS.indexOf(a.effect));
  for (const undertaking of strongestFirst) await requirePermission(undertaking, invocation, context);
  for (const target of targets) noteKernelInterfaces(await interfacesOf(target), target.found.device, context);
}

async function undertakingsOfDevice({ found, wishes: { stored, driver, registers } }: Target, permissions: Permissions): Promise<Undertaking[]> {
  const undertakings: Undertaking[] = driver.length === 0 ? [] : [{ found, command: `setting ${driver.map(({ name }) => name).join(', ')} through the kernel`, effect: 'configure' }];
  if (stored.size > 0) {
    await using offline = await openOffline(found);
    const plan = await (await offline.nvconfig()).plan({ type: 'set', values: Object.fromEntries([...stored].map(([name, { text }]) => [name, text])) });
    undertakings.push({ found, command: plan.command, effect: plan.effect, scope: chooseScope(plan, permissions.scope, found.device.address) });
  }
  for (const wish of registers) undertakings.push(await registerUndertaking(found, wish, permissions));
  return undertakings;
}

async function registerUndertaking(found: FoundDevice, { register: { name }, codec, index, fields: wanted }: RegisterWish, permissions: Permissions): Promise<Undertaking> {
  await using offline = await openOffline(found);
  const fields = { ...index, ...wanted };
  const raw = codec.encode(fields);
  const { effect } = await rehearse(permissions.allow, (options) => offline.registers.prepareWrite(name, fields, options));
  const image = { raw, fields: codec.decode(raw), anomalies: [], codec };
  const prepared: PreparedWrite = { register: name, plan: { command: name, effect }, before: image, after: image };
  return { found, command: name, ...(await rehearse(permissions.allow, (options) => offline.registers.write(prepared, { ...permissions, ...options }))) };
}

/** The same one of several parameters once. */
async function interfacesOf({ found, wishes: { stored, registers } }: Target): Promise<KernelInterface[]> {
  const known = stored.size === 0 ? [] : await nvParameters(layoutsOf(requirePlugin(found)));
  const all = [...[...stored.keys()].flatMap((name) => findNvParameter(known, name).parameter.kernelInterfaces ?? []), ...registers.flatMap(({ register }) => register.kernelInterfaces ?? [])];
  return [...new Map(all.map((each) => [each.command, each])).values()];
}
