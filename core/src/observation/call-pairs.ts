import type { RpcCall, RpcReturn } from './rpc-events.js';

/** A call with what became of it; `result` is undefined where it had not returned, or its return was missed. */
export interface PairedCall<T> {
  readonly call: RpcCall;
  readonly result: number | undefined;
  /** What was found out when it began. */
  readonly found: T;
}

const MOST_WAITING = 4096;

/** Puts calls and their returns together. A thread has one at a time. */
export class CallPairs<T> {
  readonly #waiting = new Map<number, Omit<PairedCall<T>, 'result'>>();

  /** A call begins. Returns an earlier one of the same thread, and the oldest where too many wait. */
  begin(call: RpcCall, found: T): PairedCall<T>[] {
    const given = [...this.#take(call.thread, undefined)];
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= MOST_WAITING && oldest !== undefined) given.push(...this.#take(oldest, undefined));
    this.#waiting.set(call.thread, { call, found });
    return given;
  }

  /** A call returns. */
  end({ thread, result }: RpcReturn): PairedCall<T>[] {
    return this.#take(thread, result);
  }

  /** Those that began before a time and have not returned. */
  overdue(beforeNs: bigint): PairedCall<T>[] {
    return [...this.#waiting.values()].filter(({ call }) => call.timeNs < beforeNs).flatMap(({ call }) => this.#take(call.thread, undefined));
  }

  /** Does any call wait for its return? */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  #take(thread: number, result: number | undefined): PairedCall<T>[] {
    const waiting = this.#waiting.get(thread);
    this.#waiting.delete(thread);
    return waiting === undefined ? [] : [{ ...waiting, result }];
  }
}
