import { readJournal, UsageError } from '@auxctl/core';
import type { JournalIntent, JournalObserved, JournalOutcome, JournalRefusal } from '@auxctl/schemas';
import { report, type CommandModule, type Report } from '../../command.js';
import { stateDirectory } from '../../journal/place.js';
import { observedText } from '../../journal/observed-text.js';
import { commandText } from '../../journal/text.js';
import type { JournalShowDocument } from '../../schemas/journal.js';

/** `auxctl journal show` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const word = invocation.text('SEQUENCE');
  const sequence = /^[1-9]\d{0,14}$/.test(word) ? Number(word) : 0;
  if (sequence === 0) throw new UsageError('ERR_USAGE', `'${word}' is no sequence`, { hint: 'auxctl journal list shows them.' });
  let intent: JournalIntent | JournalRefusal | undefined;
  let outcome: JournalOutcome | null = null;
  let observed: JournalObserved | undefined;
  await readJournal(stateDirectory(context), (record) => {
    if ((record?.type === 'intent' || record?.type === 'refusal') && record.sequence === sequence) intent = record;
    if (record?.type === 'outcome' && record.intent === sequence) outcome = record;
    if (record?.type === 'observed' && record.sequence === sequence) observed = record;
  }, context.signal);
  if (observed !== undefined) return showObserved(observed);
  if (intent === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `the journal in ${stateDirectory(context)} has no command ${sequence}`, { hint: 'auxctl journal list shows those that there are.' });
  const command = { intent, outcome };
  const document: JournalShowDocument = { schema: 'auxctl.journal-show/1', ...command, observed: null };
  return report(document, (_document, style) => commandText(command, style));
};

function showObserved(observed: JournalObserved): Report {
  const document: JournalShowDocument = { schema: 'auxctl.journal-show/1', intent: null, outcome: null, observed };
  return report(document, (_document, style) => observedText(observed, style));
}
