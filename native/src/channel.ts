import { checkBytes, checkInteger, checkOneOf, checkPosition } from './check.js';
import type { MappingHandle } from './binding.js';
import { ChannelWorker } from './channel-worker.js';
import type { Context } from './context.js';
import { argumentError, NativeError, nativeError, type NativeErrorDetails } from './errors.js';
import { NOT_RUN, type Outcomes } from './job-table.js';
import { MappedMemory, planMap } from './mapping.js';
import { ArenaReader, Op, type Plan, planIoctls, planStep, splitWords } from './plan.js';
import { cleanupOf, planSequence, wordsOf } from './sequence.js';
import type {
  BatchOptions, ChannelState, IoctlCall, IoctlOutcome, IoctlResult, LockMode, MapOptions, Mapping, NativeChannel, Sequence, SequenceResult,
  WaitOptions,
} from './types.js';
import { checkWait, pause, remaining } from './wait.js';

const MAX_TRANSFER_BYTES = 0x7fff_0000;
const LockOperation = { unlock: 0, shared: 1, exclusive: 2 } as const;
// A lock held elsewhere is asked for again after these pauses, each twice the one before.
const FIRST_LOCK_PAUSE_MS = 1;
const LAST_LOCK_PAUSE_MS = 32;
const nothing = new Uint8Array(0);

/** A channel on one worker of the addon; see `NativeChannel`. */
export class WorkerChannel implements NativeChannel {
  readonly path: string;
  readonly #context: Context;
  readonly #worker: ChannelWorker;

  constructor(context: Context, worker: ChannelWorker) {
    this.#context = context;
    this.#worker = worker;
    this.path = worker.path;
  }

  get state(): ChannelState {
    return this.#worker.state;
  }

  async ioctl(call: IoctlCall, wait?: WaitOptions): Promise<IoctlResult> {
    const plan = planIoctls([call]);
    const outcomes = await this.#worker.run(plan, wait);
    const result = this.#result(outcomes, 'ioctl', { request: call.name });
    return { result, ...new ArenaReader(plan.arena).next(call) };
  }

  async ioctlBatch(calls: readonly IoctlCall[], options?: BatchOptions): Promise<IoctlOutcome[]> {
    if (!Array.isArray(calls)) throw argumentError('calls', 'an array');
    this.#worker.refuseUnlessOpen(options);
    if (calls.length === 0) return [];
    const plan = planIoctls(calls);
    const outcomes = await this.#worker.run(plan, options, { stopOnError: options?.stopOnError });
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
    return arena.subarray(0, await this.#call('pread', planStep(Op.pread, arena, 0, arena.byteLength, ...position), wait));
  }

  async pwrite(data: Uint8Array, offsetBytes: number | bigint, wait?: WaitOptions): Promise<number> {
    // A copy, since the addon copies the memory back and the caller's must not change.
    const arena = checkBytes('data', data).slice();
    const position = splitWords(checkPosition('offsetBytes', offsetBytes));
    return this.#call('pwrite', planStep(Op.pwrite, arena, 0, arena.byteLength, ...position), wait);
  }

  async read(maxBytes: number, wait?: WaitOptions): Promise<Uint8Array> {
    const arena = new Uint8Array(checkInteger('maxBytes', maxBytes, 0, MAX_TRANSFER_BYTES));
    return arena.subarray(0, await this.#call('read', planStep(Op.read, arena, 0, arena.byteLength), wait));
  }

  async write(data: Uint8Array, wait?: WaitOptions): Promise<number> {
    const arena = checkBytes('data', data).slice();
    return this.#call('write', planStep(Op.write, arena, 0, arena.byteLength), wait);
  }

  async sequence(sequence: Sequence, wait?: WaitOptions): Promise<SequenceResult> {
    const plan = planSequence(sequence);
    const outcomes = await this.#worker.run(plan, wait, { stopOnError: true, cleanupFrom: cleanupOf(sequence) });
    const words = wordsOf(plan, sequence);
    const step = sequence.steps.findIndex((_, index) => (outcomes[2 * index] ?? -1) < 0);
    if (step < 0) return { words };
    return { words, failure: { step, error: this.#failure(outcomes[2 * step + 1] ?? NOT_RUN, sequence.steps[step]?.type === 'write' ? 'pwrite' : 'pread') } };
  }

  async setLastWill(sequence: Sequence | undefined, wait?: WaitOptions): Promise<void> {
    const plan = sequence === undefined ? planStep(Op.close, nothing) : planSequence(sequence);
    await this.#worker.run(plan, wait, { stopOnError: true, isWill: true, cleanupFrom: sequence === undefined ? plan.steps : cleanupOf(sequence) });
  }

  async sizeBytes(wait?: WaitOptions): Promise<bigint> {
    const size = new BigUint64Array(1);
    await this.#call('fstat', planStep(Op.size, new Uint8Array(size.buffer)), wait);
    const [bytes = 0n] = size;
    return bytes;
  }

  async map(options: MapOptions, wait?: WaitOptions): Promise<Mapping> {
    const { plan, extent } = planMap(options);
    const { binding } = this.#context;
    let handle: MappingHandle | undefined;
    const outcomes = await this.#worker.run(plan, wait, { onRun: (_, id) => (handle = binding.takeMapping(id)) });
    this.#result(outcomes, 'mmap');
    if (handle === undefined) throw nativeError('ERR_NATIVE_CLOSED', `${this.path}: the mapping is gone`, { path: this.path });
    return new MappedMemory(binding, handle, extent);
  }

  async lock(mode: LockMode, wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    const limits = remaining(wait);
    for (let pauseMs = FIRST_LOCK_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_LOCK_PAUSE_MS)) {
      if (await this.tryLock(mode, limits())) return;
      await pause(pauseMs, limits());
    }
  }

  async tryLock(mode: LockMode, wait?: WaitOptions): Promise<boolean> {
    const operation = LockOperation[checkOneOf('mode', mode, ['shared', 'exclusive'])];
    // A lock that comes after its caller has gone would be held by nobody.
    const undo = planStep(Op.lock, nothing, LockOperation.unlock);
    const outcomes = await this.#worker.run(planStep(Op.lock, nothing, operation), wait, { undo });
    try {
      this.#result(outcomes, 'flock');
      return true;
    } catch (error) {
      if (error instanceof NativeError && error.code === 'EAGAIN') return false;
      throw error;
    }
  }

  async unlock(wait?: WaitOptions): Promise<void> {
    await this.#call('flock', planStep(Op.lock, nothing, LockOperation.unlock), wait);
  }

  async close(wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    await this.#worker.close(wait);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #call(syscall: string, plan: Plan, wait: WaitOptions | undefined): Promise<number> {
    return this.#result(await this.#worker.run(plan, wait), syscall);
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
}
