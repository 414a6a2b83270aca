import { objectsOf } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { layoutsOf } from '../../layouts.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { ObjListDocument } from '../../schemas/objects.js';

/** `auxctl obj list` */
export const run: CommandModule['run'] = async (invocation, { plugins, options }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const objects = (await objectsOf(layoutsOf(plugin))).map(({ requiredKey, optionalKey, ...rest }) => ({ ...rest, requiredKey: [...requiredKey], optionalKey: [...optionalKey] }));
  return report<ObjListDocument>({ schema: 'auxctl.obj-list/1', plugin: plugin.manifest.name, objects }, (shown, style) => listText(shown, style, options.verbose));
};

/** What may be left out of a key is for the detailed list. */
function listText({ objects }: ObjListDocument, style: Style, isDetailed: boolean): string {
  return table(objects, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'KEY', cell: ({ requiredKey, optionalKey }) => [...requiredKey, ...(isDetailed ? optionalKey.map((name) => `[${name}]`) : [])].join(' ') },
    { heading: 'COMMAND', cell: ({ command }) => command },
    { heading: 'TITLE', cell: ({ title }) => title },
  ], style);
}
