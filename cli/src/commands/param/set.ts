import { kernelValueText, isSameKernelValue, prepareKernelParameters, setKernelParameter, type ParamMode, type PreparedKernelParameter } from '@auxctl/core';
import { assignments } from '../../arguments/assignments.js';
import { report, type CommandModule } from '../../command.js';
import { requireThisKernel } from '../../kernel-parameters.js';
import { recording } from '../../open.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import { policing } from '../../policy/enforced.js';
import { confirm, readPermissions, requirePermission } from '../../permission.js';
import type { ParamSetDocument } from '../../schemas/parameters.js';

type Change = ParamSetDocument['changes'][number];

const MODES: readonly ParamMode[] = ['runtime', 'driverinit', 'permanent'];

/** `auxctl param set` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = requireThisKernel(await context.devices.find(invocation.text('DEV')), context);
  const { device, plugin } = found;
  const mode = MODES.find((each) => each === invocation.maybe('mode'));
  const wishes = Object.entries(assignments(invocation.list('NAME=VALUE'))).map(([name, value]) => ({ name, value, ...(mode === undefined ? {} : { mode }) }));
  const undertaking = { found, command: `setting ${wishes.map(({ name }) => name).join(', ')} through the kernel`, effect: 'configure' } as const;
  await requirePermission(undertaking, invocation, context);

  const prepared = await prepareKernelParameters(device, wishes, context.wait);
  const needed = prepared.filter(({ before, wanted }) => !isSameKernelValue(before, wanted));
  if (needed.length === 0) context.notes.note('everything is so already; nothing was written');
  else if (!invocation.flag('yes')) {
    context.terminal.note(changeTable(prepared.map((each) => changeOf(each)), context.terminal.style('note', context.options.color)));
    await confirm(`Change the kernel's parameters of ${device.address}?`, undertaking, invocation, context);
  }
  const { allow } = readPermissions(invocation);
  for (const each of needed) await setKernelParameter(device, each, { ...context.wait, ...recording(found, context), ...policing(found, context), allow, ...(plugin === undefined ? {} : { plugin: plugin.manifest.name }) });
  const [{ handle } = { handle: { bus: '', name: '' } }] = prepared;
  const instance = `${handle.bus}/${handle.name}`;
  if (needed.some((each) => each.mode === 'driverinit')) context.notes.note(`driverinit values are in force once the driver is loaded anew: devlink dev reload ${instance}`);
  if (needed.some((each) => each.mode === 'permanent')) context.notes.note('permanent values are in force after the next reset of the device');
  return report<ParamSetDocument>({ schema: 'auxctl.param-set/1', device: device.address, instance, effect: 'configure', changes: prepared.map((each) => changeOf(each, needed.includes(each))) }, ({ changes }, style) => changeTable(changes, style));
};

function changeOf({ parameter: { name }, mode, before, wanted }: PreparedKernelParameter, isWritten = false): Change {
  return { name, mode, before: before === undefined ? null : kernelValueText(before), after: kernelValueText(wanted), isWritten };
}

const TAKES_EFFECT: Readonly<Record<string, string>> = { runtime: 'at once', driverinit: 'devlink dev reload', permanent: 'device reset' };

function changeTable(changes: readonly Change[], style: Style): string {
  return table(changes, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'MODE', cell: ({ mode }) => mode },
    { heading: 'BEFORE', cell: ({ before }) => before ?? 'unknown' },
    { heading: 'AFTER', cell: ({ after }) => after, paint: ({ before, after }, text) => (before === after ? text : style.changed(text)) },
    { heading: 'TAKES EFFECT', cell: ({ mode }) => TAKES_EFFECT[mode] ?? '' },
  ], style);
}
