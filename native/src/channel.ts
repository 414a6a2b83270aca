import type { ChannelHandle, JobId } from './binding.js';
import { checkBytes, checkInteger, checkOneOf, checkPosition } from './check.js';
import type { Context } from './context.js';
import { argumentError, type NativeError, nativeError, type NativeErrorDetails } from './errors.js';
import { closedError, type JobListener, NOT_RUN, type Outcomes } from './job-table.js';
import { MappedMemory, planMap } from './mapping.js';
import { ArenaReader, Op, type Plan, planIoctls, planStep, splitWords } from './plan.js';
import type {
  BatchOptions, ChannelState, IoctlCall, IoctlOutcome, IoctlResult, LockMode, MapOptions, Mapping, NativeChannel, WaitOptions,
} from './types.js';
import { checkWait, pause, startLimits } from './wait.js';

const MAX_TRANSFER_BYTES = 0x7fff_0000;
const SIZE_BYTES = 8;
const LockOperation = { unlock: 0, shared: 1, exclusive: 2 } as const;
// A lock held elsewhere is asked for again after these pauses, each twice the one before.
const FIRST_LOCK_PAUSE_MS = 1;
const LAST_LOCK_PAUSE_MS = 32;

/** A channel on one worker of the addon. */
export class WorkerChannel implements NativeChannel {
  readonly path: string;
  readonly #context: Context;
  readonly #handle: ChannelHandle;
  readonly #queued = new Set<JobId>();
  readonly #onClosed: (() => void)[] = [];
  #returning = 0;
  #closing: Promise<void> | undefined;

  constructor(context: Context, handle: ChannelHandle, path: string) {
    this.#context = context;
    this.#handle = handle;
    this.path = path;
  }

