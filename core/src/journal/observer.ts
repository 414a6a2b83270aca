import { existsSync } from 'node:fs';
import { PolicyError } from '../errors/classes.js';
import type { NativeChannel, NativeSource } from '../native.js';
import type { ObservedBody, WatchBody } from './bodies.js';
import { journalError, JournalFiles } from './files.js';
import { fileLock, openLock } from './lock.js';
import { kernelClock } from './open.js';
import { SYSTEM_JOURNAL_SOCKET, SystemJournal } from './system-journal.js';
import { JournalWriter, type JournalLimits } from './writer.js';

/** A record of an observation as it is handed on: with its sequence, without what chains it. */
export type ObservationRecord = { readonly sequence: number } & (ObservedBody | WatchBody);

/** How to record what others do. */
export interface ObserverOptions extends JournalLimits {
  /** The directory of the tool's state. */
  readonly state: string;
  readonly key?: Uint8Array | undefined;
  readonly native: NativeSource;
  readonly systemJournal?: string;
}

/** Records in the journal of a state directory what others do. One at a time for a journal. */
export class JournalObserver implements AsyncDisposable {
  readonly #writer: JournalWriter;
  readonly #copies: SystemJournal | undefined;
  readonly #turn: NativeChannel;

  private constructor(writer: JournalWriter, copies: SystemJournal | undefined, turn: NativeChannel) {
    this.#writer = writer;
    this.#copies = copies;
    this.#turn = turn;
  }

  /** Rejects with `ERR_JOURNAL` when another process observes for this journal, or it cannot be written. */
  static async open({ native, systemJournal = SYSTEM_JOURNAL_SOCKET, ...options }: ObserverOptions): Promise<JournalObserver> {
    const files = new JournalFiles(options.state);
    try {
      await files.prepare(files.watchLockPath);
    } catch (cause) {
      throw journalError(files.path, 'cannot be written', cause);
    }
    const turn = await openLock(await native(), files.watchLockPath);
    if (!(await turn.tryLock('exclusive'))) {
      await turn.close();
      throw new PolicyError('ERR_JOURNAL', `another process watches for the journal in ${files.path}`, { hint: 'One is enough; another journal, with --state DIR, can have a watcher of its own.' });
    }
    const copies = existsSync(systemJournal) ? new SystemJournal(native, systemJournal) : undefined;
    return new JournalObserver(new JournalWriter({ ...options, lock: fileLock(native), clock: kernelClock }), copies, turn);
  }

  /** Wall clock and monotonic clock, as every record has them. */
  get times(): JournalWriter['times'] {
    return this.#writer.times;
  }

  /** Records in one piece. Rejects with `ERR_JOURNAL`, and nothing is recorded. */
  async record(bodies: readonly (ObservedBody | WatchBody)[]): Promise<ObservationRecord[]> {
    const first = await this.#writer.append(bodies);
    const records = bodies.map((body, index) => ({ sequence: first + index, ...body }));
    await this.#copies?.sendObservations(records);
    return records;
  }

  /** Lets another process observe. */
  async close(): Promise<void> {
    await this.#turn.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
