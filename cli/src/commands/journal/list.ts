import { journalCommands } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { readFilter, readLast } from '../../journal/filter.js';
import { stateDirectory } from '../../journal/place.js';
import { commandTable } from '../../journal/text.js';
import type { JournalListDocument } from '../../schemas/journal.js';

/** `auxctl journal list` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const state = stateDirectory(context);
  const { commands, before, unreadable } = await journalCommands(state, readFilter(invocation, new Date()), readLast(invocation), context.signal);
  const document: JournalListDocument = { schema: 'auxctl.journal-list/1', state, commands: commands.map(({ intent, outcome }) => ({ intent, outcome: outcome ?? null })), before, unreadable };
  if (before > 0) context.notes.note(`${before} earlier ones are not shown; --last N shows more`);
  if (unreadable > 0) context.notes.warn(`${unreadable} ${unreadable === 1 ? 'line is no record' : 'lines are no records'}; auxctl journal verify says where`);
  if (commands.length === 0) context.notes.note(`no command is recorded in ${state}`);
  return report(document, (shown, style) => commandTable(shown.commands, style));
};
