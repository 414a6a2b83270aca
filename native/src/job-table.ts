import type { Binding, ChannelHandle, JobId } from './binding.js';
import type { NativeError } from './errors.js';
import type { Plan } from './plan.js';
import type { WaitOptions } from './types.js';
import { type EndLimits, startLimits } from './wait.js';

/** What a plan's steps have come to: two numbers each, the result and the errno (0 on success, `NOT_RUN` when it was left out). */
export type Outcomes = Int32Array;

/** The errno of a step that was not run. */
export const NOT_RUN = -1;

/** Who is told what becomes of a job. Exactly one of the first three is called, then `onReturned` if `onAbandoned` said that it was running. */
export interface JobListener {
  /** The job has run; `id` is good for `takeMapping` until this returns. */
  onOutcomes(outcomes: Outcomes, id: JobId): void;
  /** The worker has ended before the job. */
  onOrphaned(): void;
  /** The job was given up, before it began or while it was running. */
  onAbandoned(error: NativeError, running: boolean): void;
  /** The worker has come back from a job that was given up while it was running; without outcomes when it ended instead. */
  onReturned(outcomes: Outcomes | undefined): void;
}

/** In what manner a plan runs. */
export interface PlanMode {
  /** Leave out the steps after the first that fails. */
  readonly stopOnError?: boolean | undefined;
  /** The step from which on steps run in any case; the end when absent. */
  readonly cleanupFrom?: number | undefined;
  /** Keep it as the worker's last will instead of running it. */
  readonly isWill?: boolean | undefined;
}

interface Pending {
  readonly plan: Plan;
  readonly listener: JobListener;
  endLimits: EndLimits;
  abandoned: boolean;
}

/** The jobs that are with workers, and how their completion finds its way back. */
export class JobTable {
  readonly #binding: Binding;
  readonly #pending = new Map<JobId, Pending>();

  constructor(binding: Binding) {
    this.#binding = binding;
    binding.setOnCompletion((id) => this.#complete(id));
  }

  /** Gives a plan to a worker. */
  submit(handle: ChannelHandle, plan: Plan, { stopOnError = false, cleanupFrom = plan.steps, isWill = false }: PlanMode, wait: WaitOptions | undefined, listener: JobListener): JobId {
    const id = handle.submit(plan.arena, plan.words, stopOnError, cleanupFrom, isWill);
    const endLimits = startLimits(wait, (error) => this.abandon(id, error));
    this.#pending.set(id, { plan, listener, endLimits, abandoned: false });
    return id;
  }

  /** Gives a job up; without effect when it is over. */
  abandon(id: JobId, error: NativeError): void {
    this.#giveUp(id, error, false);
  }

  /** Gives a job up if it has not begun. */
  drop(id: JobId, error: NativeError): void {
    this.#giveUp(id, error, true);
  }

  #giveUp(id: JobId, error: NativeError, onlyQueued: boolean): void {
    const job = this.#pending.get(id);
    if (job === undefined || job.abandoned) return;
    const running = this.#binding.abandon(id, onlyQueued) === 1;
    if (running && onlyQueued) return;
    job.abandoned = true;
    job.endLimits();
    if (!running) this.#pending.delete(id);
    job.listener.onAbandoned(error, running);
  }

  #complete(id: JobId): void {
    const job = this.#pending.get(id);
    if (job === undefined) return;
    this.#pending.delete(id);
    const outcomes = new Int32Array(2 * job.plan.steps);
    const orphaned = this.#binding.collect(id, job.plan.arena, outcomes) !== 0;
    if (job.abandoned) {
      job.listener.onReturned(orphaned ? undefined : outcomes);
      return;
    }
    job.endLimits();
    if (orphaned) {
      job.listener.onOrphaned();
    } else {
      job.listener.onOutcomes(outcomes, id);
    }
  }
}
