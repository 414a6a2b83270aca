import { journalEntries } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { readFilter, readLast } from '../../journal/filter.js';
import { stateDirectory } from '../../journal/place.js';
import { entryTable } from '../../journal/text.js';
import type { JournalListDocument } from '../../schemas/journal.js';

/** `auxctl journal list` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const state = stateDirectory(context);
  const { entries, before, unreadable } = await journalEntries(state, readFilter(invocation, new Date()), readLast(invocation), context.signal);
  const document: JournalListDocument = {
    schema: 'auxctl.journal-list/1', state,
    commands: entries.flatMap((entry) => (entry.type === 'command' ? [{ intent: entry.intent, outcome: entry.outcome ?? null }] : [])),
    observed: entries.flatMap((entry) => (entry.type === 'observed' ? [entry.observed] : [])), before, unreadable,
  };
  if (before > 0) context.notes.note(`${before} earlier ones are not shown; --last N shows more`);
  if (unreadable > 0) context.notes.warn(`${unreadable} ${unreadable === 1 ? 'line is no record' : 'lines are no records'}; auxctl journal verify says where`);
  if (entries.length === 0) context.notes.note(`no command is recorded in ${state}`);
  return report(document, (shown, style) => entryTable(shown, style));
};
