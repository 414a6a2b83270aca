import type { WaitOptions } from '../wait.js';

/** The same options with a signal that never aborts: a change that has begun goes to its end, within its time. */
export function unaborted<T extends WaitOptions>(options: T): T {
  return { ...options, signal: new AbortController().signal };
}
