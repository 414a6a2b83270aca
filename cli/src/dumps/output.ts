import { createGzip, type Gzip } from 'node:zlib';
import { TransportError, type DumpSink } from '@auxctl/core';
import type { Context } from '../command.js';
import { createFileAtomically, type NewFile } from '../output/atomic-file.js';

/** Where a dump goes. */
export interface DumpOutput extends Disposable {
  readonly sink: DumpSink;
  /** Brings what was taken to its place; resolves with its length in bytes. Rejects with `ERR_FILE`. */
  finish(): Promise<number>;
  /** Drops a file that was not finished. */
  [Symbol.dispose](): void;
}

/** Thrown by the sink when nobody reads standard output any more: no fault of anybody's. */
export class NobodyReads extends TransportError {
  override readonly name = 'NobodyReads';

  constructor() {
    super('ERR_ABORTED', 'nobody reads the output any more');
  }
}

/** A file, packed when its name ends in `.gz`, which nobody sees before it is whole; standard output for `-` or none. Throws `ERR_FILE`. */
export function openDumpOutput(path: string | undefined, context: Pick<Context, 'terminal' | 'signal'>): DumpOutput {
  if (path === undefined || path === '-') return toStandardOutput(context);
  const file = createFileAtomically(path);
  return path.endsWith('.gz') ? toPackedFile(file) : toFile(file);
}

function toStandardOutput({ terminal, signal }: Pick<Context, 'terminal' | 'signal'>): DumpOutput {
  let lengthBytes = 0;
  return {
    async sink(text) {
      lengthBytes += text.length;
      if (await terminal.stream(text, signal)) return;
      throw signal.aborted ? new TransportError('ERR_ABORTED', 'the dump was given up') : new NobodyReads();
    },
    finish: async () => Promise.resolve(lengthBytes),
    [Symbol.dispose]: () => undefined,
  };
}

function toFile(file: NewFile): DumpOutput {
  let lengthBytes = 0;
  return {
    sink(text) {
      const bytes = Buffer.from(text);
      file.write(bytes);
      lengthBytes += bytes.length;
    },
    async finish() {
      file.commit();
      return Promise.resolve(lengthBytes);
    },
    [Symbol.dispose]: () => { file[Symbol.dispose](); },
  };
}

function toPackedFile(file: NewFile): DumpOutput {
  const gzip = createGzip();
  let lengthBytes = 0;
  let failure: unknown;
  gzip.on('data', (bytes: Uint8Array) => {
    lengthBytes += bytes.length;
    try {
      if (failure === undefined) file.write(bytes);
    } catch (error) {
      failure = error;
    }
  });
  return {
    async sink(text) {
      await taken(gzip, text);
      if (failure !== undefined) throw failure as Error;
    },
    async finish() {
      await new Promise<void>((resolve) => { gzip.once('end', resolve).end(); });
      if (failure !== undefined) throw failure as Error;
      file.commit();
      return lengthBytes;
    },
    [Symbol.dispose]() {
      gzip.destroy();
      file[Symbol.dispose]();
    },
  };
}

async function taken(gzip: Gzip, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    gzip.write(text, (error) => { if (error) reject(error); else resolve(); });
  });
}
