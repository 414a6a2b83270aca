import { UsageError } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { baselinePath, hasBaseline, saveBaseline, USUAL_BASELINE } from '../../state/baselines.js';
import { chosenDevices, collectReport } from '../../state/collect.js';
import { keptDevice, keptDeviceTable } from '../../state/kept-device.js';
import type { BaselineSaveDocument } from '../../schemas/state.js';

/** `auxctl baseline save` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const name = invocation.maybe('name') ?? USUAL_BASELINE;
  if (hasBaseline(name, context) && !invocation.flag('replace')) throw new UsageError('ERR_FILE', `there is a baseline ${name} already: ${baselinePath(name, context)}`, { hint: 'Give another --name, or --replace it.' });
  const found = await chosenDevices(invocation.list('DEV'), context);
  if (found.length === 0) throw new UsageError('ERR_USAGE', 'there is no device to save the state of', { hint: 'auxctl doctor says why none is found.' });
  const kept = await collectReport(found, context);
  const file = saveBaseline(name, kept, context);
  for (const { device, problems, dump } of kept.devices) if (dump === undefined) context.notes.warn(`${device.address}: ${problems[0]?.message ?? 'nothing could be read'}`);
  const document: BaselineSaveDocument = { schema: 'auxctl.baseline-save/1', name, file, devices: kept.devices.map(keptDevice) };
  return report(document, ({ devices }, style) => `${keptDeviceTable(devices, style)}\nbaseline ${name} is in ${file}\n`);
};
