import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AuxctlError } from '../errors/base.js';
import { UsageError } from '../errors/classes.js';
import { loadDump, type Dump } from './dump.js';
import { dumpFault } from './fault.js';
import { readDump, type NumberedLine, type ReadDumpOptions } from './read.js';

const CHUNK_BYTES = 256 * 1024;
const STDIN = 0;
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const LONGEST_PAUSE_MS = 10;

/** Reads a dump file line by line, packed or not; `-` is standard input. Throws `ERR_FILE` and as {@link readDump} does. */
export function readDumpFile(path: string, options: ReadDumpOptions = {}): AsyncGenerator<NumberedLine> {
  const name = path === '-' ? 'standard input' : path;
  return readDump(unpacked(path, name), { name, ...options });
}

/** Reads a whole dump file, packed or not; `-` is standard input. Throws `ERR_FILE` and as {@link readDump} does. */
export async function loadDumpFile(path: string, options: ReadDumpOptions = {}): Promise<Dump> {
  const name = path === '-' ? 'standard input' : path;
  return loadDump(unpacked(path, name), { name, ...options });
}

/** The bytes of a file, which errors call `name`; those inside it when it is a gzip file, whatever its name says. `-` is standard input. Throws `ERR_FILE`, and `ERR_DUMP` for a packed file that was cut off. */
export async function* unpacked(path: string, name: string): AsyncGenerator<Uint8Array> {
  const chunks = fileChunks(path, name);
  const first = await chunks.next();
  if (first.done === true) return;
  const all = chain(first.value, chunks);
  yield* GZIP_MAGIC.every((byte, index) => first.value[index] === byte) ? gunzipped(all, name) : all;
}

async function* chain(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* gunzipped(chunks: AsyncGenerator<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const stream = pipeline(Readable.from(chunks), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (cause) {
    if (cause instanceof AuxctlError) throw cause;
    const code = codeOf(cause);
    throw dumpFault(name, 1, `the packed file was cut off or changed: ${code ?? 'not gzip'}`, { cause });
  }
}

async function* fileChunks(path: string, name: string): AsyncGenerator<Uint8Array> {
  let fd = STDIN;
  try {
    if (path !== '-') fd = openSync(path, 'r');
    if (fstatSync(fd).isDirectory()) throw new UsageError('ERR_FILE', `${name} is a folder`);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = await readSome(fd, chunk);
      if (count === 0) return;
      yield chunk.subarray(0, count);
    }
  } catch (cause) {
    if (cause instanceof AuxctlError || codeOf(cause) === undefined) throw cause;
    throw new UsageError('ERR_FILE', `${name} cannot be read: ${codeOf(cause) ?? ''}`, { cause });
  } finally {
    if (fd !== STDIN) closeSync(fd);
  }
}

/** Standard input that another process made non-blocking has nothing yet now and then. */
async function readSome(fd: number, chunk: Uint8Array): Promise<number> {
  for (;;) {
    try {
      return readSync(fd, chunk);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      await new Promise((resolve) => { setTimeout(resolve, LONGEST_PAUSE_MS); });
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
