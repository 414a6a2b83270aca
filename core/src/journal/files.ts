import { constants, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
const OWNER_AND_GROUP = 0o660;
const SET_GROUP = 0o2000;
const PERMISSIONS = 0o777;

/**
 * The files of a journal in one folder: numbered files of records, and the seal. Where an administrator has made the folder for a group (its group may
 * write, and set-group-id hands the group on), so are the files in it; else they are for their owner.
 */
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
    const text = await this.#sealText();
    return text === undefined ? undefined : parseSeal(text, this.sealPath);
  }

  /** For who only reads: throws `ERR_FILE` where the journal was written in a newer format, of which nothing can be said. */
  async requireReadable(): Promise<void> {
    const fault = journalFormatFault(await this.#sealText() ?? '');
    if (fault !== undefined) throw new UsageError('ERR_FILE', `${this.path}: ${fault}`);
  }

  async #sealText(): Promise<string | undefined> {
    await using handle = await ifThere(this.#open(this.sealPath, constants.O_RDONLY));
    return await handle?.readFile('utf8');
  }

  /** Replaces the seal: under another name, to the disk, then in place of what was there. To be called with the lock held. */
  async writeSeal(text: string): Promise<void> {
    const fresh = `${this.sealPath}.new`;
    await rm(fresh, { force: true });
    await using handle = await this.#open(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    await handle.writeFile(text);
    await handle.sync();
    await rename(fresh, this.sealPath);
  }

  /** Makes the folder and the file to lock, where they are not there. */
  async prepare(lockPath = this.lockPath): Promise<void> {
    await makeFolder(this.path);
    await (await this.#open(lockPath, constants.O_RDWR | constants.O_CREAT)).close();
  }

  /** Opens a file of records to append to it. */
  async openToAppend(number: number): Promise<FileHandle> {
    return this.#open(this.filePath(number), constants.O_RDWR | constants.O_APPEND | constants.O_CREAT);
  }

  /** Opens a file of records to read it. */
  async openToRead(number: number): Promise<FileHandle> {
    return this.#open(this.filePath(number), constants.O_RDONLY);
  }

  /** Members of a group that may write to the folder could have a name lead elsewhere, or have a reader wait for ever. */
  async #open(path: string, flags: number): Promise<FileHandle> {
    const isShared = this.#isShared;
    const mode = isShared ? OWNER_AND_GROUP : OWNER_ONLY;
    const handle = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode);
    const status = await handle.stat();
    if (!status.isFile() || (isShared && status.nlink > 1)) {
      await handle.close();
      throw journalError(this.path, `has something else than a file of its own at ${basename(path)}`);
    }
    // A new file has only what the process's mask leaves.
    if (isShared && status.uid === process.geteuid?.() && (status.mode & PERMISSIONS) !== mode) await handle.chmod(mode);
    return handle;
  }

  get #isShared(): boolean {
    const mode = statSync(this.path, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & SET_GROUP) !== 0 && (mode & constants.S_IWGRP) !== 0;
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
