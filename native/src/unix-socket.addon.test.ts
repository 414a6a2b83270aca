import { existsSync, fstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { native, Scratch } from '../test/support.js';
import type { Received, UnixSocket } from './types.js';

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());
const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });
const open: UnixSocket[] = [];
afterEach(() => open.splice(0).forEach((socket) => socket.close()));
let serial = 0;

function pair(): [UnixSocket, UnixSocket] {
  const sockets = native().socketPair();
  open.push(...sockets);
  return sockets;
}

function path(): string {
  return join(scratch.path, `socket-${serial++}`);
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = ({ data }: Received): string => new TextDecoder().decode(data);

/** How many descriptors of this process are the memory of this name. */
function openCount(name: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`/memfd:${name} `);
    } catch {
      return false;
    }
  }).length;
}

describe('receiving', () => {
  it('takes what is there up to a maximum, or waits for exactly so much', async () => {
    const [near, far] = pair();
    await near.send(bytes(1, 2, 3, 4, 5));
    expect([...(await far.receive({ maxBytes: 2 })).data]).toEqual([1, 2]);
    expect([...(await far.receive({ maxBytes: 100 })).data]).toEqual([3, 4, 5]);
    const exact = far.receive({ exactBytes: 4 });
    await near.send(bytes(6, 7, 8));
    await near.send(bytes(9, 10));
    expect([...(await exact).data]).toEqual([6, 7, 8, 9]);
    expect([...(await far.receive({ exactBytes: 1 })).data]).toEqual([10]);
  });

  it('serves several in the order asked for', async () => {
    const [near, far] = pair();
    const received = [far.receive({ exactBytes: 2 }), far.receive({ exactBytes: 1 }), far.receive({ exactBytes: 3 })];
    await near.send(bytes(1, 2, 3, 4, 5, 6));
    expect((await Promise.all(received)).map(({ data }) => [...data])).toEqual([[1, 2], [3], [4, 5, 6]]);
  });

  it('loses nothing when it is given up', async () => {
    const [near, far] = pair();
    using event = native().createEventfd();
    await near.send(bytes(1, 2), [event]);
    await expect(far.receive({ exactBytes: 4 }, { timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    await expect(far.receive({ exactBytes: 3 }, { signal: AbortSignal.timeout(5) })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    await near.send(bytes(3, 4));
    const { data, descriptors } = await far.receive({ exactBytes: 4 });
    expect([[...data], descriptors.length]).toEqual([[1, 2, 3, 4], 1]);
    descriptors[0]?.close();
  });

  it('keeps a rest that is longer than the next receive', async () => {
    const [near, far] = pair();
    await near.send(bytes(1, 2, 3));
    await expect(far.receive({ exactBytes: 4 }, { timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    expect([...(await far.receive({ exactBytes: 1 })).data]).toEqual([1]);
    expect([...(await far.receive({ maxBytes: 9 })).data]).toEqual([2, 3]);
  });

  it('tells an end between messages from one in the middle', async () => {
    const [near, far] = pair();
    await near.send(bytes(1, 2));
    near.close();
    await expect(far.receive({ exactBytes: 3 })).rejects.toThrow(code('ERR_NATIVE_ENDED'));
    expect((await far.receive({ exactBytes: 2 })).data).toHaveLength(2);
    expect((await far.receive({ exactBytes: 1 })).data).toHaveLength(0);
    expect((await far.receive({ maxBytes: 1 })).data).toHaveLength(0);
    await expect(far.send(bytes(1))).rejects.toThrow(code('EPIPE'));
  });

  it('ends when the socket is closed', async () => {
    const [, far] = pair();
    const waiting = expect(far.receive({ exactBytes: 1 })).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    const behind = expect(far.receive({ exactBytes: 1 })).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    far.close();
    far.close();
    await waiting;
    await behind;
    expect(far.closed).toBe(true);
    await expect(far.receive({ maxBytes: 1 })).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
  });

  it.each([[undefined], [5], [{}], [{ maxBytes: 0 }], [{ maxBytes: -1 }], [{ maxBytes: 1.5 }], [{ exactBytes: 0 }], [{ exactBytes: 2 ** 31 }], [{ exactBytes: '4' }]])('refuses %o', async (size) => {
    await expect(pair()[0].receive(size as never)).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
  });
});

describe('descriptors', () => {
  it('arrive open, closed on exec, owned, and are the files that were sent', async () => {
    const [near, far] = pair();
    using memory = native().createMemfd('passed', 4096);
    await near.send(bytes(1, 2, 3), [memory, memory]);
    const { descriptors } = await far.receive({ exactBytes: 3 });
    expect(descriptors).toHaveLength(2);
    const [first, second] = descriptors;
    expect(first?.fd).not.toBe(memory.fd);
    expect(fstatSync(first?.fd ?? -1).ino).toBe(fstatSync(memory.fd).ino);
    first?.close();
    expect(second?.closed).toBe(false);
    second?.close();
  });

  it('come with the message that they were sent with', async () => {
    const [near, far] = pair();
    using event = native().createEventfd();
    await near.send(bytes(...new Array<number>(16).fill(1)));
    await near.send(bytes(...new Array<number>(16).fill(2)), [event]);
    const plain = await far.receive({ exactBytes: 16 });
    const loaded = await far.receive({ exactBytes: 16 });
    expect([plain.descriptors.length, loaded.descriptors.length]).toEqual([0, 1]);
    using own = native().eventfdFrom(loaded.descriptors[0] ?? event);
    own.signal(4n);
    expect(event.tryTake()).toBe(4n);
  });

  it('may be as many as the kernel passes at once', async () => {
    const [near, far] = pair();
    using memory = native().createMemfd('many', 1);
    await near.send(bytes(1), new Array(253).fill(memory));
    const { descriptors } = await far.receive({ maxBytes: 1 });
    expect([descriptors.length, openCount('many')]).toEqual([253, 254]);
    for (const descriptor of descriptors) descriptor.close();
    expect(openCount('many')).toBe(1);
    await expect(near.send(bytes(1), new Array(254).fill(memory))).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
    await expect(near.send(bytes(), [memory])).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
    await expect(near.send(bytes(1), 'fds' as never)).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
    memory.close();
    await expect(near.send(bytes(1), [memory])).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
  });

  it('beyond all measure are refused and closed', async () => {
    const [near, far] = pair();
    using memory = native().createMemfd('too-many', 1);
    await near.send(bytes(1), new Array(253).fill(memory));
    await near.send(bytes(2), [memory]);
    await expect(far.receive({ exactBytes: 2 })).rejects.toThrow(code('EMFILE'));
    const { descriptors } = await far.receive({ maxBytes: 1 });
    for (const descriptor of descriptors) descriptor.close();
    expect(openCount('too-many')).toBe(1);
  });

  it('that nobody takes are closed with the socket', async () => {
    const [near, far] = pair();
    using memory = native().createMemfd('untaken', 1);
    await near.send(bytes(1), [memory]);
    await expect(far.receive({ exactBytes: 2 }, { timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    expect(openCount('untaken')).toBe(2);
    far.close();
    expect(openCount('untaken')).toBe(1);
  });
});

describe('sending', () => {
  it('waits while the peer does not read, in order, and says what fits at once', async () => {
    const [near, far] = pair();
    const big = new Uint8Array(1 << 21).map((_, index) => index * 7);
    const sent = Promise.all([near.send(big), near.send(bytes(1, 2, 3))]);
    expect(near.trySend(bytes(9))).toBe(0);
    const { data } = await far.receive({ exactBytes: big.byteLength });
    expect(Buffer.compare(data, big)).toBe(0);
    expect([...(await far.receive({ exactBytes: 3 })).data]).toEqual([1, 2, 3]);
    await sent;
    expect(near.trySend(bytes(9))).toBe(1);
    expect([...(await far.receive({ maxBytes: 5 })).data]).toEqual([9]);
    await near.send(bytes());
    expect(near.trySend(bytes())).toBe(0);
  });

  it('sends the descriptors once, though the message goes in parts', async () => {
    const [near, far] = pair();
    using event = native().createEventfd();
    while (near.trySend(new Uint8Array(4096)) > 0) continue;
    const drained = near.send(new Uint8Array(1 << 20).fill(5), [event]);
    let descriptors = 0;
    while (descriptors === 0) {
      const part = await far.receive({ maxBytes: 1 << 16 });
      descriptors += part.descriptors.length;
      for (const descriptor of part.descriptors) descriptor.close();
    }
    let sent = false;
    void drained.then(() => (sent = true));
    while (!sent) {
      const part = await far.receive({ maxBytes: 1 << 16 }, { timeoutMs: 5 }).catch(() => undefined);
      descriptors += part?.descriptors.length ?? 0;
    }
    expect(descriptors).toBe(1);
  });

  it('can be given up: before the first byte without harm, after it for good', async () => {
    const [near, far] = pair();
    while (near.trySend(new Uint8Array(4096)) > 0) continue;
    await expect(near.send(bytes(1), [], { timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    while ((await far.receive({ maxBytes: 1 << 20 }, { timeoutMs: 5 }).catch(() => undefined)) !== undefined) continue;
    expect(near.trySend(bytes(1))).toBe(1);
    await expect(near.send(new Uint8Array(1 << 22), [], { timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    await expect(near.send(bytes(1))).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
  });
});

describe('a listener', () => {
  it('accepts connections and knows who they are', async () => {
    using listener = native().listenUnix(path());
    const accepting = listener.accept();
    const client = await native().connectUnix(listener.path);
    const server = await accepting;
    open.push(client, server);
    expect([client.peer.pid, server.peer.pid, server.peer.uid, server.peer.gid]).toEqual([process.pid, process.pid, process.getuid?.(), process.getgid?.()]);
    await client.send(new TextEncoder().encode('hello'));
    expect(text(await server.receive({ maxBytes: 100 }))).toBe('hello');
  });

  it('speaks to any other program', async () => {
    using listener = native().listenUnix(path());
    const client = connect(listener.path);
    const server = await listener.accept();
    open.push(server);
    client.end('from elsewhere');
    expect(text(await server.receive({ exactBytes: 14 }))).toBe('from elsewhere');
    expect((await server.receive({ maxBytes: 1 })).data).toHaveLength(0);
    client.destroy();
  });

  it('has a socket that only its owner may use, unless told otherwise, and removes it', () => {
    const listener = native().listenUnix(path());
    expect(statSync(listener.path).mode & 0o777).toBe(0o600);
    listener.close();
    listener.close();
    expect(existsSync(listener.path)).toBe(false);
    using open666 = native().listenUnix(path(), { mode: 0o666 });
    expect(statSync(open666.path).mode & 0o644).toBe(0o644);
  });

  it('gives an accept up, and ends it when closed', async () => {
    const listener = native().listenUnix(path());
    await expect(listener.accept({ timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    const waiting = expect(listener.accept()).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    await expect(listener.accept()).rejects.toThrow(code('ERR_NATIVE_BUSY'));
    listener.close();
    await waiting;
    await expect(listener.accept()).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
  });

  it('reports what stands in the way', async () => {
    using listener = native().listenUnix(path());
    expect(() => native().listenUnix(listener.path)).toThrow(code('EADDRINUSE'));
    expect(() => native().listenUnix(join(scratch.path, 'no', 'such'))).toThrow(code('ENOENT'));
    expect(() => native().listenUnix(`/${'x'.repeat(107)}`)).toThrow(code('ENAMETOOLONG'));
    for (const options of [{ mode: -1 }, { mode: 0o1777 }, { backlog: -1 }, { backlog: 0.5 }]) expect(() => native().listenUnix(path(), options)).toThrow(code('ERR_NATIVE_ARGUMENT'));
    for (const bad of ['', 'a\0b', 5]) expect(() => native().listenUnix(bad as string)).toThrow(code('ERR_NATIVE_ARGUMENT'));
    await expect(native().connectUnix(path())).rejects.toMatchObject({ code: 'ENOENT', syscall: 'connect' });
    await expect(native().connectUnix('')).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
  });

  it('lets who connects wait while its queue is full', async () => {
    using listener = native().listenUnix(path(), { backlog: 0 });
    open.push(await native().connectUnix(listener.path));
    await expect(native().connectUnix(listener.path, { timeoutMs: 20 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    const waiting = native().connectUnix(listener.path);
    open.push(await listener.accept(), await waiting, await listener.accept());
  });
});

describe('peerCredentials', () => {
  it('is for sockets', () => {
    const [near] = pair();
    expect(near.peer.pid).toBe(process.pid);
    using event = native().createEventfd();
    expect(() => native().peerCredentials(event.fd)).toThrow(code('ENOTSOCK'));
    expect(() => native().peerCredentials(-1)).toThrow(code('ERR_NATIVE_ARGUMENT'));
  });
});
