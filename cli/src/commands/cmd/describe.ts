import { nearest, UsageError } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { commandSummaries } from '../../describe/commands.js';
import { describeStructure } from '../../describe/structure.js';
import { provenanceText, structureText } from '../../describe/text.js';
import { layoutsOf } from '../../layouts.js';
import type { Style } from '../../output/style.js';
import { pairs, table } from '../../output/table.js';
import type { CmdDescribeDocument, DescribedStructure } from '../../schemas/layouts.js';

/** `auxctl cmd describe` */
export const run: CommandModule['run'] = async (invocation, { plugins }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const layouts = layoutsOf(plugin);
  const summaries = await commandSummaries(layouts);
  const wanted = invocation.text('NAME');
  const summary = summaries.find(({ name }) => name.toLowerCase() === wanted.toLowerCase()) ?? unknownCommand(wanted, summaries.map(({ name }) => name));
  const layout = summary.hasLayout ? await layouts.document('command', summary.name) : undefined;
  const describe = async (structure: string | undefined): Promise<DescribedStructure | null> => (structure === undefined ? null : describeStructure(await layouts.codec('command', summary.name, structure)));
  const command = {
    ...summary, description: layout?.description ?? null, sources: layout?.source ?? [], kernelInterfaces: layout?.kernelInterfaces ?? [],
    request: await describe(layout?.request), reply: await describe(layout?.reply),
  };
  return report<CmdDescribeDocument>({ schema: 'auxctl.cmd-describe/1', plugin: plugin.manifest.name, command }, describeText);
};

function describeText({ command }: CmdDescribeDocument, style: Style): string {
  const head = pairs([
    ['Command', command.title === null ? command.name : `${command.name}: ${command.title}`],
    ['Opcode', `0x${BigInt(command.opcode).toString(16)}`],
    ['About', command.description ?? undefined],
  ], style);
  const rules = table(command.rules, [
    { heading: 'MODIFIER', cell: ({ modifier }) => (modifier === null ? 'any' : `0x${BigInt(modifier).toString(16)}`) },
    { heading: 'EFFECT', cell: ({ effect }) => effect },
    { heading: 'LEAST SCOPE', cell: ({ scope }) => scope },
  ], style);
  const parts = ([['Request', command.request], ['Reply', command.reply]] as const).map(([title, structure]) => (structure === null ? '' : `${style.heading(title)} (${structure.sizeBytes} bytes)\n${structureText(structure, style)}`));
  const bare = command.hasLayout ? '' : 'The plugin has no layout of its fields; auxctl rpc sends it as raw bytes.\n';
  return [head, rules, bare, ...parts, provenanceText(command, style)].filter((part) => part !== '').join('\n');
}

function unknownCommand(wanted: string, names: readonly string[]): never {
  const near = nearest(wanted, names);
  throw new UsageError('ERR_UNKNOWN_NAME', `no command is called '${wanted}'`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
}
