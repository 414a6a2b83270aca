import { mkdir, open, readdir, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JournalSeal } from '@auxctl/schemas';
import { PolicyError, UsageError } from '../errors/classes.js';
import { journalFormatFault, parseSeal } from './seal.js';

const NUMBER_DIGITS = 6;
const FILE_NAME = /^(\d{6,15})\.jsonl$/;
const SEAL_NAME = 'seal.json';
const LOCK_NAME = 'lock';
const WATCH_LOCK_NAME = 'watch.lock';
const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY = 0o600;

/** The files of a journal in one folder: numbered files of records, and the seal. */
export class JournalFiles {
  /** The folder. */
  readonly path: string;

  /** `state` is the directory of the tool's state, in which the journal has a folder of its own. */
  constructor(state: string) {
    this.path = join(state, 'journal');
  }

  /** The file that writers lock. */
  get lockPath(): string {
    return join(this.path, LOCK_NAME);
  }

  /** The file that who observes others has locked. */
  get watchLockPath(): string {
    return join(this.path, WATCH_LOCK_NAME);
  }

  /** The path of the seal. */
  get sealPath(): string {
    return join(this.path, SEAL_NAME);
  }

  /** The path of a file of records by its number, from 1 on. */
  filePath(number: number): string {
    return join(this.path, `${String(number).padStart(NUMBER_DIGITS, '0')}.jsonl`);
  }

  /** The numbers of the files of records, in order; none where there is no folder. */
  async numbers(): Promise<number[]> {
    const names = await ifThere(readdir(this.path)) ?? [];
    return names.flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
  }

  /** The seal; undefined where there is none. Throws `ERR_JOURNAL` for a file that is no seal. */
  async seal(): Promise<JournalSeal | undefined> {
    const text = await ifThere(readFile(this.sealPath, 'utf8'));
    return text === undefined ? undefined : parseSeal(text, this.sealPath);
  }

  /** For who only reads: throws `ERR_FILE` where the journal was written in a newer format, of which nothing can be said. */
  async requireReadable(): Promise<void> {
    const fault = journalFormatFault(await ifThere(readFile(this.sealPath, 'utf8')) ?? '');
    if (fault !== undefined) throw new UsageError('ERR_FILE', `${this.path}: ${fault}`);
  }

  /** Replaces the seal: under another name, to the disk, then in place of what was there. To be called with the lock held. */
  async writeSeal(text: string): Promise<void> {
    const fresh = `${this.sealPath}.new`;
    await using handle = await open(fresh, 'w', OWNER_ONLY);
    await handle.writeFile(text);
    await handle.sync();
    await rename(fresh, this.sealPath);
  }

  /** Makes the folder and the file to lock, where they are not there. */
  async prepare(lockPath = this.lockPath): Promise<void> {
    await makeFolder(this.path);
    await (await open(lockPath, 'a', OWNER_ONLY)).close();
  }

  /** Opens a file of records to append to it. */
  async openToAppend(number: number): Promise<FileHandle> {
    return open(this.filePath(number), 'a+', OWNER_ONLY);
  }

  /** Brings new names in the folder to the disk. */
  async syncFolder(): Promise<void> {
    await using handle = await open(this.path, 'r');
    await handle.sync();
  }
}

/** With those above it. Not by `recursive`, which never returns below `/proc`. */
async function makeFolder(path: string, isAgain = false): Promise<void> {
  try {
    await mkdir(path, OWNER_ONLY_FOLDER);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    if (errnoOf(error) !== 'ENOENT' || isAgain) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path, true);
  }
}

/** What a read resolves to; undefined where the file or folder is not there. */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The errno's name of a failed system call. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The refusal that a failure around the journal amounts to. */
export function journalError(path: string, what: string, cause?: unknown): PolicyError {
  const errno = errnoOf(cause);
  return new PolicyError('ERR_JOURNAL', `the journal in ${path} ${what}${errno === undefined ? '' : `: ${errno}`}`, { cause });
}
