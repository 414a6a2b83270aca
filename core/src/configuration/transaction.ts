import { AuxctlError } from '../errors/base.js';
import { TransportError } from '../errors/classes.js';
import type { StepOutcome, TransactionOptions, TransactionOutcome, TransactionStep } from './types.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Applies steps in order. When one fails, or the caller gives up before one, what was done is undone in reverse order, each step once, the failed one first:
 * nobody knows how much of it was done. A step that cannot be undone does not keep others from it. Never rejects.
 */
export async function runTransaction<S extends TransactionStep>(steps: readonly S[], { signal, keep = false, onEvent }: TransactionOptions<S> = {}): Promise<TransactionOutcome<S>> {
  const outcomes = steps.map((step): Mutable<StepOutcome<S>> => ({ step, state: 'not-tried', rollback: 'none' }));
  let failure: AuxctlError | undefined;
  for (const outcome of outcomes) {
    failure = signal?.aborted === true ? new TransportError('ERR_ABORTED', 'given up before all was done', { cause: signal.reason }) : undefined;
    if (failure !== undefined) break;
    onEvent?.({ type: 'apply', step: outcome.step });
    failure = await failureOf(outcome.step.apply());
    outcome.state = failure === undefined ? 'applied' : 'failed';
    if (failure !== undefined) break;
  }
  if (failure === undefined) return { steps: outcomes };
  const tried = outcomes.filter(({ state }) => state !== 'not-tried').reverse();
  if (keep || tried.length === 0) return { steps: outcomes, failure };
  onEvent?.({ type: 'rollback', failure });
  for (const outcome of tried) {
    onEvent?.({ type: 'undo', step: outcome.step });
    await rollBack(outcome);
  }
  return { steps: outcomes, failure };
}

async function rollBack(outcome: Mutable<StepOutcome>): Promise<void> {
  const error = await failureOf(outcome.step.undo().then((isSent) => { outcome.rollback = isSent ? 'done' : 'needless'; }));
  if (error === undefined) return;
  outcome.rollback = 'failed';
  outcome.rollbackError = error;
}

async function failureOf(attempt: Promise<void>): Promise<AuxctlError | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error instanceof AuxctlError ? error : new AuxctlError('ERR_INTERNAL', 'a step failed in an unexpected way', { cause: error });
  }
}
