import { readStates, UsageError } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { pairs } from '../../output/table.js';
import { requireBaseline, USUAL_BASELINE } from '../../state/baselines.js';
import { keptDevice, keptDeviceTable } from '../../state/kept-device.js';
import { changedTable } from '../../report/changed-text.js';
import type { BaselineShowDocument } from '../../schemas/state.js';

/** `auxctl baseline show` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const name = invocation.maybe('NAME') ?? USUAL_BASELINE;
  const file = requireBaseline(name, context);
  const { report: kept } = await readStates(file);
  if (kept === undefined) throw new UsageError('ERR_FILE', `${file} is no baseline`);
  const { created, tool, host } = kept;
  const document: BaselineShowDocument = {
    schema: 'auxctl.baseline-show/1', name, file, created, tool, host: host.name, kernel: host.kernel ?? null,
    devices: kept.devices.map((state) => ({ ...keptDevice(state), settings: state.changed })),
  };
  return report(document, (shown, style) => [
    pairs([['baseline', shown.name], ['file', shown.file], ['created', `${shown.created} by auxctl ${shown.tool}`], ['host', shown.host], ['kernel', shown.kernel ?? undefined]], style),
    keptDeviceTable(shown.devices, style),
    ...shown.devices.filter(({ settings }) => settings.length > 0).map(({ address, settings }) => `${style.heading(`${address}: not as delivered`)}\n${changedTable(settings, style)}`),
  ].join('\n'));
};
