import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UsageError } from '@auxctl/core';

const STDIN = 0;
const CHUNK_BYTES = 65_536;

/**
 * All bytes of a file, or of standard input for `-`; at most `mostBytes`. Throws `ERR_FILE` when it cannot be read, `ERR_USAGE` when
 * there is more.
 */
export function readInput(path: string, mostBytes: number): Uint8Array {
  const name = path === '-' ? 'standard input' : path;
  let fd = STDIN;
  try {
    if (path !== '-') fd = openSync(path, 'r');
    return readBounded(fd, name, mostBytes);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw fileError(`${name} cannot be read`, cause);
  } finally {
    if (fd !== STDIN) closeSync(fd);
  }
}

/** An `ERR_FILE` that says why in the system's word for it. */
export function fileError(message: string, cause: unknown): UsageError {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? `: ${cause.code}` : '';
  return new UsageError('ERR_FILE', message + code, { cause });
}

function readBounded(fd: number, name: string, mostBytes: number): Uint8Array {
  if (fstatSync(fd).isDirectory()) throw new UsageError('ERR_FILE', `${name} is a folder`);
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const count = readSome(fd, chunk);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    if (total > mostBytes) throw new UsageError('ERR_USAGE', `${name} holds more than ${mostBytes} bytes`);
    chunks.push(chunk.subarray(0, count));
  }
}

/** A terminal or a pipe that another process set to non-blocking has nothing yet now and then. */
function readSome(fd: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, chunk);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
