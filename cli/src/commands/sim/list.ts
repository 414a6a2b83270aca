import { report, type CommandModule } from '../../command.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { SimListDocument } from '../../schemas/tool.js';
import { findSimulator } from '../../simulation/load.js';

/** `auxctl sim list` */
export const run: CommandModule['run'] = async (_invocation, { plugins, notes }) => {
  const simulators = await Promise.all((await plugins.all()).map(async (plugin) => {
    try {
      const simulator = await findSimulator(plugin);
      return simulator === undefined ? [] : [{ plugin: plugin.manifest.name, description: plugin.manifest.description, profiles: [...simulator.profiles] }];
    } catch (error) {
      notes.warn(`plugin ${plugin.manifest.name} is left out: ${error instanceof Error ? error.message : 'it is faulty'}`);
      return [];
    }
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
