import type { JournalIntent, JournalRecord } from '@auxctl/schemas';
import { ifThere, JournalFiles } from './files.js';
import { readPieces } from './pieces.js';
import { recordOf } from './read.js';

/** A command that this tool recorded before it sent it. */
export interface RecordedCommand {
  readonly intent: Pick<JournalIntent, 'bootId' | 'process' | 'device' | 'request'>;
  /** On the clock that is never set. */
  readonly beganMs: number;
  /** When its outcome was recorded; absent while it is not. */
  endedMs?: number;
}

const MOST_COMMANDS = 4096;

/** Follows a journal that others write: what this tool has sent lately. Memory does not grow with the journal. */
export class JournalFollower {
  readonly #files: JournalFiles;
  readonly #commands = new Map<number, RecordedCommand>();
  #file = 0;
  #at = 0;

  /** `state` is the directory of the tool's state. */
  constructor(state: string) {
    this.#files = new JournalFiles(state);
  }

  /** The last commands, in order. */
  get commands(): Iterable<RecordedCommand> {
    return this.#commands.values();
  }

  /** Reads what was recorded since the last time; at first, the last file. Rejects with the errno's error where it cannot be read. */
  async update(): Promise<void> {
    const numbers = await this.#files.numbers();
    const last = numbers.at(-1);
    if (last === undefined) return;
    for (const number of this.#file === 0 ? [last] : numbers.filter((each) => each >= this.#file)) {
      if (number !== this.#file) [this.#file, this.#at] = [number, 0];
      await this.#read(number);
    }
  }

  async #read(number: number): Promise<void> {
    await using handle = await ifThere(this.#files.openToRead(number));
    if (handle === undefined) return;
    await readPieces(handle, this.#at, ({ bytes, isClosed, at }) => {
      // A line without its end is being written: it is read again from its beginning.
      if (!isClosed) return false;
      this.#take(recordOf(bytes));
      this.#at = at + bytes.length + 1;
      return true;
    });
  }

  #take(record: JournalRecord | undefined): void {
    if (record?.type === 'outcome') {
      const command = this.#commands.get(record.intent);
      if (command !== undefined) command.endedMs = record.monotonicMs;
    }
    if (record?.type !== 'intent') return;
    this.#commands.set(record.sequence, { intent: record, beganMs: record.monotonicMs });
    const [oldest] = this.#commands.keys();
    if (this.#commands.size > MOST_COMMANDS && oldest !== undefined) this.#commands.delete(oldest);
  }
}
