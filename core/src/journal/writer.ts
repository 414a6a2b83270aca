import { rm, type FileHandle } from 'node:fs/promises';
import { MOST_JOURNAL_LINE_BYTES } from '@auxctl/schemas';
import { JOURNAL_FORMAT } from '@auxctl/schemas/model';
import { AuxctlError } from '../errors/base.js';
import { errnoOf, journalError, JournalFiles } from './files.js';
import { makeLine, placeOf, type RecordBody } from './line.js';
import type { JournalLock } from './lock.js';
import { readPieces } from './pieces.js';
import { sealText, type SealedState } from './seal.js';
import { findTail, type Tail } from './tail.js';

/** How large a journal grows. */
export interface JournalLimits {
  /** A file of so many bytes is not added to any more; 8 MiB when left out. */
  readonly fileBytes?: number;
  /** So many files are kept, at least 2; 32 when left out. */
  readonly files?: number;
}

/** What tells the time. */
export interface JournalClock {
  readonly now: () => Date;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
}

/** What a writer needs. */
export interface WriterOptions extends JournalLimits {
  /** The directory of the tool's state. */
  readonly state: string;
  readonly lock: JournalLock;
  readonly clock: JournalClock;
  /** Seals the journal. */
  readonly key?: Uint8Array | undefined;
}

const FILE_BYTES = 8 * 1024 * 1024;
const FILES = 32;
const LEAST_FILES = 2;

/** Appends records to a journal; several writers, in this process and others, take turns. */
export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #files: JournalFiles;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#files = new JournalFiles(options.state);
  }

  /** The folder of the journal. */
  get path(): string {
    return this.#files.path;
  }

  /** Wall clock and monotonic clock, as every record has them. */
  get times(): { readonly format: typeof JOURNAL_FORMAT; readonly time: string; readonly monotonicMs: number } {
    const { clock } = this.#options;
    return { format: JOURNAL_FORMAT, time: clock.now().toISOString(), monotonicMs: clock.monotonicMs() };
  }

  /**
   * Appends records in one piece, and resolves with the sequence of the first once all are on the disk and sealed. Rejects with `ERR_JOURNAL`, and
   * nothing is recorded; with `isLate` records stay that reached the disk and could not be sealed.
   */
  async append(bodies: readonly RecordBody[], { isLate = false, signal }: { readonly isLate?: boolean; readonly signal?: AbortSignal | undefined } = {}): Promise<number> {
    const turn = this.#last.then(async () => this.#locked(bodies, isLate, signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #locked(bodies: readonly RecordBody[], isLate: boolean, signal: AbortSignal | undefined): Promise<number> {
    try {
      await this.#files.prepare();
      return await this.#options.lock(this.#files.lockPath, async () => this.#write(bodies, isLate), signal);
    } catch (cause) {
      if (cause instanceof AuxctlError && cause.code !== 'ERR_SYSTEM_CALL') throw cause;
      throw journalError(this.path, 'cannot be written', cause);
    }
  }

  async #write(bodies: readonly RecordBody[], isLate: boolean): Promise<number> {
    const { fileBytes = FILE_BYTES, key } = this.#options;
    let tail = await findTail(this.#files, key);
    const { torn, unsealed } = tail;
    if (torn !== undefined || unsealed !== undefined) tail = await this.#add(tail, [{ type: 'recovery', ...this.times, torn, unsealed } as RecordBody], isLate);
    if (tail.bytes >= fileBytes && tail.hasRecord) tail = await this.#add(...(await this.#nextFile(tail)), isLate);
    else if (!tail.hasRecord) tail = await this.#add(tail, [this.#fileBody(tail.file, tail.oldest)], isLate);
    const first = tail.sequence + 1;
    await this.#add(tail, bodies, isLate);
    return first;
  }

  /** One piece of records at the end of a file, on the disk and then sealed. */
  async #add(tail: Tail, bodies: readonly RecordBody[], isLate: boolean): Promise<Tail> {
    let { sequence, hash } = tail;
    const lines = bodies.map((body) => {
      const made = makeLine(body, hash, sequence + 1);
      sequence += 1;
      hash = made.hash;
      if (made.line.length > MOST_JOURNAL_LINE_BYTES) throw journalError(this.path, `cannot hold a record of ${made.line.length} bytes`);
      return made.line;
    });
    const bytes = Buffer.from((tail.torn === undefined && !tail.isOpen ? '' : '\n') + lines.join(''));
    await using handle = await this.#files.openToAppend(tail.file);
    const state: SealedState = { sequence, hash, file: tail.file, bytes: tail.bytes + bytes.length, oldest: tail.oldest };
    try {
      await writeWhole(handle, bytes);
      await handle.sync();
      if (tail.bytes === 0) await this.#files.syncFolder();
      await this.#files.writeSeal(sealText(state, this.#options.key));
    } catch (cause) {
      if (!isLate || (await handle.stat()).size !== state.bytes) await undo(handle, tail.bytes);
      throw cause;
    }
    if (tail.bytes === 0) await this.#removeBefore(tail.oldest.file);
    return { ...state, hasRecord: true, isOpen: false };
  }

  /** Removes files that the seal does not count any more. One that cannot be removed is left for the next time. */
  async #removeBefore(oldest: number): Promise<void> {
    const past = (await this.#files.numbers()).filter((number) => number < oldest);
    await Promise.allSettled(past.map(async (number) => rm(this.#files.filePath(number), { force: true })));
  }

  /** The tail as it is at the beginning of a new file, and that file's first record. */
  async #nextFile({ file, bytes, sequence, hash, oldest }: Tail): Promise<[Tail, RecordBody[]]> {
    const keep = Math.max(LEAST_FILES, this.#options.files ?? FILES);
    const oldestFile = Math.max(oldest.file, file + 1 - keep + 1);
    const kept = oldestFile === oldest.file ? oldest : { file: oldestFile, sequence: await this.#firstOf(oldestFile) };
    const next: Tail = { sequence, hash, file: file + 1, bytes: 0, hasRecord: false, isOpen: false, oldest: kept };
    return [next, [this.#fileBody(file + 1, kept, { file, bytes, sequence, hash })]];
  }

  #fileBody(file: number, oldest: Tail['oldest'], continues?: object): RecordBody {
    const body = { type: 'file', ...this.times, file, ...(continues === undefined ? {} : { continues }), oldest } as const;
    return body;
  }

  async #firstOf(number: number): Promise<number> {
    await using handle = await this.#files.openToRead(number);
    let first: number | undefined;
    await readPieces(handle, 0, ({ bytes }) => (first = placeOf(bytes)?.sequence) === undefined);
    if (first === undefined) throw journalError(this.path, `has no record in file ${number}`);
    return first;
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
}

/** Takes back what was not sealed. Where that fails too, the next writer finds it and says so. */
async function undo(handle: FileHandle, bytes: number): Promise<void> {
  try {
    await handle.truncate(bytes);
    await handle.sync();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
