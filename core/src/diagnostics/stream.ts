import { AuxctlError } from '../errors/base.js';
import { TransportError } from '../errors/classes.js';
import type { DiagnosticSample } from './types.js';

/** What a stream of samples is made from. */
export interface SampleSource {
  /** Starts sampling. */
  arm(): Promise<void>;
  /** Stops it and empties the ring; takes no signal, since it must come through. Also called before {@link arm}. */
  disarm(): Promise<void>;
  /** To be called after {@link arm}: the reader of what the device takes from now on. */
  reader(): SampleReader;
}

/** Reads what a device has sampled since the last time. */
export interface SampleReader {
  /** How many samples the device has taken. */
  readonly taken: number;
  poll(): Promise<readonly DiagnosticSample[]>;
}

/** When to read, and when to stop. */
export interface StreamOptions {
  /** From one poll to the next. */
  readonly intervalMs: number;
  /** Ends the stream, in good order. */
  readonly signal: AbortSignal;
  /** After so many samples the device takes no more; absent where it goes on and on. */
  readonly total?: number;
  /** No new sample for so long is an error. */
  readonly silenceMs: number;
  readonly now: () => number;
}

/**
 * Starts sampling and gives the samples of each poll until the device has taken all, the signal aborts, or the consumer has enough. However
 * it ends, sampling is stopped: the consumer's loop is left only after that. Samples that are not fetched stay in the device's ring: nothing
 * piles up here.
 *
 * Rejects with what arming or reading failed with, with `ERR_TRANSPORT_TIMEOUT` when no samples come, and with `ERR_NOT_DISARMED` when
 * sampling could not be stopped.
 */
export async function* streamSamples(source: SampleSource, options: StreamOptions): AsyncGenerator<readonly DiagnosticSample[], void> {
  const { intervalMs, signal, total = Infinity, now } = options;
  const hasEnded = (): boolean => signal.aborted;
  let failure: unknown;
  if (hasEnded()) return;
  await source.disarm();
  try {
    await source.arm();
    const reader = source.reader();
    let heardMs = now();
    for (;;) {
      // What the device took until the end is fetched too.
      const isLast = hasEnded();
      const samples = await reader.poll();
      if (samples.length > 0) {
        yield samples;
        heardMs = now();
      }
      if (isLast || reader.taken >= total) return;
      requireSound(now() - heardMs, options);
      await pause(intervalMs, signal);
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await disarm(source, failure);
  }
}

function requireSound(silentMs: number, { silenceMs }: StreamOptions): void {
  if (silentMs <= silenceMs) return;
  throw new TransportError('ERR_TRANSPORT_TIMEOUT', `the device has taken no sample for ${Math.round(silentMs)} ms`, { hint: 'Another program may have stopped the sampling, or told the device something else.' });
}

/** A device that is gone samples no more; of anything else that goes wrong here the caller must hear, whatever failed before. */
async function disarm(source: SampleSource, failure: unknown): Promise<void> {
  try {
    await source.disarm();
  } catch (error) {
    if (error instanceof AuxctlError && error.code === 'ERR_DEVICE_GONE') {
      if (failure === undefined) throw error;
      return;
    }
    const why = error instanceof Error ? `: ${error.message}` : '';
    throw new TransportError('ERR_NOT_DISARMED', `sampling could not be stopped${why}`, { cause: failure ?? error });
  }
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal.addEventListener('abort', end, { once: true });
  });
}
