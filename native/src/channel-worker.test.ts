import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Binding, ChannelHandle, JobId } from './binding.js';
import { ChannelWorker } from './channel-worker.js';
import { Context } from './context.js';
import { Op, planStep } from './plan.js';

const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });
const nothing = new Uint8Array(0);
const step = planStep(Op.lock, nothing, 2);
const undo = planStep(Op.lock, nothing, 0);

/** A worker of the addon, of which the test says when a job begins and how it ends. */
class ScriptedWorker implements ChannelHandle {
  readonly error = 0;
  readonly submitted: number[] = [];
  readonly givenUp: JobId[] = [];
  stopped = 0;
  #running: JobId | undefined;
  #last = 0;
  #onCompletion: (id: JobId) => void = () => undefined;
  #outcome: readonly number[] | undefined;

  readonly binding = {
    setOnCompletion: (callback: (id: JobId) => void) => (this.#onCompletion = callback),
    abandon: (id: JobId) => {
      this.givenUp.push(id);
      return id === this.#running ? 1 : 0;
    },
    collect: (_: JobId, __: Uint8Array, outcomes: Int32Array) => {
      if (this.#outcome === undefined) return 1;
      outcomes.set(this.#outcome);
      return 0;
    },
    errnoText: (errno: number) => [`E${errno}`, 'text'],
  } as unknown as Binding;

  submit(_: Uint8Array, plan: Uint32Array): JobId {
    this.submitted.push(plan[0] ?? 0, plan[1] ?? 0);
    return ++this.#last;
  }

  stop(): void {
    this.stopped += 1;
  }

  begin(id: JobId): void {
    this.#running = id;
  }

  end(id: JobId, outcome: readonly number[] | undefined): void {
    this.#running = undefined;
    this.#outcome = outcome;
    this.#onCompletion(id);
  }
}

describe('a channel’s worker', () => {
  let scripted: ScriptedWorker;
  let worker: ChannelWorker;
  beforeEach(() => {
    scripted = new ScriptedWorker();
    worker = new ChannelWorker(new Context(scripted.binding), scripted, '/dev/test');
  });

  it('undoes what succeeds after it was given up, before anything else', async () => {
    const given = expect(worker.run(step, { timeoutMs: 0 }, { undo })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    scripted.begin(1);
    await given;
    expect(worker.state).toBe('stuck');
    scripted.end(1, [0, 0]);
    expect(worker.state).toBe('open');
    expect(scripted.submitted).toEqual([Op.lock, 2, Op.lock, 0]);
  });

  it.each([['failed', [-1, 11]], ['ended with its worker', undefined]])('undoes nothing that %s', async (_, outcome) => {
    const given = expect(worker.run(step, { timeoutMs: 0 }, { undo })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    scripted.begin(1);
    await given;
    scripted.end(1, outcome);
    expect(scripted.submitted).toEqual([Op.lock, 2]);
  });

  it('refuses calls while stuck, but keeps those it had', async () => {
    const controller = new AbortController();
    const given = expect(worker.run(step, { signal: controller.signal })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    const kept = worker.run(step);
    scripted.begin(1);
    controller.abort();
    await given;
    await expect(worker.run(step)).rejects.toThrow(code('ERR_NATIVE_STUCK'));
    scripted.end(1, [0, 0]);
    scripted.end(2, [5, 0]);
    expect([...(await kept)]).toEqual([5, 0]);
  });

  it('ends a close when the call that it waited for is given up', async () => {
    const controller = new AbortController();
    const given = expect(worker.run(step, { signal: controller.signal })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    scripted.begin(1);
    const closing = worker.close();
    expect([worker.state, scripted.stopped, scripted.submitted.at(-2)]).toEqual(['closed', 0, Op.close]);
    controller.abort();
    await Promise.all([given, closing]);
    expect(scripted.stopped).toBeGreaterThan(0);
  });

  it('drops the newest first when closing, so that nothing runs out of order', async () => {
    const ends = Promise.allSettled([worker.run(step), worker.run(step), worker.run(step)]);
    scripted.begin(1);
    const closing = worker.close();
    scripted.end(1, [0, 0]);
    scripted.end(4, [0, 0]);
    await closing;
    expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(scripted.givenUp).toEqual([3, 2, 1]);
  });

  it('counts as closed once its worker has died', async () => {
    const running = expect(worker.run(step)).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    scripted.end(1, undefined);
    await running;
    expect(worker.state).toBe('closed');
    await worker.close();
    expect(scripted.submitted).toEqual([Op.lock, 2]);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers();
    const running = worker.run(step, { timeoutMs: 1000 });
    scripted.end(1, [1, 0]);
    await running;
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
