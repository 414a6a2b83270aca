// Environments that come and go: each loads the addon, uses it, and ends with calls in flight. Argument: the worker's kind.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { eventually, native } from './support.mjs';

const FIONREAD = { request: 0x541b, name: 'FIONREAD', argument: new Uint8Array(4) };
const ROUNDS = 6;
const THREADS = 3;

async function inThread({ fifo, worker, leave }) {
  const pipe = await native.openChannel(fifo, { access: 'read-write', worker });
  const calls = Array.from({ length: 100 }, () => FIONREAD);
  for (const outcome of await pipe.ioctlBatch(calls)) assert.equal(outcome.ok, true);
  const [near, far] = native.socketPair();
  await near.send(Uint8Array.of(1, 2, 3), [native.createEventfd()]);
  const { descriptors } = await far.receive({ exactBytes: 3 });
  assert.equal(descriptors.length, 1);
  const mapping = native.map(native.createMemfd('thread', 4096), { lengthBytes: 4096, protection: 'read-write' });
  mapping.write32(0, 1, 'little');
  // These are still on their way when the thread ends.
  const unfinished = [pipe.read(1), pipe.ioctl(FIONREAD), near.receive({ exactBytes: 1 }), native.createEventfd().take()];
  for (const promise of unfinished) promise.catch(() => undefined);
  parentPort.postMessage('busy');
  if (leave === 'exit') process.exit(0);
}

async function endThreads(worker, fifo) {
  for (let round = 0; round < ROUNDS; round++) {
    const leave = round % 2 === 0 ? 'terminate' : 'exit';
    const threads = Array.from({ length: THREADS }, () => new Worker(new URL(import.meta.url), { workerData: { fifo, worker, leave } }));
    await Promise.all(threads.map(async (thread) => {
      const exited = once(thread, 'exit');
      await once(thread, 'message');
      if (leave === 'terminate') await thread.terminate();
      await exited;
    }));
  }
}

async function inMain() {
  const [, , worker, fifo] = process.argv;
  const held = await native.openChannel(fifo, { access: 'read-write', worker });
  const openBefore = readdirSync('/proc/self/fd').length;
  await endThreads(worker, fifo);
  // The reads that were left hanging return now, long after their environments have gone.
  await held.write(new Uint8Array(ROUNDS * THREADS));
  assert.ok(await eventually(() => readdirSync('/proc/self/fd').length <= openBefore), 'descriptors are closed once the calls have returned');
  assert.equal((await held.ioctl(FIONREAD)).result, 0);
  await held.close();
  console.log('survived');
}

await (isMainThread ? inMain() : inThread(workerData));
