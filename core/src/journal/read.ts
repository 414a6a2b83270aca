import { open } from 'node:fs/promises';
import { journalRecordSchema, type Effect, type JournalIntent, type JournalOutcome, type JournalRecord } from '@auxctl/schemas';
import { errnoOf, JournalFiles } from './files.js';
import { placeOf } from './line.js';
import { readPieces } from './pieces.js';
import { UsageError } from '../errors/classes.js';

/** Which commands are meant. What is left out lets all through. */
export interface JournalFilter {
  /** An address. */
  readonly device?: string;
  readonly since?: Date;
  /** A uid, a login uid, or the name of who called sudo. */
  readonly user?: string;
  readonly effect?: Effect;
}

/** A command of the journal. */
export interface JournalCommand {
  readonly intent: JournalIntent;
  /** Absent while it is not known what became of it, and for ever when the program ended first. */
  outcome?: JournalOutcome;
}

/** The last commands that a filter lets through. */
export interface JournalCommands {
  /** In the order in which they were sent. */
  readonly commands: readonly JournalCommand[];
  /** So many more there are before them. */
  readonly before: number;
  /** Lines that are no records; verifying the journal says which. */
  readonly unreadable: number;
}

/** Is a command one of those that are meant? */
export function isMeant({ device, user, effect, time }: JournalIntent, filter: JournalFilter): boolean {
  if (filter.device !== undefined && device.address !== filter.device) return false;
  if (filter.effect !== undefined && effect !== filter.effect) return false;
  if (filter.since !== undefined && Date.parse(time) < filter.since.getTime()) return false;
  return filter.user === undefined || [String(user.uid), String(user.loginUid), user.sudoUser].includes(filter.user);
}

/**
 * Reads the journal of a state directory record by record, the oldest first; `take` gets each with its line as it stands in the file, newline
 * included, and undefined for a line that is no record. Rejects with `ERR_FILE` when it cannot be read.
 */
export async function readJournal(state: string, take: (record: JournalRecord | undefined, line: Buffer) => void, signal?: AbortSignal): Promise<void> {
  const files = new JournalFiles(state);
  try {
    for (const number of await files.numbers()) {
      await using handle = await open(files.filePath(number), 'r');
      await readPieces(handle, 0, ({ bytes, isClosed }) => {
        take(isClosed ? recordOf(bytes) : undefined, bytes);
        return true;
      }, signal);
    }
  } catch (cause) {
    if (errnoOf(cause)?.startsWith('ERR_') !== false) throw cause;
    throw new UsageError('ERR_FILE', `the journal in ${files.path} cannot be read: ${errnoOf(cause)}`, { cause });
  }
}

/** The last `most` commands that the filter lets through, each with what became of it. */
export async function journalCommands(state: string, filter: JournalFilter, most: number, signal?: AbortSignal): Promise<JournalCommands> {
  const kept = new Map<number, JournalCommand>();
  let before = 0;
  let unreadable = 0;
  await readJournal(state, (record) => {
    if (record === undefined) unreadable += 1;
    if (record?.type === 'outcome') {
      const command = kept.get(record.intent);
      if (command !== undefined) command.outcome = record;
    }
    if (record?.type !== 'intent' || !isMeant(record, filter)) return;
    kept.set(record.sequence, { intent: record });
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) {
      kept.delete(oldest);
      before += 1;
    }
  }, signal);
  return { commands: [...kept.values()], before, unreadable };
}

function recordOf(line: Buffer): JournalRecord | undefined {
  if (placeOf(line) === undefined) return undefined;
  try {
    return journalRecordSchema.safeParse(JSON.parse(line.toString())).data;
  } catch {
    return undefined;
  }
}
