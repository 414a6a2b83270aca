import { fstatSync, statSync, writeSync } from 'node:fs';
import { SystemCallError } from '@auxctl/core';
import { COLOR, PLAIN, type Style } from './style.js';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Of a terminal, in characters. */
export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** Where a command's data, notes and questions go. */
export interface Terminal {
  /** Is somebody there to answer a question? */
  readonly canAsk: boolean;
  /** Is standard output a terminal? */
  readonly isOutputTerminal: boolean;
  /** Can what stands on it be drawn over? */
  readonly canRedraw: boolean;
  /** Can what stands on standard error be drawn over? */
  readonly canRedrawNotes: boolean;
  /** Of the terminal that standard output is; 80 by 24 for any other. */
  readonly size: WindowSize;
  /** Data: the only thing on standard output. Ends the process, in good order, when nobody reads it any more. */
  data(chunk: string | Uint8Array): void;
  /** Data of a command that has something to put in order before it ends: false when nobody reads any more. */
  tryData(chunk: string | Uint8Array): boolean;
  /**
   * Data that keep coming. Resolves when the reader has taken them, so that a slow one slows the command and does not stop it; with false
   * when nobody reads any more, or when `signal` aborts before a reader that has stopped goes on.
   */
  stream(chunk: string | Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** Anything else. */
  note(text: string): void;
  style(stream: 'data' | 'note', isColorWanted: boolean): Style;
  /** Asks for a line on the terminal; undefined when the answer is the end of the input. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
}

/** The process's own streams. Writes are synchronous, so that nothing is lost when the process ends. */
export function processTerminal(environment: NodeJS.ProcessEnv): Terminal {
  return {
    get canAsk() { return isTerminal(STDIN) && isTerminal(STDERR); },
    get isOutputTerminal() { return isTerminal(STDOUT); },
    get canRedraw() { return environment['TERM'] !== 'dumb' && isTerminal(STDOUT); },
    get canRedrawNotes() { return environment['TERM'] !== 'dumb' && isTerminal(STDERR); },
    get size() { return windowSize(); },
    data(chunk) {
      if (!writeAll(STDOUT, chunk)) process.exit(0);
    },
    tryData: (chunk) => writeAll(STDOUT, chunk),
    stream: async (chunk, signal) => (isTerminal(STDOUT) ? writeAll(STDOUT, chunk) : (await import('./stream.js')).writeSlowly(process.stdout, chunk, signal)),
    note: (text) => { writeAll(STDERR, text); },
    style(stream, isColorWanted) {
      const noColor = environment['NO_COLOR'] ?? '';
      const isColor = isColorWanted && noColor === '' && environment['TERM'] !== 'dumb' && isTerminal(stream === 'data' ? STDOUT : STDERR);
      return isColor ? COLOR : PLAIN;
    },
    ask: async (question, signal) => (await import('./ask.js')).askLine(question, signal),
  };
}

/** Loading `node:tty` costs a command more than most of its work, so only character devices other than `/dev/null` are asked further. */
function isTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    if (!stat.isCharacterDevice() || stat.rdev === statSync('/dev/null').rdev) return false;
  } catch {
    return false;
  }
  const stream = fd === STDIN ? process.stdin : fd === STDOUT ? process.stdout : process.stderr;
  return stream.isTTY;
}

function windowSize(): WindowSize {
  const { columns, rows } = isTerminal(STDOUT) ? process.stdout : { columns: 0, rows: 0 };
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** Returns false when nobody reads what is written: the other end of a pipe is closed, or the terminal is gone. */
function writeAll(fd: number, chunk: string | Uint8Array): boolean {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE' || code === 'EIO') return false;
      if (code !== 'EAGAIN') throw new SystemCallError('ERR_SYSTEM_CALL', `the output cannot be written: ${String(code)}`, String(code), { syscall: 'write', cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  return true;
}
