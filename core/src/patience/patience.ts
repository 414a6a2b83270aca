import { TransportError } from '../errors/classes.js';
import type { ErrorCode } from '../errors/catalogue.js';
import type { WaitOptions } from '../wait.js';
import type { Clock } from './clock.js';

/** Something that ends all waiting, and what it then is. */
export interface Ending {
  readonly signal: AbortSignal;
  readonly code: Extract<ErrorCode, 'ERR_CLOSED' | 'ERR_DEVICE_GONE'>;
  readonly message: string;
}

/** What a wait is measured by. */
export interface PatienceOptions {
  readonly clock: Clock;
  /** The device's address, for errors. */
  readonly device: string;
  /** The first that has come counts. */
  readonly endings: readonly Ending[];
  readonly wait: WaitOptions;
  /** Where the caller sets no limit. */
  readonly defaultTimeoutMs: number;
}

/** How long a caller still waits for something that consists of several steps and pauses. `what` says in errors what was waited for. */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #endMs: number;
  #hasSent = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#endMs = options.clock.nowMs() + (options.wait.timeoutMs ?? options.defaultTimeoutMs);
  }

  /** From now on a timeout leaves open whether a command has taken effect. */
  markSent(): void {
    this.#hasSent = true;
  }

  /** Throws `ERR_CLOSED`, `ERR_DEVICE_GONE`, `ERR_ABORTED` or `ERR_TRANSPORT_TIMEOUT` when the wait is over. */
  check(what: string): void {
    const { endings, wait: { signal }, device, clock } = this.#options;
    const ending = endings.find((each) => each.signal.aborted);
    if (ending !== undefined) throw new TransportError(ending.code, ending.message, { device });
    if (signal?.aborted === true) throw new TransportError('ERR_ABORTED', `the caller gave up: ${what}`, { device, cause: signal.reason });
    if (clock.nowMs() >= this.#endMs) throw this.#timeout(what);
  }

  /** Lets some milliseconds pass; 0 lets the event loop do what else there is. Rejects as {@link check} throws. */
  async pause(milliseconds: number, what: string): Promise<void> {
    await this.until((done) => this.#options.clock.after(Math.min(milliseconds, this.#leftMs()), done), what);
    this.check(what);
  }

  /** Waits until what `start` begins is done; it returns what calls that off. Rejects as {@link check} throws, never when it is done. */
  async until(start: (done: () => void) => () => void, what: string): Promise<void> {
    this.check(what);
    const { endings, wait: { signal }, clock } = this.#options;
    const signals = [...endings.map((each) => each.signal), ...(signal === undefined ? [] : [signal])];
    const isDone = await new Promise<boolean>((resolve) => {
      const cancels: (() => void)[] = [];
      const end = (done: boolean): void => {
        for (const cancel of cancels) cancel();
        for (const each of signals) each.removeEventListener('abort', stop);
        resolve(done);
      };
      const stop = (): void => { end(false); };
      for (const each of signals) each.addEventListener('abort', stop, { once: true });
      cancels.push(clock.after(this.#leftMs(), stop));
      cancels.push(start(() => { end(true); }));
    });
    if (isDone) return;
    this.check(what);
    throw this.#timeout(what);
  }

  #timeout(what: string): TransportError {
    return new TransportError('ERR_TRANSPORT_TIMEOUT', what, { device: this.#options.device, ...(this.#hasSent ? {} : { hint: 'Nothing was sent; a longer limit may do.' }) });
  }

  #leftMs(): number {
    return Math.max(0, Math.ceil(this.#endMs - this.#options.clock.nowMs()));
  }
}
