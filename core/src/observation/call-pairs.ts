import type { RpcCall, RpcReturn, RpcSeen } from './rpc-events.js';

/** A call with what became of it; `result` is undefined where it had not returned, or its return was missed. */
export interface PairedCall<T> {
  readonly call: RpcCall;
  /** Could its request be read? */
  readonly isSeen: boolean;
  readonly result: number | undefined;
  /** What was found out when it began. */
  readonly found: T;
}

const MOST_WAITING = 4096;
/** The two probes at a call's beginning run one right after the other, but for a virtual machine that is not run in between; what is further apart is not of one call. */
const MOST_APART_NS = 1_000_000_000n;

type Waiting<T> = { -readonly [K in 'call' | 'isSeen' | 'found']: PairedCall<T>[K] };

/** Puts calls and their returns together. A thread has one at a time. */
export class CallPairs<T> {
  readonly #waiting = new Map<number, Waiting<T>>();
  /** By thread: when a request could be read whose call has not come yet. */
  readonly #early = new Map<number, bigint>();

  /** A call begins. Returns an earlier one of the same thread, and the oldest where too many wait. */
  begin(call: RpcCall, found: T): PairedCall<T>[] {
    const given = [...this.#take(call.thread, undefined)];
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= MOST_WAITING && oldest !== undefined) given.push(...this.#take(oldest, undefined));
    const early = this.#early.get(call.thread);
    this.#early.delete(call.thread);
    this.#waiting.set(call.thread, { call, found, isSeen: early !== undefined && call.timeNs - early <= MOST_APART_NS });
    return given;
  }

  /** Whether the request of a call can be read, which comes right before the call or right after it. */
  see({ thread, timeNs, isReadable }: RpcSeen): void {
    if (!isReadable) return;
    const waiting = this.#waiting.get(thread);
    if (waiting?.isSeen === false && timeNs - waiting.call.timeNs <= MOST_APART_NS) waiting.isSeen = true;
    else this.#early.set(thread, timeNs);
    const [oldest] = this.#early.keys();
    if (this.#early.size > MOST_WAITING && oldest !== undefined) this.#early.delete(oldest);
  }

  /** A call returns. */
  end({ thread, result }: RpcReturn): PairedCall<T>[] {
    this.#early.delete(thread);
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
