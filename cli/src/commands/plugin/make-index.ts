import { join } from 'node:path';
import { PluginError } from '@auxctl/core';
import { checkPluginFiles } from '@auxctl/kit';
import { formatProblem, layoutIndex, type LayoutDocument } from '@auxctl/schemas';
import { documentText } from '@auxctl/schemas/import';
import { report, type CommandModule } from '../../command.js';
import { writeFileAtomically } from '../../output/atomic-file.js';
import { pairs } from '../../output/table.js';
import type { PluginIndexDocument } from '../../schemas/tool.js';

/** `auxctl plugin index` */
export const run: CommandModule['run'] = (invocation) => {
  const { folder, layouts, problems } = checkPluginFiles(invocation.text('PATH'));
  const faults = problems.filter(({ rule }) => rule !== 'index');
  const [first] = faults;
  if (first !== undefined) throw new PluginError('ERR_LAYOUT', `${formatProblem(first)}${faults.length === 1 ? '' : ` (and ${faults.length - 1} more)`}`);
  const documents = [...layouts].filter(([path]) => path.includes('/')) as [string, LayoutDocument][];
  const index = layoutIndex(new Map(documents));
  const file = join(folder, 'layouts', 'index.json');
  writeFileAtomically(file, Buffer.from(documentText(index)));
  const document: PluginIndexDocument = { schema: 'auxctl.plugin-index/1', file, registers: index.register.length, commands: index.command.length, capabilities: index.capability.length };
  return Promise.resolve(report(document, ({ registers, commands, capabilities }, style) => pairs([
    ['Index', file], ['Registers', `${registers}`], ['Commands', `${commands}`], ['Capabilities', `${capabilities}`],
  ], style)));
};
