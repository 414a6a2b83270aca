import type { ChannelHandle, JobId } from './binding.js';
import type { Context } from './context.js';
import { type NativeError, nativeError } from './errors.js';
import type { JobListener, Outcomes, PlanMode } from './job-table.js';
import { Op, type Plan, planStep } from './plan.js';
import type { ChannelState, WaitOptions } from './types.js';
import { checkWait, startLimits } from './wait.js';

/** How a plan is run, besides its limits. */
export interface RunOptions extends PlanMode {
  /** Called when the plan has run, while `takeMapping` can be called with the job. Must not throw. */
  readonly onRun?: ((outcomes: Outcomes, id: JobId) => void) | undefined;
  /** Run instead of the next job if this one succeeds after it was given up. */
  readonly undo?: Plan | undefined;
}

/** The worker of one channel as seen from the event loop: which jobs it has, whether it is stuck, and how it ends. */
export class ChannelWorker {
  /** What errors call the channel. */
  readonly path: string;
  readonly #context: Context;
  readonly #handle: ChannelHandle;
  readonly #jobs = new Set<JobId>();
  readonly #onClosed: (() => void)[] = [];
  /** Jobs given up while running that have not come back; at most one runs, so it is 0 or 1. */
  #overdue = 0;
  #closing: Promise<void> | undefined;

  constructor(context: Context, handle: ChannelHandle, path: string) {
    this.#context = context;
    this.#handle = handle;
    this.path = path;
  }

  /** The present state. */
  get state(): ChannelState {
    if (this.#closing !== undefined) return 'closed';
    return this.#overdue > 0 ? 'stuck' : 'open';
  }

  /** Runs a plan and resolves to its outcomes. Rejects when it cannot run or is given up. */
  async run(plan: Plan, wait?: WaitOptions, options: RunOptions = {}): Promise<Outcomes> {
    this.refuseUnlessOpen(wait);
    return new Promise<Outcomes>((resolve, reject) => {
      const listener: JobListener = {
        onOutcomes: (outcomes) => {
          this.#jobs.delete(id);
          options.onRun?.(outcomes, id);
          resolve(outcomes);
        },
        onOrphaned: () => {
          this.#jobs.delete(id);
          this.#closing ??= Promise.resolve();
          reject(this.#closedError());
        },
        onAbandoned: (error, running) => {
          this.#jobs.delete(id);
          reject(error);
          if (running) this.#onOverdue();
        },
        onReturned: (outcomes) => this.#onReturned(outcomes, options.undo),
      };
      const id = this.#context.jobs.submit(this.#handle, plan, options, wait, listener);
      this.#jobs.add(id);
    });
  }

  /** Throws unless a call may be made now. */
  refuseUnlessOpen(wait: WaitOptions | undefined): void {
    checkWait(wait);
    if (this.state === 'closed') throw this.#closedError();
    if (this.state === 'stuck') {
      throw nativeError('ERR_NATIVE_STUCK', `${this.path}: an abandoned call has not returned yet`, { path: this.path });
    }
  }

  /** See `NativeChannel.close`. */
  async close(wait?: WaitOptions): Promise<void> {
    this.#closing ??= this.#finish();
    const closing = this.#closing;
    await new Promise<void>((resolve) => {
      const end = startLimits(wait, () => this.discard());
      void closing.then(() => {
        end();
        resolve();
      });
    });
  }

  /** Closes without waiting: gives every job up, and leaves it to the worker to close the file when it gets there. */
  discard(): void {
    this.#closing ??= Promise.resolve();
    this.#handle.stop();
    for (const id of this.#newestFirst()) this.#context.jobs.abandon(id, this.#closedError());
    this.#reportClosed();
  }

  /** Lets the running job end and closes the file after it, unless the worker is stuck: then nobody waits for it. */
  async #finish(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#onClosed.push(resolve));
    for (const id of this.#newestFirst()) this.#context.jobs.drop(id, this.#closedError());
    if (this.#overdue > 0) {
      this.discard();
    } else {
      const onEnd = (): void => this.#reportClosed();
      const listener = { onOutcomes: onEnd, onOrphaned: onEnd, onAbandoned: onEnd, onReturned: onEnd };
      this.#jobs.add(this.#context.jobs.submit(this.#handle, planStep(Op.close, new Uint8Array(0)), {}, undefined, listener));
    }
    return closed;
  }

  /** The order in which to give jobs up, so that none begins because one before it has just been dropped. */
  #newestFirst(): JobId[] {
    return [...this.#jobs].reverse();
  }

  #onOverdue(): void {
    this.#overdue += 1;
    if (this.#closing !== undefined) this.discard();
  }

  #onReturned(outcomes: Outcomes | undefined, undo: Plan | undefined): void {
    this.#overdue -= 1;
    const succeeded = outcomes?.[0] !== undefined && outcomes[0] >= 0;
    if (succeeded && undo !== undefined && this.state === 'open') void this.run(undo).catch(() => undefined);
  }

  #reportClosed(): void {
    for (const resolve of this.#onClosed.splice(0)) resolve();
  }

  #closedError(): NativeError {
    return nativeError('ERR_NATIVE_CLOSED', `${this.path}: the channel is closed`, { path: this.path });
  }
}
