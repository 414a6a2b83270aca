// The same work over and over: neither descriptors nor threads nor memory may grow.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { eventually, native } from './support.mjs';

const FIONREAD = { request: 0x541b, name: 'FIONREAD', argument: new Uint8Array(4), pointers: [] };
const fifo = process.argv[2];
const sanitized = process.argv[3] === 'sanitized';
const ROUNDS = sanitized ? 5 : 60;
const WARM_UP_ROUNDS = sanitized ? 2 : 30;
const GROWTH_LIMIT_BYTES = 6 * 2 ** 20;

function resources() {
  return { fds: readdirSync('/proc/self/fd').length, tasks: readdirSync('/proc/self/task').length };
}

async function useChannels() {
  for (const worker of ['thread', 'process']) {
    const channel = await native.openChannel(fifo, { access: 'read-write', worker });
    for (let i = 0; i < 20; i++) await channel.ioctlBatch(Array.from({ length: 200 }, () => FIONREAD));
    for (let i = 0; i < 50; i++) await channel.ioctl(FIONREAD, { timeoutMs: 1000 });
    await assert.rejects(channel.ioctl({ ...FIONREAD, request: 1 }), { code: 'ENOTTY' });
    const hung = channel.read(1, { timeoutMs: 1 });
    await assert.rejects(hung, { code: 'ERR_NATIVE_TIMEOUT' });
    const other = await native.openChannel(fifo, { access: 'read-write', worker: 'thread' });
    await other.write(Uint8Array.of(1));
    await other.close();
    await channel.close();
    const socket = native.openDatagramSocket({ worker });
    await assert.rejects(socket.ioctl({ ...FIONREAD, request: 1 }), { code: 'ENOTTY' });
    await socket.close();
    await assert.rejects(native.openChannel('/nonexistent', { access: 'read', worker }), { code: 'ENOENT' });
  }
}

async function useDescriptors() {
  for (let i = 0; i < 20; i++) {
    const [near, far] = native.socketPair();
    const memory = native.createMemfd('leak', 1 << 16);
    await near.send(new Uint8Array(1 << 12), [memory, native.createEventfd()]);
    const { descriptors } = await far.receive({ exactBytes: 1 << 12 });
    const mapping = native.map(descriptors[0], { lengthBytes: 1 << 16, protection: 'read-write' });
    mapping.copyIn(0, mapping.copyOut(0, 1 << 16));
    const event = native.eventfdFrom(descriptors[1]);
    event.signal();
    await event.take();
    await assert.rejects(near.receive({ maxBytes: 1 }, { timeoutMs: 0 }), { code: 'ERR_NATIVE_TIMEOUT' });
    near.close();
    // The rest is left to the garbage collector.
  }
}

async function collect() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function rounds(count) {
  for (let i = 0; i < count; i++) {
    await useChannels();
    await useDescriptors();
    await collect();
  }
  return process.memoryUsage().rss;
}

const rssBefore = await rounds(WARM_UP_ROUNDS);
const before = resources();
const rssAfter = await rounds(ROUNDS);
await eventually(() => resources().tasks <= before.tasks);
const after = resources();
assert.ok(after.fds <= before.fds, `descriptors: ${before.fds} before, ${after.fds} after`);
assert.ok(after.tasks <= before.tasks, `threads: ${before.tasks} before, ${after.tasks} after`);
const growth = rssAfter - rssBefore;
if (!sanitized) assert.ok(growth < GROWTH_LIMIT_BYTES, `resident memory grew by ${growth} bytes`);
console.log(JSON.stringify({ ...after, growthBytes: growth }));
