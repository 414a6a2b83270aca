import { checkObject } from './check.js';
import { argumentError, nativeError, type NativeError } from './errors.js';
import type { WaitOptions } from './types.js';

// Longer delays than a timer can hold would fire at once.
const MAX_TIMER_MS = 0x7fff_ffff;

/** Ends the limits of a wait that is over. */
export type EndLimits = () => void;

const noLimits: EndLimits = () => undefined;

/** Checks the limits of a wait, and throws if they are reached already. */
export function checkWait(wait: WaitOptions | undefined): void {
  if (wait === undefined) return;
  checkObject('wait', wait);
  const { timeoutMs, signal } = wait;
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
    throw argumentError('timeoutMs', 'a number that is not negative');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw argumentError('signal', 'an AbortSignal');
  if (signal?.aborted === true) throw abortedError(signal);
}

/** Calls back with the error once the timeout has passed or the signal is aborted, unless ended before. */
export function startLimits(wait: WaitOptions | undefined, onLimit: (error: NativeError) => void): EndLimits {
  const { timeoutMs, signal } = wait ?? {};
  if (timeoutMs === undefined && signal === undefined) return noLimits;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    end();
    if (signal !== undefined) onLimit(abortedError(signal));
  };
  const end = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  if (timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS) {
    timer = setTimeout(() => {
      end();
      onLimit(nativeError('ERR_NATIVE_TIMEOUT', 'the time limit of the wait has passed'));
    }, timeoutMs);
  }
  signal?.addEventListener('abort', onAbort, { once: true });
  return end;
}

/** The limits of a wait that consists of several: the time already spent is taken off. */
export function remaining(wait: WaitOptions | undefined): () => WaitOptions | undefined {
  const timeoutMs = wait?.timeoutMs;
  if (timeoutMs === undefined) return () => wait;
  const deadlineMs = monotonicMs() + timeoutMs;
  return () => ({ signal: wait?.signal, timeoutMs: Math.max(0, deadlineMs - monotonicMs()) });
}

/** Waits for some time, within limits. */
export async function pause(pauseMs: number, wait: WaitOptions | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      end();
      resolve();
    }, pauseMs);
    const end = startLimits(wait, (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

function abortedError(signal: AbortSignal): NativeError {
  return nativeError('ERR_NATIVE_ABORTED', 'the wait was aborted', { cause: signal.reason });
}

const NS_IN_MS = 1e6;
const MS_IN_S = 1000;

/** Of a clock that never goes back. Not by `performance`, which Node.js loads when it is first asked for: that takes longer than most calls. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * MS_IN_S + nanoseconds / NS_IN_MS;
}
