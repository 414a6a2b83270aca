import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '@auxctl/core';
import { fileError } from '../arguments/input-file.js';

const NEW_FILE_MODE = 0o666;

/** Could a file be written here? Throws `ERR_FILE` when not. To be asked before something is done whose result would be lost. */
export function requireOutputFile(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new UsageError('ERR_FILE', `${path} is a folder`);
    accessSync(isSpecial(path) ? path : dirname(targetOf(path)), constants.W_OK);
  } catch (cause) {
    throw cause instanceof UsageError ? cause : fileError(`${path} cannot be written`, cause);
  }
}

/**
 * Writes a file as a whole: under another name, to the disk, then in place of what was there. Throws `ERR_FILE`; then nothing has changed.
 * What is no ordinary file, such as a pipe or `/dev/null`, is written to as it is.
 */
export function writeFileAtomically(path: string, bytes: Uint8Array): void {
  using file = createFileAtomically(path);
  file.write(bytes);
  file.commit();
}

/** A file in the making, which nobody sees under its name before it is whole. */
export interface NewFile extends Disposable {
  /** Throws `ERR_FILE` when it cannot be written, as on a full disk. */
  write(bytes: Uint8Array): void;
  /** Brings it to the disk and puts it in place of what was there. Throws `ERR_FILE`; then nothing has changed. */
  commit(): void;
  /** Drops what was not committed. */
  [Symbol.dispose](): void;
}

/** Begins a file as {@link writeFileAtomically} writes one. When the process exits first, it is dropped. Throws `ERR_FILE`. */
export function createFileAtomically(path: string): NewFile {
  const isInPlace = isSpecial(path);
  const target = isInPlace ? path : targetOf(path);
  const written = isInPlace ? path : `${target}.${process.pid}.new`;
  let fd: number | undefined = attempt(path, () => openSync(written, isInPlace ? 'w' : 'wx', NEW_FILE_MODE));
  const drop = (): void => {
    if (fd === undefined) return;
    closeSync(fd);
    fd = undefined;
    process.removeListener('exit', drop);
    if (!isInPlace) rmSync(written, { force: true });
  };
  process.once('exit', drop);
  return {
    write(bytes) {
      attempt(path, () => { if (fd !== undefined) writeWhole(fd, bytes); });
    },
    commit() {
      if (fd !== undefined && !isInPlace) attempt(path, () => { if (fd !== undefined) fsyncSync(fd); renameSync(written, target); });
      drop();
    },
    [Symbol.dispose]: drop,
  };
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw fileError(`${path} cannot be written`, cause);
  }
}

function isSpecial(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

/** Where a link leads; a link stays one. */
function targetOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
