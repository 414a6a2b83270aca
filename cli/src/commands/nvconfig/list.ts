import { nvParameters } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { layoutsOf } from '../../layouts.js';
import { activationText, parameterSummary } from '../../nvconfig/summary.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { NvconfigListDocument } from '../../schemas/nvconfig.js';

/** `auxctl nvconfig list` */
export const run: CommandModule['run'] = async (invocation, { plugins }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const parameters = (await nvParameters(layoutsOf(plugin))).map(parameterSummary);
  return report<NvconfigListDocument>({ schema: 'auxctl.nvconfig-list/1', plugin: plugin.manifest.name, parameters }, listText);
};

function listText({ parameters }: NvconfigListDocument, style: Style): string {
  return table(parameters, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'OF', cell: (parameter) => parameter.class },
    { heading: 'TAKES EFFECT', cell: ({ activation }) => activationText(activation) },
    { heading: 'KERNEL', cell: ({ kernelInterfaces }) => (kernelInterfaces.length > 0 ? 'yes' : '') },
    { heading: 'TITLE', cell: ({ title }) => title },
  ], style);
}
