// Requests that an interposer answers: pointers, by-value arguments, errno, hanging, and a worker that dies. Argument: the worker's kind.
import assert from 'node:assert/strict';
import { call, eventually, native, openGate } from './support.mjs';

const worker = process.argv[2];
const channel = await native.openChannel('/dev/null', { access: 'read', worker });

function bytes(length, ...words64) {
  const array = new Uint8Array(length);
  const view = new DataView(array.buffer);
  words64.forEach((word, index) => view.setBigUint64(8 * index, BigInt(word), true));
  return array;
}

function reverseCall(input) {
  const argument = bytes(24);
  const view = new DataView(argument.buffer);
  view.setBigUint64(0, 0x1111n, true);
  view.setUint32(8, input.length, true);
  view.setUint32(12, input.length, true);
  return call('reverse', argument, [{ offsetBytes: 0, buffer: input }, { offsetBytes: 16, buffer: { lengthBytes: input.length } }]);
}

async function pointersOfOneLevel() {
  const input = Uint8Array.of(1, 2, 3, 4, 5);
  const sent = reverseCall(input);
  const before = sent.argument.slice();
  const { result, argument, buffers } = await channel.ioctl(sent);
  assert.equal(result, 5);
  assert.deepEqual([...buffers[0]], [1, 2, 3, 4, 5]);
  assert.deepEqual([...buffers[1]], [5, 4, 3, 2, 1]);
  // The slots show what the caller had put there, not addresses, and the caller's memory is untouched.
  assert.deepEqual(argument, before);
  assert.deepEqual(sent.argument, before);
  assert.notEqual(argument.buffer, sent.argument.buffer);
}

async function nestedPointers() {
  const third = { offsetBytes: 0, buffer: bytes(24, 0, 30) };
  const second = { offsetBytes: 0, buffer: bytes(24, 0, 20), pointers: [third] };
  const { result, argument, buffers } = await channel.ioctl(call('chain', bytes(24, 7, 10), [second]));
  assert.equal(result, 3);
  const sums = [argument, ...buffers].map((part) => new DataView(part.buffer, part.byteOffset).getBigUint64(16, true));
  assert.deepEqual(sums, [10n, 30n, 60n]);
  assert.equal(new DataView(argument.buffer, argument.byteOffset).getBigUint64(0, true), 7n);
}

async function unalignedSlot() {
  const argument = bytes(32);
  const view = new DataView(argument.buffer);
  view.setUint32(8, 0, true);
  const { result } = await channel.ioctl(call('reverse', argument, [{ offsetBytes: 17, buffer: { lengthBytes: 1 } }]));
  assert.equal(result, 0);
}

async function batches() {
  const calls = [reverseCall(Uint8Array.of(1, 2)), call('fail', Uint8Array.of(74, 0, 0, 0)), reverseCall(Uint8Array.of(7, 8, 9)), call('value', 42n)];
  const outcomes = await channel.ioctlBatch(calls);
  assert.deepEqual(outcomes.map(({ ok }) => ok), [true, false, true, true]);
  assert.deepEqual([...outcomes[2].buffers[1]], [9, 8, 7]);
  assert.equal(outcomes[3].result, 42);
  assert.equal(outcomes[3].argument.length, 0);
  const { error } = outcomes[1];
  assert.deepEqual([error.code, error.errno, error.syscall, error.request, error.path], ['EBADMSG', 74, 'ioctl', 'FAIL', '/dev/null']);
  const stopped = await channel.ioctlBatch(calls, { stopOnError: true });
  assert.deepEqual(stopped.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code)), ['ok', 'EBADMSG', 'ERR_NATIVE_SKIPPED', 'ERR_NATIVE_SKIPPED']);
  assert.deepEqual(await channel.ioctlBatch([]), []);
}

async function errnosThatFewKnow() {
  for (const [number, name] of [[74, 'EBADMSG'], [133, 'EHWPOISON'], [4000, 'E4000']]) {
    const argument = new Uint8Array(new Int32Array([number]).buffer);
    await assert.rejects(channel.ioctl(call('fail', argument)), { code: name, errno: number, request: 'FAIL' });
  }
}

async function whereTheWorkerRuns() {
  const { argument } = await channel.ioctl(call('where', new Uint8Array(8)));
  const [pid, tid] = new Int32Array(argument.slice().buffer);
  if (worker === 'thread') assert.ok(pid === process.pid && tid !== pid);
  else assert.ok(pid !== process.pid && tid === pid);
}

