import type { LayoutStore } from '@auxctl/core';
import { integerValue, type CommandEntry } from '@auxctl/schemas/model';
import type { CmdListDocument } from '../schemas/layouts.js';
import { jsonInteger } from './structure.js';

/** A command as lists show it. */
export type CommandSummary = CmdListDocument['commands'][number];

/** Every command that a plugin has a rule or a layout for, in order of opcode. */
export async function commandSummaries(layouts: LayoutStore): Promise<CommandSummary[]> {
  const documents = await layouts.entries('command');
  const summaries = new Map<bigint, CommandSummary>();
  for (const document of documents) summaries.set(integerValue(document.opcode), withLayout(document));
  for (const { opcode, name, modifier, effect, scope } of (await layouts.opcodes()).opcodes) {
    const value = integerValue(opcode);
    const summary = summaries.get(value) ?? { name, opcode: jsonInteger(value), rules: [], hasLayout: false, title: null };
    const rule = { modifier: modifier === undefined ? null : jsonInteger(integerValue(modifier)), effect, scope };
    summaries.set(value, { ...summary, rules: [...summary.rules, rule] });
  }
  return [...summaries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, summary]) => summary);
}

function withLayout({ name, opcode, title }: CommandEntry): CommandSummary {
  return { name, opcode: jsonInteger(integerValue(opcode)), rules: [], hasLayout: true, title };
}
