import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
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
  if (isSpecial(path)) {
    try {
      writeFileSync(path, bytes);
      return;
    } catch (cause) {
      throw fileError(`${path} cannot be written`, cause);
    }
  }
  const target = targetOf(path);
  const temporary = `${target}.${process.pid}.new`;
  try {
    const fd = openSync(temporary, 'wx', NEW_FILE_MODE);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
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
