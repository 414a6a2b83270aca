import type { ResourceSelectorKind } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { openDevice } from '../../open.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { ResourceListDocument } from '../../schemas/resources.js';

/** `auxctl resource list` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  await using channel = await openDevice(found, context);
  const { kinds, problem } = await channel.resources.menu(context.wait);
  if (problem !== undefined) context.notes.warn(problem);
  const document: ResourceListDocument = {
    schema: 'auxctl.resource-list/1', device: found.device.address, problem: problem ?? null,
    resources: kinds.map(({ id, name, selectors }) => ({ id, name, selectors: selectors.map((selector) => ({ ...selector, name: selector.name ?? null })) })),
  };
  return report(document, listText);
};

function listText({ resources }: ResourceListDocument, style: Style): string {
  return table(resources, [
    { heading: 'NUMBER', cell: ({ id }) => `0x${id.toString(16)}`, align: 'right' },
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'INDEX1', cell: ({ selectors }) => indexText(selectors[0]) },
    { heading: 'COUNT1', cell: ({ selectors }) => countText(selectors[0]) },
    { heading: 'INDEX2', cell: ({ selectors }) => indexText(selectors[1]) },
    { heading: 'COUNT2', cell: ({ selectors }) => countText(selectors[1]) },
  ], style);
}

type Selector = (Omit<ResourceSelectorKind, 'name'> & { readonly name: string | null }) | undefined;

function indexText(selector: Selector): string {
  if (selector === undefined || selector.index === 'none') return '';
  return (selector.name ?? 'number') + (selector.index === 'required' ? '' : ' (optional)');
}

function countText(selector: Selector): string {
  if (selector === undefined || selector.count === 'none') return '';
  return ['number', ...(selector.canBeAll ? ['all'] : []), ...(selector.canBeActive ? ['active'] : [])].join('/') + (selector.count === 'required' ? '' : ' (optional)');
}
