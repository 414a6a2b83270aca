import { closeSync, openSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { native } from '../test/support.js';
import type { Eventfd } from './types.js';

const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });
const made: Eventfd[] = [];
afterEach(() => made.splice(0).forEach((event) => event.close()));

function eventfd(initial?: number): Eventfd {
  const event = native().createEventfd(initial);
  made.push(event);
  return event;
}

describe('an event counter', () => {
  it('counts signals and is emptied by taking', async () => {
    const event = eventfd(2);
    event.signal();
    event.signal(40n);
    expect(await event.take()).toBe(43n);
    expect(event.tryTake()).toBeUndefined();
  });

  it('wakes who waits', async () => {
    const event = eventfd();
    const taken = event.take();
    event.signal(7n);
    expect(await taken).toBe(7n);
    await expect(event.take({ timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    await expect(event.take({ signal: AbortSignal.timeout(5) })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    const again = event.take();
    event.signal();
    expect(await again).toBe(1n);
  });

  it('lets one wait at a time', async () => {
    const event = eventfd();
    const first = event.take();
    await expect(event.take()).rejects.toThrow(code('ERR_NATIVE_BUSY'));
    event.signal();
    await first;
  });

  it('refuses what it cannot count', () => {
    const event = eventfd();
    event.signal(2n ** 64n - 2n);
    expect(() => event.signal()).toThrow(code('EAGAIN'));
    expect(() => event.signal(2n ** 64n - 1n)).toThrow(code('EINVAL'));
    for (const count of [-1n, 2n ** 64n, 1, '1']) expect(() => event.signal(count as bigint)).toThrow(code('ERR_NATIVE_ARGUMENT'));
    for (const initial of [-1, 1.5, 2 ** 32, Number.NaN, '1']) expect(() => native().createEventfd(initial as number)).toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  it('ends a wait when it is closed, and everything after', async () => {
    const event = eventfd();
    const waiting = expect(event.take()).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    event.close();
    event.close();
    await waiting;
    expect(event.closed).toBe(true);
    expect(() => event.fd).toThrow(code('ERR_NATIVE_CLOSED'));
    expect(() => event.signal()).toThrow(code('ERR_NATIVE_CLOSED'));
    expect(() => event.tryTake()).toThrow(code('ERR_NATIVE_CLOSED'));
    await expect(event.take()).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
  });

  it('is taken over from another descriptor, which then counts as closed', () => {
    const event = eventfd();
    const { fd } = event;
    using own = native().eventfdFrom(event);
    expect([own.fd, event.closed]).toEqual([fd, true]);
    own.signal(3n);
    expect(own.tryTake()).toBe(3n);
    expect(() => native().eventfdFrom(event)).toThrow(code('ERR_NATIVE_CLOSED'));
    expect(() => native().eventfdFrom({ fd } as never)).toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  it('is closed at the end of a using block', () => {
    let event: Eventfd;
    {
      using own = native().createEventfd();
      event = own;
    }
    expect(event.closed).toBe(true);
  });
});

describe('poll', () => {
  it('reports which descriptors are ready, and how', async () => {
    const [empty, full] = [eventfd(), eventfd(1)];
    const [near, far] = native().socketPair();
    await near.send(Uint8Array.of(1));
    const results = await native().poll([{ fd: empty.fd, readable: true, writable: true }, { fd: full.fd, readable: true }]);
    expect(results.map(({ fd, readable, writable }) => [fd, readable, writable])).toEqual([[empty.fd, false, true], [full.fd, true, false]]);
    near.close();
    far.close();
  });

  it('waits for the first to become ready, even if it is watched elsewhere', async () => {
    const [one, other] = [eventfd(), eventfd()];
    const taking = one.take();
    const polled = native().poll([{ fd: one.fd, readable: true }, { fd: other.fd, readable: true }]);
    other.signal();
    expect((await polled).map(({ fd }) => fd)).toEqual([other.fd]);
    one.signal();
    await taking;
  });

  it('resolves to none at its timeout, at once when that is 0, and rejects when aborted', async () => {
    const event = eventfd();
    expect(await native().poll([{ fd: event.fd, readable: true }], { timeoutMs: 0 })).toEqual([]);
    expect(await native().poll([{ fd: event.fd, readable: true }], { timeoutMs: 5 })).toEqual([]);
    await expect(native().poll([{ fd: event.fd, readable: true }], { signal: AbortSignal.timeout(5) })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
  });

  it('reports a descriptor that is not open', async () => {
    const fd = openSync('/dev/null', 'r');
    closeSync(fd);
    expect(await native().poll([{ fd, readable: true }])).toMatchObject([{ fd, error: true }]);
  });

  it('refuses entries that say nothing', async () => {
    for (const entries of [5, [], [5], [{ fd: -1, readable: true }], [{ fd: 0 }], [{ readable: true }]]) {
      await expect(native().poll(entries as never)).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
    }
  });
});

describe('a descriptor that nobody waits for', () => {
  it('reports readiness to nobody, and again to the next who asks', async () => {
    const event = eventfd();
    await expect(event.take({ timeoutMs: 1 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    event.signal(5n);
    await vi.waitFor(async () => expect(await native().poll([{ fd: event.fd, readable: true }], { timeoutMs: 0 })).toHaveLength(1));
    expect(await event.take()).toBe(5n);
  });
});
