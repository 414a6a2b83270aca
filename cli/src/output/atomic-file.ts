import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { fileError } from '../arguments/input-file.js';

const NEW_FILE_MODE = 0o666;

/** Writes a file as a whole: under another name, to the disk, then in place of what was there. Throws `ERR_FILE`; then nothing has changed. */
export function writeFileAtomically(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    const fd = openSync(temporary, 'wx', NEW_FILE_MODE);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw fileError(`${path} cannot be written`, cause);
  }
}
