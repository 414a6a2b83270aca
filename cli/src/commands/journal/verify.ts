import { verifyJournal } from '@auxctl/core';
import type { CommandModule } from '../../command.js';
import { journalKey, stateDirectory } from '../../journal/place.js';
import { verificationText } from '../../journal/text.js';
import type { JournalVerifyDocument } from '../../schemas/journal.js';

/** What ends with this status is no failure of the tool: the journal is not as it was written. */
const DIFFERENT = 7;

/** `auxctl journal verify` */
export const run: CommandModule['run'] = async (_invocation, context) => {
  const directory = stateDirectory(context);
  const key = journalKey(context);
  const found = await verifyJournal(directory, { signal: context.signal, ...(key === undefined ? {} : { key }) });
  const document: JournalVerifyDocument = {
    schema: 'auxctl.journal-verify/1', directory, ...found, unfinished: { ...found.unfinished, sequences: [...found.unfinished.sequences] },
    problems: found.problems.map(({ kind, file, line, sequence, message }) => ({ kind, file, line: line ?? null, sequence: sequence ?? null, message })),
  };
  return { document, text: (style) => verificationText(found, directory, style), exitStatus: found.state === 'broken' ? DIFFERENT : 0 };
};
