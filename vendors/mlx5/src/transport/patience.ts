import { TransportError, type WaitOptions } from '@auxctl/core';

/** Nothing takes longer, whatever a caller says or leaves out. */
const LONGEST_MS = 60_000;

/** How long a caller still waits for something that consists of several calls and pauses. */
export class Patience {
  readonly #signal: AbortSignal | undefined;
  readonly #endMs: number;
  readonly #device: string;

  constructor(device: string, { timeoutMs = LONGEST_MS, signal }: WaitOptions) {
    this.#device = device;
    this.#signal = signal;
    this.#endMs = performance.now() + Math.min(timeoutMs, LONGEST_MS);
  }

  /** The limits for the next call. */
  get wait(): WaitOptions {
    const timeoutMs = Math.max(1, Math.ceil(this.#endMs - performance.now()));
    return { timeoutMs, ...(this.#signal === undefined ? {} : { signal: this.#signal }) };
  }

  /** Lets some milliseconds pass. Rejects with `ERR_TRANSPORT_TIMEOUT` when there are none left, saying `what` was waited for, and with `ERR_ABORTED`. */
  async pause(milliseconds: number, what: () => string): Promise<void> {
    this.#refuseAborted(what);
    const leftMs = this.#endMs - performance.now();
    if (leftMs <= 0) throw new TransportError('ERR_TRANSPORT_TIMEOUT', what(), { device: this.#device });
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(milliseconds, leftMs));
      this.#signal?.addEventListener('abort', end, { once: true });
    });
    this.#refuseAborted(what);
  }

  #refuseAborted(what: () => string): void {
    if (this.#signal?.aborted !== true) return;
    const { reason } = this.#signal as { readonly reason: unknown };
    if (reason instanceof TransportError) throw reason;
    throw new TransportError('ERR_ABORTED', `the caller gave up: ${what()}`, { device: this.#device, cause: reason });
  }
}