async function aHungRequest() {
  const own = await native.openChannel('/dev/null', { access: 'read', worker });
  const argument = new Uint8Array(16);
  const before = await count();
  const controller = new AbortController();
  const hung = assert.rejects(own.ioctl(call('block', argument), { signal: controller.signal }), { code: 'ERR_NATIVE_ABORTED' });
  await untilBegun(before + 1);
  const queued = own.ioctl(call('value', 3n));
  await assert.rejects(own.ioctl(call('count', new Uint8Array(4)), { timeoutMs: 5 }), { code: 'ERR_NATIVE_TIMEOUT' });
  assert.equal(own.state, 'open', 'a call that had not begun leaves the channel as it was');
  controller.abort();
  await hung;
  assert.equal(own.state, 'stuck');
  await assert.rejects(own.ioctl(call('value', 1n)), { code: 'ERR_NATIVE_STUCK', path: '/dev/null' });
  await assert.rejects(own.ioctlBatch([]), { code: 'ERR_NATIVE_STUCK' });
  assert.equal((await channel.ioctl(call('value', 9n))).result, 9, 'another channel goes on');
  globalThis.gc();
  openGate();
  assert.equal((await queued).result, 3, 'what was queued runs once the worker is back');
  assert.equal(own.state, 'open');
  assert.deepEqual(argument, new Uint8Array(16));
  await own.close();
}

async function abortedInTheMiddleOfABatch() {
  const own = await native.openChannel('/dev/null', { access: 'read', worker });
  const before = await count();
  const controller = new AbortController();
  const reason = new Error('enough');
  const calls = [call('block', new Uint8Array(16)), call('value', 1n), call('value', 2n)];
  const batch = assert.rejects(own.ioctlBatch(calls, { signal: controller.signal }), { code: 'ERR_NATIVE_ABORTED', cause: reason });
  await untilBegun(before + 1);
  controller.abort(reason);
  await batch;
  openGate();
  assert.ok(await eventually(() => own.state === 'open'));
  assert.equal((await count()) - before, 1, 'the rest of an abandoned batch is not sent');
  await own.close();
}

async function count() {
  const { argument } = await channel.ioctl(call('count', new Uint8Array(4)));
  return new Int32Array(argument.slice().buffer)[0];
}

/** How a call has ended: its result, or its error's code. */
async function endOf(promise) {
  return promise.then(({ result }) => result, ({ code }) => code);
}

async function untilBegun(calls) {
  while ((await count()) < calls) await new Promise((resolve) => setImmediate(resolve));
}

async function closingWhileHung() {
  const own = await native.openChannel('/dev/null', { access: 'read', worker });
  const before = await count();
  const ends = [own.ioctl(call('block', new Uint8Array(16))), own.ioctl(call('value', 1n))].map(endOf);
  await untilBegun(before + 1);
  await own.close({ timeoutMs: 10 });
  assert.deepEqual(await Promise.all(ends), ['ERR_NATIVE_CLOSED', 'ERR_NATIVE_CLOSED']);
  assert.equal(own.state, 'closed');
  await own.close();
  openGate();
}

async function closingWaitsForTheRunningRequest() {
  const own = await native.openChannel('/dev/null', { access: 'read', worker });
  const before = await count();
  const running = own.ioctl(call('block', new Uint8Array(16)));
  await untilBegun(before + 1);
  const closing = own.close();
  await assert.rejects(own.ioctl(call('value', 1n)), { code: 'ERR_NATIVE_CLOSED' });
  openGate();
  const { argument } = await running;
  assert.deepEqual(argument, new Uint8Array(16).fill(0x5a));
  await closing;
}

async function aWorkerThatDies() {
  if (worker !== 'process') return;
  const own = await native.openChannel('/dev/null', { access: 'read', worker });
  const ends = [own.ioctl(call('die', new Uint8Array(4))), own.ioctl(call('value', 1n))].map(endOf);
  assert.deepEqual(await Promise.all(ends), ['ERR_NATIVE_CLOSED', 'ERR_NATIVE_CLOSED']);
  assert.equal(own.state, 'closed');
  await assert.rejects(own.ioctl(call('value', 1n)), { code: 'ERR_NATIVE_CLOSED' });
  await own.close();
}

const parts = [
  pointersOfOneLevel, nestedPointers, unalignedSlot, batches, errnosThatFewKnow, whereTheWorkerRuns, aHungRequest,
  abortedInTheMiddleOfABatch, closingWhileHung, closingWaitsForTheRunningRequest, aWorkerThatDies,
];
for (const part of parts) {
  await part();
  console.log(part.name);
}
await channel.close();
