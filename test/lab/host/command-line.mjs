import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { EXIT_STATUS, LabError } from './error.mjs';

/**
 * Reads options and operands; a wrong option is a usage error.
 *
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {readonly string[]} words
 * @param {T} options
 */
export function parseWords(words, options) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new LabError(error instanceof Error ? error.message : String(error), EXIT_STATUS.usage);
  }
}

/**
 * Runs a program of the lab with this process's arguments, and sets the exit status. An interrupt aborts the program's signal, so
 * that it takes down what it has set up.
 *
 * @param {(words: readonly string[], signal: AbortSignal) => Promise<number>} program
 */
export async function execute(program) {
  const interruption = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => interruption.abort(new LabError(`stopped by ${signal}`, 128 + constants.signals[signal])));
  }
  try {
    process.exitCode = await program(process.argv.slice(2), interruption.signal);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`lab: error: ${error.message}\n`);
    process.exitCode = error.exitStatus;
  }
}
