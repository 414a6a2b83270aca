import { type DescriptorHandle, PollBits } from './binding.js';
import { checkInteger, checkUint64 } from './check.js';
import type { Context } from './context.js';
import { nativeError, type NativeError } from './errors.js';
import type { Eventfd, OwnedDescriptor, WaitOptions } from './types.js';
import { checkWait, remaining, startLimits } from './wait.js';

/** What can be waited for on a descriptor. */
export type Readiness = keyof typeof PollBits;

interface Waiter {
  readonly bit: number;
  readonly resolve: () => void;
  readonly reject: (error: NativeError) => void;
}

/** A descriptor that this process owns and can wait for on the event loop; see `OwnedDescriptor`. */
export class HeldDescriptor implements OwnedDescriptor {
  /** What errors call it. */
  readonly label: string;
  protected readonly context: Context;
  readonly #handle: DescriptorHandle;
  readonly #waiters = new Set<Waiter>();
  readonly #onEvent = (status: number, events: number): void => {
    for (const waiter of [...this.#waiters]) {
      // An error is reported to everybody, whose own system call then finds out which it is.
      if (status !== 0 || (waiter.bit & events) !== 0) waiter.resolve();
    }
    this.#watch();
  };

  constructor(context: Context, fd: number, label: string) {
    this.context = context;
    this.label = label;
    this.#handle = new context.binding.Descriptor(fd, this.#onEvent);
  }

  get fd(): number {
    const fd = this.#handle.number();
    if (fd < 0) throw this.#closedError();
    return fd;
  }

  get closed(): boolean {
    return this.#handle.number() < 0;
  }

  close(): void {
    this.#handle.close();
    for (const waiter of [...this.#waiters]) waiter.reject(this.#closedError());
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Gives up the ownership; the object counts as closed. */
  release(): number {
    const { fd } = this;
    this.#handle.release();
    for (const waiter of [...this.#waiters]) waiter.reject(this.#closedError());
    return fd;
  }

  /** Waits until the descriptor is ready. Several waits at a time are possible, for different things. */
  async whenReady(what: Readiness, wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    if (this.closed) throw this.#closedError();
    await new Promise<void>((resolve, reject) => {
      const settle = (action: () => void): void => {
        end();
        this.#waiters.delete(waiter);
        this.#watch();
        action();
      };
      const waiter: Waiter = {
        bit: PollBits[what],
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      };
      this.#waiters.add(waiter);
      const end = startLimits(wait, waiter.reject);
      const result = this.#watch();
      if (result < 0) waiter.reject(this.context.error(-result, 'epoll_ctl', { path: this.label }));
    });
  }

  /** Waits as long as a non-blocking system call says EAGAIN, and throws its other errors. */
  async retry(syscall: string, what: Readiness, wait: WaitOptions | undefined, call: (fd: number) => number): Promise<number> {
    checkWait(wait);
    const limits = remaining(wait);
    for (;;) {
      const result = call(this.fd);
      if (result >= 0) return result;
      const error = this.context.error(-result, syscall, { path: this.label });
      if (error.code !== 'EAGAIN') throw error;
      await this.whenReady(what, limits());
    }
  }

  #watch(): number {
    if (this.closed) return 0;
    let events = 0;
    for (const waiter of this.#waiters) events |= waiter.bit;
    return this.#handle.watch(events);
  }

  #closedError(): NativeError {
    return nativeError('ERR_NATIVE_CLOSED', `${this.label} is closed`, { path: this.label });
  }
}

/** Lets only one wait at a time through. */
export class OneAtATime {
  readonly #what: string;
  #busy = false;

  constructor(what: string) {
    this.#what = what;
  }

  /** Runs an action; rejects with `ERR_NATIVE_BUSY` while another is running. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#busy) throw nativeError('ERR_NATIVE_BUSY', `another ${this.#what} is waiting`);
    this.#busy = true;
    try {
      return await action();
    } finally {
      this.#busy = false;
    }
  }
}

/** An event counter; see `Eventfd`. */
export class EventCounter extends HeldDescriptor implements Eventfd {
  readonly #turn = new OneAtATime('take');

  signal(count = 1n): void {
    this.context.check(this.context.binding.signalEventfd(this.fd, checkUint64('count', count)), 'write', { path: this.label });
  }

  tryTake(): bigint | undefined {
    const taken = this.context.binding.takeEventfd(this.fd);
    if (typeof taken === 'bigint') return taken;
    const error = this.context.error(-taken, 'read', { path: this.label });
    if (error.code === 'EAGAIN') return undefined;
    throw error;
  }

  async take(wait?: WaitOptions): Promise<bigint> {
    checkWait(wait);
    return this.#turn.run(async () => {
      const limits = remaining(wait);
      for (;;) {
        const taken = this.tryTake();
        if (taken !== undefined) return taken;
        await this.whenReady('readable', limits());
      }
    });
  }
}

/** A new event counter. */
export function createEventfd(context: Context, initial = 0): EventCounter {
  const fd = context.check(context.binding.createEventfd(checkInteger('initial', initial, 0, 0xffff_ffff)), 'eventfd');
  return new EventCounter(context, fd, 'eventfd');
}
