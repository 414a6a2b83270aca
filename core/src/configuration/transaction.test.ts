import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceError } from '../errors/classes.js';
import { runTransaction } from './transaction.js';
import type { TransactionEvent, TransactionStep } from './types.js';

/** What happened to steps, in order: `+N` applied, `-N` undone. */
type Trace = string[];

class FakeStep implements TransactionStep {
  readonly number: number;
  readonly #trace: Trace;
  readonly #faults: { readonly apply?: boolean; readonly undo?: boolean; readonly isUntouched?: boolean };

  constructor(number: number, trace: Trace, faults: { readonly apply?: boolean; readonly undo?: boolean; readonly isUntouched?: boolean } = {}) {
    this.number = number;
    this.#trace = trace;
    this.#faults = faults;
  }

  async apply(): Promise<void> {
    await Promise.resolve();
    this.#trace.push(`+${this.number}`);
    if (this.#faults.apply === true) throw new DeviceError('ERR_VERIFY', `step ${this.number}`);
  }

  async undo(): Promise<boolean> {
    await Promise.resolve();
    this.#trace.push(`-${this.number}`);
    if (this.#faults.undo === true) throw new DeviceError('ERR_UNSUPPORTED', `undo ${this.number}`);
    return this.#faults.isUntouched !== true;
  }
}

describe('a transaction', () => {
  test('applies its steps in order and undoes none when all go well', async () => {
    const trace: Trace = [];
    const { steps, failure } = await runTransaction([1, 2, 3].map((number) => new FakeStep(number, trace)));
    expect(trace).toEqual(['+1', '+2', '+3']);
    expect(failure).toBeUndefined();
    expect(steps.map(({ state, rollback }) => [state, rollback])).toEqual([['applied', 'none'], ['applied', 'none'], ['applied', 'none']]);
    expect(await runTransaction([])).toEqual({ steps: [] });
  });

  test('after a failure every earlier step is undone in reverse, exactly once, whatever else fails', async () => {
    let runs = 0;
    const numbers = fc.integer({ min: 1, max: 12 });
    await fc.assert(fc.asyncProperty(numbers, fc.nat(), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), fc.boolean(), async (count, seed, stuck, isUntouched) => {
      const trace: Trace = [];
      const failing = seed % count;
      const fakes = Array.from({ length: count }, (_, index) => new FakeStep(index, trace, { apply: index === failing, undo: stuck[index] === true, isUntouched }));
      const { steps, failure } = await runTransaction(fakes);
      const tried = Array.from({ length: failing + 1 }, (_, index) => index);
      expect(trace).toEqual([...tried.map((index) => `+${index}`), ...tried.toReversed().map((index) => `-${index}`)]);
      expect(failure).toMatchObject({ code: 'ERR_VERIFY', message: `step ${failing}` });
      expect(steps.map(({ state }) => state)).toEqual(fakes.map((_, index) => (index < failing ? 'applied' : index === failing ? 'failed' : 'not-tried')));
      expect(steps.map(({ rollback }) => rollback)).toEqual(fakes.map((_, index) => (index > failing ? 'none' : stuck[index] === true ? 'failed' : isUntouched ? 'needless' : 'done')));
      for (const [index, { rollbackError }] of steps.entries()) expect(rollbackError?.message).toBe(index <= failing && stuck[index] === true ? `undo ${index}` : undefined);
      runs += 1;
    }), { numRuns: 300 });
    expect(runs).toBe(300);
  });

  test('what was done stays where that is wanted', async () => {
    const trace: Trace = [];
    const { steps } = await runTransaction([new FakeStep(1, trace), new FakeStep(2, trace, { apply: true }), new FakeStep(3, trace)], { keep: true });
    expect(trace).toEqual(['+1', '+2']);
    expect(steps.map(({ state, rollback }) => [state, rollback])).toEqual([['applied', 'none'], ['failed', 'none'], ['not-tried', 'none']]);
  });

  test('an interrupt between two steps rolls back too; a step that has begun goes to its end', async () => {
    const trace: Trace = [];
    const controller = new AbortController();
    const onEvent = (event: TransactionEvent<FakeStep>): void => { if (event.type === 'apply' && event.step.number === 2) controller.abort(); };
    const { steps, failure } = await runTransaction([1, 2, 3].map((number) => new FakeStep(number, trace)), { signal: controller.signal, onEvent });
    expect(trace).toEqual(['+1', '+2', '-2', '-1']);
    expect(failure?.code).toBe('ERR_ABORTED');
    expect(steps.map(({ state, rollback }) => [state, rollback])).toEqual([['applied', 'done'], ['applied', 'done'], ['not-tried', 'none']]);
    expect(await runTransaction([new FakeStep(1, trace)], { signal: controller.signal })).toMatchObject({ failure: { code: 'ERR_ABORTED' }, steps: [{ state: 'not-tried', rollback: 'none' }] });
    expect(trace).toHaveLength(4);
  });

  test('tells what it does, the rollback with its reason; what is no error of ours is an internal one', async () => {
    const trace: Trace = [];
    const events: string[] = [];
    const odd = { apply: () => Promise.reject(new TypeError('odd')), undo: () => Promise.resolve(false) };
    const onEvent = (event: TransactionEvent): void => { events.push(event.type === 'rollback' ? `rollback ${event.failure.code}` : event.type); };
    const { failure } = await runTransaction<TransactionStep>([new FakeStep(1, trace), odd], { onEvent });
    expect(events).toEqual(['apply', 'apply', 'rollback ERR_INTERNAL', 'undo', 'undo']);
    expect(failure?.cause).toBeInstanceOf(TypeError);
  });
});
