import { isMeant, readJournal, type JournalFilter } from '@auxctl/core';
import type { JournalRecord } from '@auxctl/schemas';
import { report, type CommandModule } from '../../command.js';
import { readFilter } from '../../journal/filter.js';
import { stateDirectory } from '../../journal/place.js';
import { createFileAtomically } from '../../output/atomic-file.js';
import { pairs } from '../../output/table.js';
import type { JournalExportDocument } from '../../schemas/journal.js';

const STANDARD_OUTPUT = '-';

/** `auxctl journal export` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const choice = new Choice(readFilter(invocation, new Date()));
  const file = invocation.maybe('output') ?? STANDARD_OUTPUT;
  const count = { records: 0, bytes: 0 };
  const each = (write: (line: string) => void) => async (): Promise<void> => readJournal(stateDirectory(context), (record, bytes) => {
    if (record === undefined || !choice.takes(record)) return;
    write(`${bytes.toString()}\n`);
    count.records += 1;
    count.bytes += bytes.length + 1;
  }, context.signal);
  if (file === STANDARD_OUTPUT) {
    await each((line) => { context.terminal.data(line); })();
    return undefined;
  }
  using output = createFileAtomically(file);
  await each((line) => { output.write(Buffer.from(line)); })();
  output.commit();
  const document: JournalExportDocument = { schema: 'auxctl.journal-export/1', file, ...count };
  return report(document, ({ records, bytes }, style) => pairs([['file', file], ['records', String(records)], ['length', `${bytes} bytes`]], style));
};

/** Commands that are meant, with what became of them; without a filter everything, so that the chain can be followed. */
class Choice {
  readonly #filter: JournalFilter;
  readonly #open = new Set<number>();

  constructor(filter: JournalFilter) {
    this.#filter = filter;
  }

  takes(record: JournalRecord): boolean {
    if (Object.keys(this.#filter).length === 0) return true;
    if (record.type === 'observed') return isMeant(record, this.#filter);
    if (record.type === 'outcome') return this.#open.delete(record.intent);
    if (record.type === 'refusal') return isMeant(record, this.#filter);
    if (record.type !== 'intent' || !isMeant(record, this.#filter)) return false;
    this.#open.add(record.sequence);
    return true;
  }
}
