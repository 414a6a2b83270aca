import { chooseScope, forDevice, UsageError, type CommandPlan, type ResetReport } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import type { FoundDevice } from '../../devices.js';
import { noteKernelInterfaces } from '../../kernel-interfaces.js';
import { openOffline } from '../../offline.js';
import { openDevice } from '../../open.js';
import type { Style } from '../../output/style.js';
import { pairs, table } from '../../output/table.js';
import { confirm, readPermissions, requirePermission } from '../../permission.js';
import type { FirmwareResetDocument } from '../../schemas/nvconfig.js';

type Run = CommandModule['run'];

/** `auxctl firmware reset` */
export const run: Run = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const [level, type] = [invocation.maybe('level'), invocation.maybe('type')];
  if (level !== undefined) return perform(found, level, type, invocation, context);
  if (type !== undefined) throw new UsageError('ERR_USAGE', '--type needs --level');
  await using channel = await openDevice(found, context);
  const firmware = await channel.firmware();
  return report(documentOf(found, await firmware.resets(), null), resetText);
};

async function perform(found: FoundDevice, level: string, type: string | undefined, ...[invocation, context]: Parameters<Run>): ReturnType<Run> {
  const permissions = readPermissions(invocation);
  const plan = await planOffline(found, level, type);
  const undertaking = { found, command: plan.command, effect: plan.effect, scope: chooseScope(plan, permissions.scope, found.device.address) };
  await requirePermission(undertaking, invocation, context);

  await using channel = await openDevice(found, context);
  const firmware = await channel.firmware();
  const { kernelInterfaces, levels } = await firmware.resets();
  noteKernelInterfaces(kernelInterfaces, found.device, context);
  const choice = levels.find(({ name }) => name === level);
  await confirm(`${choice?.description ?? ''}\nReset the firmware of ${found.device.address} by ${level}?`.trim(), undertaking, invocation, context);
  const after = await firmware.reset(level, type, permissions);
  return report(documentOf(found, after, { level, type: type ?? null }), resetText);
}

async function planOffline(found: FoundDevice, level: string, type: string | undefined): Promise<CommandPlan> {
  await using offline = await openOffline(found);
  const firmware = await offline.firmware();
  return await firmware.planReset(level, type);
}

function documentOf(found: FoundDevice, { state, levels, types, options, kernelInterfaces }: ResetReport, performed: FirmwareResetDocument['performed']): FirmwareResetDocument {
  return {
    schema: 'auxctl.firmware-reset/1', device: found.device.address, performed, state, levels: [...levels], types: [...types],
    options: options.map(({ type, levels: names }) => ({ type, levels: [...names] })),
    kernelInterfaces: kernelInterfaces.map(({ what, command }) => ({ what, command: forDevice(command, found.device) })),
  };
}

function resetText({ performed, state, levels, types, options, kernelInterfaces }: FirmwareResetDocument, style: Style): string {
  const choices = (heading: string, rows: FirmwareResetDocument['levels']): string => table(rows, [
    { heading, cell: ({ name }) => name },
    { heading: 'NOW', cell: ({ isSupported }) => (isSupported ? 'yes' : 'no'), paint: ({ isSupported }, text) => (isSupported ? style.good(text) : style.dim(text)) },
    { heading: 'WHAT IT DOES AND COSTS', cell: ({ description }) => description },
  ], style);
  return [
    pairs([['State', state], ['Asked for', performed === null ? undefined : performed.level + (performed.type === null ? '' : `, ${performed.type}`)]], style),
    choices('LEVEL', levels),
    choices('TYPE', types),
    pairs(options.map(({ type, levels: names }) => [type, `by ${names.join(', ')}`] as const), style),
    kernelInterfaces.map(({ what, command }) => `${style.heading('The kernel does this too:')} ${command} (${what})\n`).join(''),
  ].filter((part) => part !== '').join('\n');
}
