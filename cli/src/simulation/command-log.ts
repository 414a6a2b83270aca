import { closeSync, openSync, writeSync } from 'node:fs';
import type { CommandLogEntry } from '@auxctl/core';
import { fileError } from '../arguments/input-file.js';
import { toJsonLine } from '../output/json.js';
import type { Terminal } from '../output/terminal.js';
import type { SimCommandDocument } from '../schemas/tool.js';

/** Writes what a firmware model received. */
export interface CommandLog extends Disposable {
  readonly write: (entry: CommandLogEntry) => void;
}

/**
 * A log of one JSON line for each command, each written before the command is answered: to a new file, to standard output for `-`, or
 * nowhere. Throws `ERR_FILE` when the file cannot be made.
 */
export function openCommandLog(path: string | undefined, terminal: Terminal): CommandLog {
  if (path === undefined) return { write: () => undefined, [Symbol.dispose]: () => undefined };
  if (path === '-') return { write: (entry) => { terminal.data(line(entry)); }, [Symbol.dispose]: () => undefined };
  const fd = create(path);
  return { write: (entry) => { writeSync(fd, line(entry)); }, [Symbol.dispose]: () => { closeSync(fd); } };
}

function create(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (cause) {
    throw fileError(`${path} cannot be written`, cause);
  }
}

function line({ sequence, command, request, status }: CommandLogEntry): string {
  const document: SimCommandDocument = { schema: 'auxctl.sim-command/1', sequence, command, request: Buffer.from(request).toString('hex'), status: status ?? null };
  return toJsonLine(document);
}
