import { summarizeRegisters } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { idText, jsonId } from '../../describe/structure.js';
import { layoutsOf } from '../../layouts.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { RegListDocument } from '../../schemas/layouts.js';

/** `auxctl reg list` */
export const run: CommandModule['run'] = async (invocation, { plugins }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const registers = (await summarizeRegisters(layoutsOf(plugin))).map(({ id, read, write, ...rest }) => ({ ...rest, id: jsonId(id), read: read ?? null, write: write ?? null }));
  return report<RegListDocument>({ schema: 'auxctl.reg-list/1', plugin: plugin.manifest.name, registers }, listText);
};

function listText({ registers }: RegListDocument, style: Style): string {
  return table(registers, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'ID', cell: ({ id }) => idText(id), align: 'right' },
    { heading: 'BYTES', cell: ({ sizeBytes }) => String(sizeBytes), align: 'right' },
    { heading: 'READ', cell: ({ read }) => read ?? '-' },
    { heading: 'WRITE', cell: ({ write }) => write ?? '-' },
    { heading: 'TITLE', cell: ({ title }) => title },
  ], style);
}
