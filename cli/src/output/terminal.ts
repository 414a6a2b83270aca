import { fstatSync, statSync, writeSync } from 'node:fs';
import { SystemCallError } from '@auxctl/core';
import { COLOR, PLAIN, type Style } from './style.js';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Where a command's data, notes and questions go. */
export interface Terminal {
  /** Is somebody there to answer a question? */
  readonly canAsk: boolean;
  /** Is standard output a terminal? */
  readonly isOutputTerminal: boolean;
  /** Data: the only thing on standard output. Ends the process, in good order, when nobody reads it any more. */
  data(chunk: string | Uint8Array): void;
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
    data(chunk) {
      if (!writeAll(STDOUT, chunk)) process.exit(0);
    },
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

/** Returns false when nobody reads what is written. */
function writeAll(fd: number, chunk: string | Uint8Array): boolean {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw new SystemCallError('ERR_SYSTEM_CALL', `the output cannot be written: ${String(code)}`, String(code), { syscall: 'write', cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  return true;
}
