import { constants, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PolicyError, TransportError } from '../errors/classes.js';
import type { Native, NativeChannel, NativeSource } from '../native.js';

/** Does something while nobody else has the lock of a file, which must exist. */
export type JournalLock = <T>(path: string, action: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** A writer has the lock for a few milliseconds; so long is waited without anybody writing. */
const MOST_IDLE_MS = 60_000;
// Hundreds that wait must not take the processor from the one that writes.
const FIRST_PAUSE_MS = 1;
const LAST_PAUSE_MS = 256;

/**
 * The kernel's advisory lock of the file (flock), which ends with the process that has it. Rejects with `ERR_JOURNAL` when somebody has had it
 * for a minute and written nothing, `ERR_ABORTED`, `ERR_NATIVE_MISSING`.
 */
export function fileLock(source: NativeSource): JournalLock {
  return async (path, action, signal) => {
    const native = await source();
    await using channel = await openLock(native, path);
    await acquire(channel, path, signal);
    return await action();
  };
}

/** A channel to a file to lock: to the file itself, not to what its name may lead to by now. */
export async function openLock(native: Native, path: string): Promise<NativeChannel> {
  await using file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  return await native.openChannel(`/proc/self/fd/${file.fd}`, { access: 'read-write', worker: 'thread' });
}

async function acquire(channel: NativeChannel, path: string, signal: AbortSignal | undefined): Promise<void> {
  let idle = { writtenMs: writtenMs(path), sinceMs: performance.now() };
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
    if (signal?.aborted === true) throw new TransportError('ERR_ABORTED', 'the journal was waited for no longer', { cause: signal.reason });
    if (await channel.tryLock('exclusive')) return;
    // Uneven, so that those who began together do not come back together.
    await pause(pauseMs * (1 + Math.random()) / 2);
    if (writtenMs(path) !== idle.writtenMs) idle = { writtenMs: writtenMs(path), sinceMs: performance.now() };
    if (performance.now() - idle.sinceMs > MOST_IDLE_MS) throw new PolicyError('ERR_JOURNAL', `${path} has been locked by another process for a minute, and nothing was written`);
  }
}

/** When the folder of a file last changed, as it does at every seal. */
function writtenMs(path: string): number {
  return statSync(dirname(path)).mtimeMs;
}
