import type { Component } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { openDevice } from '../../open.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { FirmwareComponentsDocument } from '../../schemas/nvconfig.js';

/** `auxctl firmware components` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  await using channel = await openDevice(found, context);
  const components = await (await channel.firmware()).components();
  return report<FirmwareComponentsDocument>({ schema: 'auxctl.firmware-components/1', device: found.device.address, components: components.map(toComponent) }, componentsText);
};

function toComponent({ index, name, status, updateState, progressPercent, details }: Component): FirmwareComponentsDocument['components'][number] {
  return {
    index, name, status, updateState, progressPercent, version: details.version ?? null, built: details.built ?? null,
    sizeBytes: details.sizeBytes ?? null, maxSizeBytes: details.maxSizeBytes ?? null, maxWriteBytes: details.maxWriteBytes ?? null,
    rules: [...(details.rules ?? [])], activation: [...(details.activation ?? [])],
  };
}

function componentsText({ components }: FirmwareComponentsDocument, style: Style): string {
  return table(components, [
    { heading: 'INDEX', cell: ({ index }) => String(index), align: 'right' },
    { heading: 'COMPONENT', cell: ({ name }) => name },
    { heading: 'STATUS', cell: ({ status }) => status },
    { heading: 'UPDATE', cell: ({ updateState }) => updateState },
    { heading: 'VERSION', cell: ({ version }) => version ?? '' },
    { heading: 'BUILT', cell: ({ built }) => built ?? '' },
    { heading: 'BYTES', cell: ({ sizeBytes }) => (sizeBytes === null ? '' : String(sizeBytes)), align: 'right' },
    { heading: 'AT MOST', cell: ({ maxSizeBytes }) => (maxSizeBytes === null ? '' : String(maxSizeBytes)), align: 'right' },
    { heading: 'ACTIVATED BY', cell: ({ activation }) => activation.join(' ') },
    { heading: 'RULES', cell: ({ rules }) => rules.join(' '), paint: (_row, text) => style.dim(text) },
  ], style);
}
