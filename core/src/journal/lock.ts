import type { NativeSource } from '../native.js';
import { PolicyError, TransportError } from '../errors/classes.js';

/** Does something while nobody else has the lock of a file, which must exist. */
export type JournalLock = <T>(path: string, action: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** A writer has the lock for a few milliseconds; so long is waited for all that come first. */
const MOST_WAIT_MS = 60_000;

/**
 * The kernel's advisory lock of the file (flock), which ends with the process that has it. Rejects with `ERR_JOURNAL` when it cannot be had
 * within a minute, `ERR_ABORTED`, `ERR_NATIVE_MISSING`.
 */
export function fileLock(source: NativeSource): JournalLock {
  return async (path, action, signal) => {
    const native = await source();
    await using channel = await native.openChannel(path, { access: 'read-write', worker: 'thread' });
    try {
      await channel.lock('exclusive', { timeoutMs: MOST_WAIT_MS, signal });
    } catch (cause) {
      throw refusal(path, cause);
    }
    return await action();
  };
}

function refusal(path: string, cause: unknown): unknown {
  if (codeOf(cause) === 'ERR_NATIVE_ABORTED') return new TransportError('ERR_ABORTED', 'the journal was waited for no longer', { cause });
  if (codeOf(cause) === 'ERR_NATIVE_TIMEOUT') return new PolicyError('ERR_JOURNAL', `${path} has been locked by another process for a minute`, { cause });
  return cause;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
