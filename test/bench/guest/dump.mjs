// Runs in the lab's guest: what a dump reads, by a C program and by the library, in turns. Prints one JSON document.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [, , libraryPath, cProgram, node] = process.argv;
const ROUNDS = 11;
/** The emulator and the compiler of JavaScript both translate what they meet for the first time. */
const WARM_UP_ROUNDS = 8;
/** Of several passes in a row the last counts, in both programs: starting one leaves the other with cold caches. */
const PASSES = 3;

const { openDump } = await import(libraryPath);
const dump = await openDump(node);
const file = join(tmpdir(), 'requests');
writeFileSync(file, dump.requests);

const samples = { cMs: [], readMs: [], planMs: [], wholeMs: [] };
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  const c = Number(execFileSync(cProgram, [node, file, String(PASSES)], { encoding: 'utf8' }).trim().split('\n').at(-1)) / 1e6;
  const read = await lastMs(dump.read);
  const planned = await lastMs(dump.plan);
  const whole = await lastMs(dump.write);
  if (round < 0) continue;
  samples.cMs.push(c);
  samples.readMs.push(read);
  samples.planMs.push(planned);
  samples.wholeMs.push(whole);
}
const { count } = dump;
await dump.close();
process.stdout.write(JSON.stringify({ count, ...Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)])) }));

async function lastMs(action) {
  for (let pass = 1; pass < PASSES; pass++) await action();
  return elapsedMs(action);
}

async function elapsedMs(action) {
  const startMs = performance.now();
  await action();
  return performance.now() - startMs;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
