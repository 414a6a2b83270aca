import type { ErrorContext } from '../errors/base.js';
import { UsageError } from '../errors/classes.js';

/** What is wrong with a dump, and in which line. */
export function dumpFault(name: string, line: number, message: string, context: ErrorContext = {}): UsageError {
  return new UsageError('ERR_DUMP', `${name}:${line}: ${message}`, context);
}
