import { chooseScope, offeredByParameters, type NvRequest, type PreparedNvChange } from '@auxctl/core';
import type { KernelInterface } from '@auxctl/schemas';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import type { Invocation } from '../invocation.js';
import { considerKernel } from '../kernel-first.js';
import { noteKernelInterfaces } from '../kernel-interfaces.js';
import { layoutsOf } from '../layouts.js';
import { openOffline } from '../offline.js';
import { openDevice, requirePlugin } from '../open.js';
import { configurationQuestion } from '../policy/question.js';
import type { Style } from '../output/style.js';
import { table } from '../output/table.js';
import { confirm, readPermissions, requirePermission, type Undertaking } from '../permission.js';
import type { NvconfigChangeDocument } from '../schemas/nvconfig.js';
import { activationText } from './summary.js';

type Outcome = Omit<NvconfigChangeDocument, 'schema'>;

/**
 * Changes a device's configuration: checks names, values and permission with the device untouched, shows what would change, asks, writes
 * and reads back. `kernelInterfaces` are the kernel's own ways to do it.
 */
export async function changeConfiguration(found: FoundDevice, request: NvRequest, kernelInterfaces: readonly KernelInterface[], invocation: Invocation, context: Context): Promise<Outcome> {
  const permissions = readPermissions(invocation);
  const undertaking = await rehearseChange(found, request, invocation);
  await requirePermission(undertaking, invocation, context);
  if (request.type === 'set') await considerKernel(await offeredByParameters(layoutsOf(requirePlugin(found)), request.values), undertaking, invocation, context);
  noteKernelInterfaces(kernelInterfaces, found.device, context);

  await using channel = await openDevice(found, context);
  const nvconfig = await channel.nvconfig();
  const prepared = await nvconfig.prepare(request, permissions);
  const isWritten = isNeeded(prepared);
  if (isWritten && !invocation.flag('yes')) {
    context.terminal.note(changeText(prepared, context.terminal.style('note', context.options.color)));
    await confirm(question(prepared, found.device.address), undertaking, invocation, context);
  }
  if (isWritten) await nvconfig.commit(prepared, permissions);
  else context.notes.note('everything is so already; nothing was written');
  return { device: found.device.address, effect: undertaking.effect, scope: undertaking.scope ?? null, changes: [...prepared.changes], isWritten };
}

/** What a change would do and need, without the device. */
async function rehearseChange(found: FoundDevice, request: NvRequest, invocation: Invocation): Promise<Undertaking> {
  const { scope: asked } = readPermissions(invocation);
  await using offline = await openOffline(found);
  const plan = await (await offline.nvconfig()).plan(request);
  const mayBeRefined = (await requirePlugin(found).load()).refinePlan !== undefined;
  return { found, command: plan.command, effect: plan.effect, scope: chooseScope(plan, asked, found.device.address), foreseen: { question: await configurationQuestion(found, request, plan, asked), mayBeRefined } };
}

/** Everything is reset even where nothing known differs: what is unknown may. */
function isNeeded({ changes, isEverything }: PreparedNvChange): boolean {
  return isEverything || changes.some(({ before, after }) => before !== after);
}

function question({ isEverything }: PreparedNvChange, device: string): string {
  return isEverything ? `Reset all of the configuration of ${device}, what no layout describes as well?` : `Change the configuration of ${device}?`;
}

/** What changes, as a table. */
export function changeText({ changes }: Pick<Outcome, 'changes'> | PreparedNvChange, style: Style): string {
  return table(changes, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'NEXT BOOT, BEFORE', cell: ({ before }) => before },
    { heading: 'AFTER', cell: ({ after }) => after, paint: ({ before, after }, text) => (before === after ? text : style.changed(text)) },
    { heading: 'TAKES EFFECT', cell: ({ activation }) => activationText(activation) },
    { heading: '', cell: ({ isAsked }) => (isAsked ? '' : 'goes with its item'), paint: (_row, text) => style.dim(text) },
  ], style);
}
