import { journalRecordSchema, type Effect, type JournalIntent, type JournalObserved, type JournalOutcome, type JournalRecord, type JournalRefusal, type JournalWatch } from '@auxctl/schemas';
import { errnoOf, JournalFiles } from './files.js';
import { placeOf } from './line.js';
import { readPieces } from './pieces.js';
import { journalFormatFault } from './seal.js';
import { UsageError } from '../errors/classes.js';

/** Which commands are meant. What is left out lets all through. */
export interface JournalFilter {
  /** An address. A command whose device is not known is meant when its process had this one open too. */
  readonly device?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** A uid, a login uid, or the name of who called sudo. */
  readonly user?: string;
  readonly effect?: Effect;
}

/** A command of the journal that this tool sent. */
export interface JournalCommand {
  /** A refusal where a policy kept it from being sent. */
  readonly intent: JournalIntent | JournalRefusal;
  /** Absent while it is not known what became of it, for ever when the program ended first or a policy refused it. */
  outcome?: JournalOutcome;
}

/** A command of the journal: of this tool, or of another program and seen on its way through the kernel. */
export type JournalEntry = ({ readonly type: 'command' } & JournalCommand) | { readonly type: 'observed'; readonly observed: JournalObserved };

/** How far a reading of the journal went. */
export interface JournalReading {
  /** So many more there are before them. */
  readonly before: number;
  /** Lines that are no records; verifying the journal says which. */
  readonly unreadable: number;
}

/** The last commands that a filter lets through, whoever sent them. */
export interface JournalEntries extends JournalReading {
  /** In the order in which they were recorded; `time` says when those of others were sent. */
  readonly entries: readonly JournalEntry[];
  /** When watching began, ended and missed something: the last ones of the whole journal. Outside of it nothing is observed. */
  readonly watches: readonly JournalWatch[];
}

/** Is a command one of those that are meant? */
export function isMeant(command: JournalIntent | JournalRefusal | JournalObserved, { device, user, effect, since, until }: JournalFilter): boolean {
  if (device !== undefined && !addressesOf(command).includes(device)) return false;
  if (effect !== undefined && command.effect !== effect) return false;
  const timeMs = Date.parse(command.time);
  if (since !== undefined && timeMs < since.getTime()) return false;
  if (until !== undefined && timeMs > until.getTime()) return false;
  return user === undefined || usersOf(command).includes(user);
}

function addressesOf({ device, type }: JournalIntent | JournalRefusal | JournalObserved): readonly string[] {
  if (device.address !== undefined) return [device.address];
  return type === 'observed' ? device.candidates ?? [] : [];
}

function usersOf(command: JournalIntent | JournalRefusal | JournalObserved): readonly string[] {
  const { user } = command;
  if (user === undefined) return [];
  return [String(user.uid), ...(user.loginUid === undefined ? [] : [String(user.loginUid)]), ...('sudoUser' in user && user.sudoUser !== undefined ? [user.sudoUser] : [])];
}

/**
 * Reads the journal of a state directory record by record, the oldest first; `take` gets each with its line as it stands in the file, newline
 * included, and undefined for a line that is no record. Rejects with `ERR_FILE` when it cannot be read, be it for a newer format.
 */
export async function readJournal(state: string, take: (record: JournalRecord | undefined, line: Buffer) => void, signal?: AbortSignal): Promise<void> {
  const files = new JournalFiles(state);
  try {
    await files.requireReadable();
    for (const number of await files.numbers()) {
      await using handle = await files.openToRead(number);
      await readPieces(handle, 0, ({ bytes, isClosed }) => {
        const record = isClosed ? recordOf(bytes) : undefined;
        if (record === undefined) requireKnownFormat(bytes, files);
        take(record, bytes);
        return true;
      }, signal);
    }
  } catch (cause) {
    if (errnoOf(cause)?.startsWith('ERR_') !== false) throw cause;
    throw new UsageError('ERR_FILE', `the journal in ${files.path} cannot be read: ${errnoOf(cause)}`, { cause });
  }
}

/** The last `most` commands that the filter lets through, of this tool and of others. */
export async function journalEntries(state: string, filter: JournalFilter, most: number, signal?: AbortSignal): Promise<JournalEntries> {
  const kept = new Latest<JournalEntry>(most);
  const watches = new Latest<JournalWatch>(most);
  const unreadable = await eachRecord(state, (record) => {
    if (record.type === 'outcome') {
      const entry = kept.get(record.intent);
      if (entry?.type === 'command') finish(entry, record);
    }
    if ((record.type === 'intent' || record.type === 'refusal') && isMeant(record, filter)) kept.add(record.sequence, { type: 'command', intent: record });
    if (record.type === 'observed' && isMeant(record, filter)) kept.add(record.sequence, { type: 'observed', observed: record });
    if (record.type === 'watch') watches.add(record.sequence, record);
  }, signal);
  return { entries: kept.all, watches: watches.all, before: kept.before, unreadable };
}

/** By sequence, the last few. */
class Latest<T> {
  readonly #most: number;
  readonly #kept = new Map<number, T>();
  #before = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get all(): readonly T[] {
    return [...this.#kept.values()];
  }

  get before(): number {
    return this.#before;
  }

  get(sequence: number): T | undefined {
    return this.#kept.get(sequence);
  }

  add(sequence: number, one: T): void {
    this.#kept.set(sequence, one);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size <= this.#most || oldest === undefined) return;
    this.#kept.delete(oldest);
    this.#before += 1;
  }
}

function finish(command: JournalCommand | undefined, outcome: JournalOutcome): void {
  if (command !== undefined) command.outcome = outcome;
}

/** Resolves with the number of lines that are no records. */
async function eachRecord(state: string, take: (record: JournalRecord) => void, signal: AbortSignal | undefined): Promise<number> {
  let unreadable = 0;
  await readJournal(state, (record) => {
    if (record === undefined) unreadable += 1;
    else take(record);
  }, signal);
  return unreadable;
}

/** A line that is no record may be one of a newer format: a list without it would be less than what happened. */
function requireKnownFormat(line: Buffer, { path }: JournalFiles): void {
  const fault = journalFormatFault(line.toString());
  if (fault !== undefined) throw new UsageError('ERR_FILE', `${path}: ${fault}`);
}

/** A line, without its newline, as a record; undefined for one that is none. */
export function recordOf(line: Buffer): JournalRecord | undefined {
  if (placeOf(line) === undefined) return undefined;
  try {
    return journalRecordSchema.safeParse(JSON.parse(line.toString())).data;
  } catch {
    return undefined;
  }
}
