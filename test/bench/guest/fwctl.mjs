// Runs in the lab's guest: the same command on the same device from C and from the library, in turns. Prints one JSON document.
import { execFileSync } from 'node:child_process';

const [, , libraryPath, cProgram, node] = process.argv;
const ROUNDS = 9;
/** The emulator and the compiler of JavaScript both translate what they meet for the first time. */
const WARM_UP_ROUNDS = 8;
const CALLS = 1000;
const BATCH = 100;

const { openFwctl } = await import(libraryPath);
const transport = await openFwctl({ node, device: 'bench', meanings: { refusals: [], deliveryFailures: [] } });
const request = { request: Uint8Array.of(0x01, 0x01, ...new Uint8Array(14)), replyLengthBytes: 272, scope: 'debug-read-only' };
const batch = Array.from({ length: BATCH }, () => request);

const samples = { cUs: [], cBatchedUs: [], singleUs: [], batchedUs: [] };
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  const c = execFileSync(cProgram, [node, String(CALLS)], { encoding: 'utf8' }).trim().split('\n').map((ns) => Number(ns) / 1000);
  const single = [];
  for (let i = 0; i < CALLS; i++) single.push(await elapsedUs(() => transport.rpc(request)));
  const batched = [];
  for (let i = 0; i < CALLS / BATCH; i++) batched.push((await elapsedUs(() => transport.rpcBatch(batch))) / BATCH);
  if (round < 0) continue;
  samples.cUs.push(...c);
  for (let i = 0; i < CALLS; i += BATCH) samples.cBatchedUs.push(c.slice(i, i + BATCH).reduce((sum, us) => sum + us) / BATCH);
  samples.singleUs.push(...single);
  samples.batchedUs.push(...batched);
}
await transport.close();
process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]))));

async function elapsedUs(action) {
  const startMs = performance.now();
  await action();
  return (performance.now() - startMs) * 1000;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
