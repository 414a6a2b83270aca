import { report, type CommandModule } from '../../command.js';
import { layoutsOf } from '../../layouts.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { PluginListDocument } from '../../schemas/tool.js';

/** `auxctl plugin list` */
export const run: CommandModule['run'] = async (_invocation, { plugins }) => {
  const rows = (await plugins.all()).map((plugin) => {
    const { name, vendor, description, match, transports, buses } = plugin.manifest;
    const layouts = layoutsOf(plugin);
    const [registers, commands, capabilities] = [layouts.names('register').length, layouts.names('command').length, layouts.names('capability').length];
    return { name, vendor, description, match, transports, buses, registers, commands, capabilities, folder: plugin.folder ?? null };
  });
  return report<PluginListDocument>({ schema: 'auxctl.plugin-list/1', plugins: rows }, listText);
};

function listText({ plugins }: PluginListDocument, style: Style): string {
  return table(plugins, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'VENDOR', cell: ({ vendor }) => vendor },
    { heading: 'MATCHES', cell: ({ match }) => match.join(' ') },
    { heading: 'TRANSPORTS', cell: ({ transports }) => transports.join(' ') },
    { heading: 'REGISTERS', cell: ({ registers }) => String(registers), align: 'right' },
    { heading: 'COMMANDS', cell: ({ commands }) => String(commands), align: 'right' },
    { heading: 'CAPABILITIES', cell: ({ capabilities }) => String(capabilities), align: 'right' },
    { heading: 'FOLDER', cell: ({ folder }) => folder ?? 'built in' },
  ], style);
}
