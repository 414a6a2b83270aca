import { report, type CommandModule } from '../../command.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { SimListDocument } from '../../schemas/tool.js';

/** `auxctl sim list` */
export const run: CommandModule['run'] = async (_invocation, { plugins }) => {
  const simulators = await Promise.all((await plugins.all()).map(async ({ manifest, load }) => {
    const simulator = await (await load()).simulator?.();
    return simulator === undefined ? [] : [{ plugin: manifest.name, description: manifest.description, profiles: [...simulator.profiles] }];
  }));
  return report<SimListDocument>({ schema: 'auxctl.sim-list/1', simulators: simulators.flat() }, listText);
};

function listText({ simulators }: SimListDocument, style: Style): string {
  return table(simulators, [
    { heading: 'PLUGIN', cell: ({ plugin }) => plugin },
    { heading: 'PROFILES', cell: ({ profiles }) => profiles.join(' ') },
    { heading: 'SIMULATES', cell: ({ description }) => description },
  ], style);
}
