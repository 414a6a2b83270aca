import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkWait, pause, remaining, startLimits } from './wait.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('startLimits', () => {
  it('reports the timeout once, at its time', () => {
    const onLimit = vi.fn();
    startLimits({ timeoutMs: 100 }, onLimit);
    vi.advanceTimersByTime(99);
    expect(onLimit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onLimit).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ERR_NATIVE_TIMEOUT' }));
  });

  it('reports an abort with its reason, and then no timeout', () => {
    const onLimit = vi.fn();
    const controller = new AbortController();
    startLimits({ timeoutMs: 100, signal: controller.signal }, onLimit);
    const reason = new TypeError('enough');
    controller.abort(reason);
    vi.advanceTimersByTime(1000);
    expect(onLimit).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ERR_NATIVE_ABORTED', cause: reason }));
  });

  it('reports nothing once ended, and leaves neither timer nor listener', () => {
    const onLimit = vi.fn();
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    startLimits({ timeoutMs: 100, signal: controller.signal }, onLimit)();
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
    controller.abort();
    expect(onLimit).not.toHaveBeenCalled();
  });

  it('takes a delay that no timer can hold for no limit', () => {
    startLimits({ timeoutMs: 2 ** 31 }, vi.fn());
    startLimits({ timeoutMs: Infinity }, vi.fn());
    startLimits(undefined, vi.fn());
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('checkWait', () => {
  it.each<[unknown, string]>([
    [5, 'wait'], [null, 'wait'], [{ timeoutMs: -1 }, 'timeoutMs'], [{ timeoutMs: Number.NaN }, 'timeoutMs'], [{ timeoutMs: '5' }, 'timeoutMs'],
    [{ signal: {} }, 'signal'],
  ])('refuses %o', (wait, name) => {
    expect(() => checkWait(wait as never)).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_ARGUMENT', message: expect.stringContaining(name) }));
  });

  it('throws at once when the signal is aborted already', () => {
    expect(() => checkWait({ signal: AbortSignal.abort() })).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_ABORTED' }));
  });
});

describe('remaining and pause', () => {
  it('take the time spent off the limit', () => {
    const limits = remaining({ timeoutMs: 100 });
    vi.advanceTimersByTime(40);
    expect(limits()?.timeoutMs).toBeCloseTo(60, 0);
    vi.advanceTimersByTime(100);
    expect(limits()?.timeoutMs).toBe(0);
  });

  it('end a pause at its time or at the limit', async () => {
    const short = pause(10, { timeoutMs: 50 });
    const long = expect(pause(100, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ERR_NATIVE_TIMEOUT' });
    await vi.advanceTimersByTimeAsync(50);
    await short;
    await long;
    expect(vi.getTimerCount()).toBe(0);
  });
});
