import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('foreign.c', import.meta.url));
const run = promisify(execFile);

/** Compiles the program that does its own system call, and returns where it is. */
export async function compileForeign() {
  const program = join(tmpdir(), 'foreign');
  await run('cc', ['-O1', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
  return program;
}

/**
 * Sends a request to a node as another program would.
 *
 * @param {string} program
 * @param {string} node
 * @param {string} request in hexadecimal
 * @returns {Promise<string>} the reply in hexadecimal
 */
export async function sendForeign(program, node, request) {
  return (await run(program, [node, request])).stdout.trim();
}