  get state(): ChannelState {
    if (this.#closing !== undefined) return 'closed';
    return this.#returning > 0 ? 'stuck' : 'open';
  }

  async ioctl(call: IoctlCall, wait?: WaitOptions): Promise<IoctlResult> {
    const plan = planIoctls([call]);
    const outcomes = await this.run(plan, wait);
    const result = this.#result(outcomes, 'ioctl', { request: call.name });
    return { result, ...new ArenaReader(plan.arena).next(call) };
  }

  async ioctlBatch(calls: readonly IoctlCall[], options?: BatchOptions): Promise<IoctlOutcome[]> {
    if (!Array.isArray(calls)) throw argumentError('calls', 'an array');
    if (calls.length === 0) {
      this.#refuseUnlessOpen(options);
      return [];
    }
    const plan = planIoctls(calls);
    const outcomes = await this.run(plan, options, options?.stopOnError === true);
    const reader = new ArenaReader(plan.arena);
    return calls.map((call: IoctlCall, index) => {
      const memory = reader.next(call);
      const result = outcomes[2 * index] ?? -1;
      if (result >= 0) return { ok: true, result, argument: memory.argument, buffers: memory.buffers };
      return { ok: false, error: this.#failure(outcomes[2 * index + 1] ?? NOT_RUN, 'ioctl', { request: call.name }) };
    });
  }

  async pread(lengthBytes: number, offsetBytes: number | bigint, wait?: WaitOptions): Promise<Uint8Array> {
    const arena = new Uint8Array(checkInteger('lengthBytes', lengthBytes, 0, MAX_TRANSFER_BYTES));
    const position = splitWords(checkPosition('offsetBytes', offsetBytes));
    const outcomes = await this.run(planStep(Op.pread, arena, 0, arena.byteLength, ...position), wait);
    return arena.subarray(0, this.#result(outcomes, 'pread'));
  }

  async pwrite(data: Uint8Array, offsetBytes: number | bigint, wait?: WaitOptions): Promise<number> {
    const arena = checkBytes('data', data);
    const position = splitWords(checkPosition('offsetBytes', offsetBytes));
    return this.#transferOut('pwrite', planStep(Op.pwrite, arena, 0, arena.byteLength, ...position), wait);
  }

  async read(maxBytes: number, wait?: WaitOptions): Promise<Uint8Array> {
    const arena = new Uint8Array(checkInteger('maxBytes', maxBytes, 0, MAX_TRANSFER_BYTES));
    const outcomes = await this.run(planStep(Op.read, arena, 0, arena.byteLength), wait);
    return arena.subarray(0, this.#result(outcomes, 'read'));
  }

  async write(data: Uint8Array, wait?: WaitOptions): Promise<number> {
    const arena = checkBytes('data', data);
    return this.#transferOut('write', planStep(Op.write, arena, 0, arena.byteLength), wait);
  }

  async sizeBytes(wait?: WaitOptions): Promise<bigint> {
    const arena = new Uint8Array(SIZE_BYTES);
    this.#result(await this.run(planStep(Op.size, arena), wait), 'fstat');
    return new DataView(arena.buffer).getBigUint64(0, true);
  }

  async map(options: MapOptions, wait?: WaitOptions): Promise<Mapping> {
    const { plan, extent } = planMap(options);
    return this.#submit(plan, wait, false, (outcomes, id) => {
      this.#result(outcomes, 'mmap');
      return new MappedMemory(this.#context.binding, this.#context.binding.takeMapping(id), extent);
    });
  }

  async lock(mode: LockMode, wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    const deadlineMs = wait?.timeoutMs === undefined ? Infinity : performance.now() + wait.timeoutMs;
    for (let pauseMs = FIRST_LOCK_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_LOCK_PAUSE_MS)) {
      const timeoutMs = deadlineMs === Infinity ? undefined : Math.max(0, deadlineMs - performance.now());
      if (await this.tryLock(mode, { timeoutMs, signal: wait?.signal })) return;
      await pause(pauseMs, { timeoutMs, signal: wait?.signal });
    }
  }

  async tryLock(mode: LockMode, wait?: WaitOptions): Promise<boolean> {
    const operation = LockOperation[checkOneOf('mode', mode, ['shared', 'exclusive'])];
    try {
      this.#result(await this.run(planStep(Op.lock, new Uint8Array(0), operation), wait), 'flock');
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false;
      throw error;
    }
  }

  async unlock(wait?: WaitOptions): Promise<void> {
    this.#result(await this.run(planStep(Op.lock, new Uint8Array(0), LockOperation.unlock), wait), 'flock');
  }

  async close(wait?: WaitOptions): Promise<void> {
    this.#closing ??= this.#finish();
    checkWait(wait);
    const closing = this.#closing;
    await new Promise<void>((resolve) => {
      const end = startLimits(wait, () => {
        this.#handOver();
        resolve();
      });
      void closing.then(() => {
        end();
        resolve();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Runs a plan and resolves to its outcomes. */
  run(plan: Plan, wait?: WaitOptions, stopOnError = false): Promise<Outcomes> {
    return this.#submit(plan, wait, stopOnError, (outcomes) => outcomes);
  }

  /** Ends the worker without waiting for it. */
  discard(): void {
    this.#closing ??= Promise.resolve();
    this.#handle.stop();
  }

  #submit<T>(plan: Plan, wait: WaitOptions | undefined, stopOnError: boolean, take: (outcomes: Outcomes, id: JobId) => T): Promise<T> {
    this.#refuseUnlessOpen(wait);
    return new Promise<T>((resolve, reject) => {
      const listener: JobListener = {
        onOutcomes: (outcomes, id) => {
          this.#queued.delete(id);
          try {
            resolve(take(outcomes, id));
          } catch (error) {
            reject(error);
          }
        },
        onOrphaned: () => {
          this.#queued.delete(id);
          this.#closing ??= Promise.resolve();
          reject(closedError(this.path));
        },
        onAbandoned: (error, running) => {
          this.#queued.delete(id);
          if (running) this.#onStuck();
          reject(error);
        },
        onReturned: () => {
          this.#returning -= 1;
        },
      };
      const id = this.#context.jobs.submit(this.#handle, plan, stopOnError, wait, listener);
      this.#queued.add(id);
    });
  }

  #refuseUnlessOpen(wait: WaitOptions | undefined): void {
    checkWait(wait);
    if (this.state === 'closed') throw closedError(this.path);
    if (this.state === 'stuck') {
      throw nativeError('ERR_NATIVE_STUCK', `${this.path}: an abandoned call has not returned yet`, { path: this.path });
    }
  }

  #onStuck(): void {
    this.#returning += 1;
    if (this.#closing !== undefined) this.#handOver();
  }

  async #transferOut(syscall: string, plan: Plan, wait: WaitOptions | undefined): Promise<number> {
    // The addon copies the memory back, and the caller's must not change.
    const own = { ...plan, arena: plan.arena.slice() };
    return this.#result(await this.run(own, wait), syscall);
  }

  #result(outcomes: Outcomes, syscall: string, details?: NativeErrorDetails): number {
    const [result = -1, errno = NOT_RUN] = outcomes;
    if (result < 0) throw this.#failure(errno, syscall, details);
    return result;
  }

  #failure(errno: number, syscall: string, details: NativeErrorDetails = {}): NativeError {
    const where = { ...details, path: this.path };
    if (errno !== NOT_RUN) return this.#context.error(errno, syscall, where);
    return nativeError('ERR_NATIVE_SKIPPED', `${syscall} ${details.request ?? ''}: not sent, since a call before it failed`, where);
  }

  /** Lets the running job end and closes the file after it, unless the worker is stuck: then nobody waits for it. */
  async #finish(): Promise<void> {
    const stuck = this.#returning > 0;
    const waiting = new Promise<void>((resolve) => this.#onClosed.push(resolve));
    for (const id of [...this.#queued]) this.#context.jobs.drop(id, closedError(this.path));
    if (stuck) {
      this.#handOver();
    } else {
      const done = (): void => this.#reportClosed();
      this.#context.jobs.submit(this.#handle, planStep(Op.close, new Uint8Array(0)), false, undefined, {
        onOutcomes: done, onOrphaned: done, onAbandoned: done, onReturned: done,
      });
    }
    await waiting;
  }

  /** Leaves it to the worker to close the file when it gets there. */
  #handOver(): void {
    this.#handle.stop();
    this.#reportClosed();
  }

  #reportClosed(): void {
    for (const resolve of this.#onClosed.splice(0)) resolve();
  }
}
