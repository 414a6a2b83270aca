import { periodText, type NamedCapability } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { counterLabel } from '../../diag/document.js';
import { noteLeftOn } from '../../diag/left-on.js';
import { openDevice } from '../../open.js';
import type { Style } from '../../output/style.js';
import { pairs, table } from '../../output/table.js';
import type { DiagListDocument } from '../../schemas/diagnostics.js';

/** `auxctl diag list` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  await using channel = await openDevice(found, context);
  const capability = await channel.diagnostics.capability();
  if (capability.counters.length > 0) noteLeftOn(await channel.diagnostics.state(capability), found, context);
  return report(listDocument(found.device.address, capability), (shown, style) => listText(shown, style, context.options.verbose));
};

function listDocument(device: string, { counters, modes, maxRecords, minPeriodClocks, maxPeriodClocks, clockHz }: NamedCapability): DiagListDocument {
  return {
    schema: 'auxctl.diag-list/1', device, modes: [...modes], maxRecords, minPeriodClocks, maxPeriodClocks, clockHz: clockHz ?? null,
    counters: counters.map((counter) => ({ id: counter.id, name: counterLabel(counter), unit: counter.unit ?? null, description: counter.description ?? null, isSynchronizable: counter.isSynchronizable })),
  };
}

function listText({ counters, modes, maxRecords, minPeriodClocks, maxPeriodClocks, clockHz }: DiagListDocument, style: Style, isVerbose: boolean): string {
  if (counters.length === 0) return 'The device has no diagnostic counters.\n';
  const clock = clockHz ?? undefined;
  const limits = pairs([
    ['modes', modes.join(' ')],
    ['ring', `${maxRecords} records: samples times counters`],
    ['period', `${periodText(minPeriodClocks, clock)} to ${periodText(maxPeriodClocks, clock)}`],
  ], style);
  return `${limits}\n${table(counters, [
    { heading: 'ID', cell: ({ id }) => `0x${id.toString(16).padStart(4, '0')}` },
    { heading: 'NAME', cell: ({ id, name }) => (name === counterLabel({ id }) ? '-' : name) },
    { heading: 'SYNC', cell: ({ isSynchronizable }) => (isSynchronizable ? 'yes' : 'no') },
    { heading: 'UNIT', cell: ({ unit }) => unit ?? '-' },
    { heading: 'MEANING', cell: ({ description }) => (isVerbose ? description ?? '' : '') },
  ], style)}`;
}
