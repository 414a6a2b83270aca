import { report, type CommandModule } from '../../command.js';
import { commandSummaries, type CommandSummary } from '../../describe/commands.js';
import { layoutsOf } from '../../layouts.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { CmdListDocument } from '../../schemas/layouts.js';

/** `auxctl cmd list` */
export const run: CommandModule['run'] = async (invocation, { plugins }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const commands = await commandSummaries(layoutsOf(plugin));
  return report<CmdListDocument>({ schema: 'auxctl.cmd-list/1', plugin: plugin.manifest.name, commands }, listText);
};

function listText({ commands }: CmdListDocument, style: Style): string {
  const rows = commands.flatMap((command) => command.rules.map((rule) => ({ ...command, ...rule })));
  return table(rows, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'OPCODE', cell: ({ opcode }) => hex(opcode), align: 'right' },
    { heading: 'MODIFIER', cell: ({ modifier }) => (modifier === null ? '' : hex(modifier)), align: 'right' },
    { heading: 'EFFECT', cell: ({ effect }) => effect, paint: ({ effect }, text, style_) => (effect === 'inspect' ? text : style_.warning(text)) },
    { heading: 'SCOPE', cell: ({ scope }) => scope },
    { heading: 'FIELDS', cell: ({ hasLayout }) => (hasLayout ? 'yes' : '-') },
    { heading: 'TITLE', cell: ({ title }) => title ?? '' },
  ], style);
}

function hex(value: CommandSummary['opcode']): string {
  return `0x${BigInt(value).toString(16)}`;
}
