import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { native, release, Scratch } from '../test/support.js';
import type { IoctlCall, NativeChannel, WorkerKind } from './types.js';

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

const FIONREAD: IoctlCall = { request: 0x541b, name: 'FIONREAD', argument: new Uint8Array(4) };
const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });
const WAIT = { timeout: 10_000 };
const PIPE_BYTES = 65_536;
const tooMuch = new Uint8Array(PIPE_BYTES + 1);
let serial = 0;

function file(content: string): string {
  const path = join(scratch.path, `file-${serial++}`);
  writeFileSync(path, content);
  return path;
}

describe.each<WorkerKind>(['thread', 'process'])('a channel whose worker is a %s', (worker) => {
  const opened: NativeChannel[] = [];
  let fifo: string;
  let held: number;

  beforeEach(() => {
    fifo = scratch.fifo(`fifo-${serial++}`);
    held = scratch.hold(fifo);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (channel) => channel.close({ timeoutMs: 100 })));
  });

  async function open(path: string, access: 'read' | 'read-write' = 'read-write'): Promise<NativeChannel> {
    const channel = await native().openChannel(path, { access, worker });
    opened.push(channel);
    return channel;
  }

  it('sends a request and returns its answer in fresh memory', async () => {
    const channel = await open(fifo);
    await channel.write(new Uint8Array(300));
    const { result, argument, buffers } = await channel.ioctl(FIONREAD);
    expect({ result, bytes: [...argument], buffers }).toEqual({ result: 0, bytes: [0x2c, 1, 0, 0], buffers: [] });
    expect(FIONREAD.argument).toEqual(new Uint8Array(4));
  });

  it('runs a batch in order and reports each end', async () => {
    const channel = await open(fifo);
    await channel.write(new Uint8Array(7));
    const outcomes = await channel.ioctlBatch([FIONREAD, { ...FIONREAD, request: 0x4101, name: 'NOT_KNOWN' }, FIONREAD]);
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.argument[0] : outcome.error.code))).toEqual([7, 'ENOTTY', 7]);
    expect(outcomes[1]).toMatchObject({ error: { errno: 25, syscall: 'ioctl', request: 'NOT_KNOWN', path: fifo } });
  });

  it('keeps calls in the order in which they were made', async () => {
    const channel = await open(file(''));
    const writes = Array.from({ length: 200 }, (_, index) => channel.write(Uint8Array.of(index)));
    await Promise.all(writes);
    expect([...(await channel.pread(300, 0))]).toEqual(Array.from({ length: 200 }, (_, index) => index));
  });

  it('reads and writes at positions, beyond 4 GiB too', async () => {
    const channel = await open(file('0123456789'));
    expect(new TextDecoder().decode(await channel.pread(4, 3))).toBe('3456');
    expect(await channel.pread(4, 8)).toHaveLength(2);
    expect(await channel.pread(4, 100n)).toHaveLength(0);
    const far = 5n * 2n ** 30n;
    const data = Uint8Array.of(1, 2, 3);
    expect(await channel.pwrite(data, far)).toBe(3);
    expect(data).toEqual(Uint8Array.of(1, 2, 3));
    expect(await channel.sizeBytes()).toBe(far + 3n);
    expect([...(await channel.pread(2, Number(far) + 1))]).toEqual([2, 3]);
  });

  it('reports the errno of opening and of each call', async () => {
    await expect(open(join(scratch.path, 'missing'))).rejects.toMatchObject({ code: 'ENOENT', errno: 2, syscall: 'open' });
    await expect(open(scratch.path)).rejects.toThrow(code('EISDIR'));
    const channel = await open(file('text'), 'read');
    await expect(channel.pwrite(Uint8Array.of(1), 0)).rejects.toMatchObject({ code: 'EBADF', syscall: 'pwrite' });
    await expect(channel.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'EBADF', syscall: 'write' });
    const pipe = await open(fifo);
    await expect(pipe.pread(1, 0)).rejects.toMatchObject({ code: 'ESPIPE', syscall: 'pread' });
    await expect((await open('/dev/null')).read(2 ** 31)).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  it('gives up an open that hangs, and closes the file when it comes', async () => {
    const writerless = scratch.fifo(`fifo-${serial++}`);
    await expect(native().openChannel(writerless, { access: 'read', worker, timeoutMs: 20 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    await expect(native().openChannel(writerless, { access: 'read', worker, signal: AbortSignal.timeout(20) })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    scratch.hold(writerless);
  });

  it('is stuck after an abandoned call until it returns', async () => {
    const channel = await open(fifo);
    await expect(channel.read(1, { timeoutMs: 20 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    expect(channel.state).toBe('stuck');
    await expect(channel.ioctl(FIONREAD)).rejects.toThrow(code('ERR_NATIVE_STUCK'));
    await expect(channel.lock('shared')).rejects.toThrow(code('ERR_NATIVE_STUCK'));
    release(held);
    await vi.waitFor(() => expect(channel.state).toBe('open'), WAIT);
    expect((await channel.ioctl(FIONREAD)).argument[0]).toBe(0);
  });

  it('drops an abandoned call that has not begun, and stays open', async () => {
    const channel = await open(fifo);
    const running = channel.read(1);
    const controller = new AbortController();
    const queued = channel.write(Uint8Array.of(9), { signal: controller.signal });
    controller.abort('changed my mind');
    await expect(queued).rejects.toMatchObject({ code: 'ERR_NATIVE_ABORTED', cause: 'changed my mind' });
    expect(channel.state).toBe('open');
    release(held);
    expect(await running).toHaveLength(1);
    expect((await channel.ioctl(FIONREAD)).argument[0]).toBe(0);
  });

  it('sends nothing when the signal is aborted already', async () => {
    const channel = await open(fifo);
    await expect(channel.write(Uint8Array.of(1), { signal: AbortSignal.abort() })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    expect((await channel.ioctl(FIONREAD)).argument[0]).toBe(0);
  });

  it('closes once, whatever was going on, and then refuses everything', async () => {
    const channel = await open(fifo);
    const running = channel.write(tooMuch);
    await untilFull();
    const queued = expect(channel.write(Uint8Array.of(1))).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    const closing = [channel.close(), channel.close()];
    expect(channel.state).toBe('closed');
    await queued;
    drain();
    expect(await running).toBe(tooMuch.byteLength);
    await Promise.all(closing);
    await channel.close();
    const calls: (() => Promise<unknown>)[] = [
      () => channel.ioctl(FIONREAD), () => channel.ioctlBatch([FIONREAD]), () => channel.ioctlBatch([]), () => channel.pread(1, 0), () => channel.pwrite(Uint8Array.of(1), 0),
      () => channel.read(1), () => channel.write(Uint8Array.of(1)), () => channel.sizeBytes(), () => channel.map({ lengthBytes: 1, protection: 'read' }),
      () => channel.lock('shared'), () => channel.tryLock('shared'), () => channel.unlock(),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
  });

  it('does not wait for a stuck call when closing', async () => {
    const channel = await open(fifo);
    await expect(channel.read(1, { timeoutMs: 10 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    await channel.close();
    expect(channel.state).toBe('closed');
    release(held);
  });

  it('gives a running call up when closing takes too long, and when it is stuck meanwhile', async () => {
    const channel = await open(fifo);
    const running = expect(channel.write(tooMuch)).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    await untilFull();
    await channel.close({ timeoutMs: 5 });
    await running;
    drain();
    const other = await open(fifo);
    const controller = new AbortController();
    const limited = expect(other.write(tooMuch, { signal: controller.signal })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    await untilFull();
    const closing = other.close();
    controller.abort();
    await closing;
    await limited;
    drain();
  });

  it('is disposed of by await using', async () => {
    const path = file('x');
    let channel: NativeChannel;
    {
      await using own = await native().openChannel(path, { access: 'read', worker });
      channel = own;
      expect(own.state).toBe('open');
    }
    expect(channel.state).toBe('closed');
  });

  it('locks against other channels, waiting or not', async () => {
    const path = file('lock');
    const [first, second] = [await open(path), await open(path)];
    await first.lock('exclusive');
    expect(await second.tryLock('shared')).toBe(false);
    // A try may have been under way when it was given up: it is stuck until that has returned.
    const usable = async (): Promise<void> => vi.waitFor(() => { expect(second.state).toBe('open'); }, WAIT);
    await expect(second.lock('exclusive', { timeoutMs: 10 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    await usable();
    await expect(second.lock('exclusive', { signal: AbortSignal.timeout(10) })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    await usable();
    const waiting = second.lock('exclusive');
    await first.unlock();
    await waiting;
    expect(await first.tryLock('shared')).toBe(false);
    await second.close();
    expect(await first.tryLock('shared')).toBe(true);
    await expect(first.lock('both' as never)).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  it('maps part of its file, from any position; the mapping outlives it', async () => {
    const channel = await open(file('0123456789abcdef'));
    const mapping = await channel.map({ offsetBytes: 3, lengthBytes: 5, protection: 'read-write' });
    expect(new TextDecoder().decode(mapping.copyOut(0, 5))).toBe('34567');
    mapping.write8(0, 0x58);
    expect(new TextDecoder().decode(await channel.pread(5, 2))).toBe('2X456');
    await expect(channel.map({ offsetBytes: 10, lengthBytes: 7, protection: 'read' })).rejects.toThrow(code('ENXIO'));
    await channel.close();
    expect(mapping.read8(1)).toBe(0x34);
    mapping.close();
    const readOnly = await open(file('0123'), 'read');
    await expect(readOnly.map({ lengthBytes: 4, protection: 'read-write' })).rejects.toThrow(code('EACCES'));
  });

  it('works on a duplicate of a descriptor that stays the caller’s', async () => {
    const fd = openSync(file('adopted'), 'r');
    const channel = native().adoptDescriptor(fd, { worker });
    expect(channel.path).toBe(`fd:${fd}`);
    expect(new TextDecoder().decode(await channel.read(20))).toBe('adopted');
    await channel.close();
    expect(fstatSync(fd).size).toBe(7);
    closeSync(fd);
    expect(() => native().adoptDescriptor(fd)).toThrow(code('EBADF'));
    expect(() => native().adoptDescriptor(-1)).toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  /** Waits until a write of too much has begun, and hangs. */
  async function untilFull(): Promise<void> {
    await using observer = native().adoptDescriptor(held);
    await vi.waitFor(async () => {
      const { argument } = await observer.ioctl(FIONREAD);
      expect(Buffer.from(argument).readInt32LE()).toBe(PIPE_BYTES);
    }, WAIT);
  }

  /** Lets it go on. */
  function drain(): void {
    for (let left = tooMuch.byteLength; left > 0;) left -= readSync(held, Buffer.alloc(left));
  }
});

describe('arguments of a channel', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a path that is no string', async () => native().openChannel(5 as never, { access: 'read' })],
    ['an empty path', async () => native().openChannel('', { access: 'read' })],
    ['a path with a NUL', async () => native().openChannel('/dev/null\0x', { access: 'read' })],
    ['no options', async () => native().openChannel('/dev/null', undefined as never)],
    ['an unknown access', async () => native().openChannel('/dev/null', { access: 'write' as never })],
    ['an unknown worker', async () => native().openChannel('/dev/null', { access: 'read', worker: 'fiber' as never })],
    ['a negative timeout', async () => native().openChannel('/dev/null', { access: 'read', timeoutMs: -1 })],
    ['a signal that is none', async () => native().openChannel('/dev/null', { access: 'read', signal: {} as never })],
  ])('refuses %s', async (_, action) => {
    await expect(action()).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  const detached = new Uint8Array(4);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  it.each<[string, (channel: NativeChannel) => Promise<unknown>]>([
    ['a negative length', async (channel) => channel.pread(-1, 0)],
    ['a length that is no number', async (channel) => channel.pread(Number.NaN, 0)],
    ['a fraction', async (channel) => channel.pread(1.5, 0)],
    ['a length beyond all memory', async (channel) => channel.pread(2 ** 31, 0)],
    ['a negative position', async (channel) => channel.pread(1, -1)],
    ['a position over 2^53 as a number', async (channel) => channel.pread(1, 2 ** 53)],
    ['a position over 63 bits', async (channel) => channel.pread(1, 2n ** 63n)],
    ['data that is a string', async (channel) => channel.write('text' as never)],
    ['data of another type', async (channel) => channel.write(new Uint16Array(2) as never)],
    ['shared data', async (channel) => channel.write(new Uint8Array(new SharedArrayBuffer(4)))],
    ['detached data', async (channel) => channel.pwrite(detached, 0)],
    ['no batch', async (channel) => channel.ioctlBatch(5 as never)],
    ['an empty mapping', async (channel) => channel.map({ lengthBytes: 0, protection: 'read' })],
    ['an unknown protection', async (channel) => channel.map({ lengthBytes: 1, protection: 'write' as never })],
    ['no mapping at all', async (channel) => channel.map(undefined as never)],
  ])('refuses %s', async (_, action) => {
    await using channel = await native().openChannel('/dev/null', { access: 'read-write', worker: 'thread' });
    await expect(action(channel)).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
    expect(channel.state).toBe('open');
  });
});
