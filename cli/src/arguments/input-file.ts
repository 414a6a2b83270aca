import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { TransportError, UsageError } from '@auxctl/core';

const STDIN = 0;
const CHUNK_BYTES = 65_536;

/**
 * All bytes of a file, or of standard input for `-`; at most `mostBytes`. Rejects with `ERR_FILE` when it cannot be read, `ERR_USAGE` when
 * there is more, and `ERR_ABORTED` when the signal comes before standard input ends.
 */
export async function readInput(path: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  return path === '-' ? readStandardInput(mostBytes, signal) : readFile(path, mostBytes);
}

/** All bytes of a file, at most `mostBytes`. Throws `ERR_FILE` and `ERR_USAGE` as {@link readInput} does. */
export function readFile(path: string, mostBytes: number): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return readBounded(fd, path, mostBytes);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw fileError(`${path} cannot be read`, cause);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** An `ERR_FILE` that says why in the system's word for it. */
export function fileError(message: string, cause: unknown): UsageError {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? `: ${cause.code}` : '';
  return new UsageError('ERR_FILE', message + code, { cause });
}

/** A stream, so that a signal is heard while a person or another program takes its time. */
async function readStandardInput(mostBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const name = 'standard input';
  requireNoFolder(STDIN, name);
  const bytes = new BoundedBytes(name, mostBytes);
  try {
    for await (const chunk of addAbortSignal(signal, process.stdin) as AsyncIterable<Buffer>) bytes.add(chunk);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    if (signal.aborted) throw new TransportError('ERR_ABORTED', 'standard input was waited for no longer', { cause });
    throw fileError(`${name} cannot be read`, cause);
  }
  return bytes.all();
}

function readBounded(fd: number, name: string, mostBytes: number): Uint8Array {
  requireNoFolder(fd, name);
  const bytes = new BoundedBytes(name, mostBytes);
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const count = readSync(fd, chunk);
    if (count === 0) return bytes.all();
    bytes.add(chunk.subarray(0, count));
  }
}

function requireNoFolder(fd: number, name: string): void {
  if (fstatSync(fd).isDirectory()) throw new UsageError('ERR_FILE', `${name} is a folder`);
}

/** Bytes that arrive in pieces, refused when there are too many. */
class BoundedBytes {
  readonly #name: string;
  readonly #mostBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #total = 0;

  constructor(name: string, mostBytes: number) {
    this.#name = name;
    this.#mostBytes = mostBytes;
  }

  add(chunk: Uint8Array): void {
    this.#total += chunk.length;
    if (this.#total > this.#mostBytes) throw new UsageError('ERR_USAGE', `${this.#name} holds more than ${this.#mostBytes} bytes`);
    this.#chunks.push(chunk);
  }

  all(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}
