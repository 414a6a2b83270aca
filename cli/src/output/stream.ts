import type { Writable } from 'node:stream';
import { SystemCallError } from '@auxctl/core';

/** An error of a stream means that there is nobody at its other end. */
const NOBODY = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/**
 * Writes without standing in the way of anything else. Resolves with true when all is written; with false when nobody reads any more or
 * `signal` aborts first. Rejects with `ERR_SYSTEM_CALL` when it cannot be written for another reason, such as a full disk.
 */
export async function writeSlowly(stream: Writable, chunk: string | Uint8Array, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return new Promise<boolean>((resolve, reject) => {
    const end = (error: Error | null | undefined, isWritten: boolean): void => {
      signal.removeEventListener('abort', giveUp);
      stream.removeListener('error', fail);
      const code = codeOf(error);
      if (code === undefined) resolve(isWritten);
      else if (NOBODY.has(code)) resolve(false);
      else reject(new SystemCallError('ERR_SYSTEM_CALL', `the output cannot be written: ${code}`, code, { syscall: 'write', cause: error }));
    };
    const giveUp = (): void => { end(undefined, false); };
    const fail = (error: Error): void => { end(error, false); };
    signal.addEventListener('abort', giveUp, { once: true });
    // A later error, for which nobody waits any more, must not end the process.
    if (stream.listenerCount('error') === 0) stream.on('error', () => undefined);
    stream.once('error', fail);
    stream.write(chunk, (error) => { end(error, true); });
  });
}

function codeOf(error: Error | null | undefined): string | undefined {
  if (error === null || error === undefined) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
