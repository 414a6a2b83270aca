// What the native shim adds to a cheap ioctl: FIONREAD on a pipe, in C, one at a time and in batches. Prints one JSON document.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSource } from '../../.ci/source.mjs';

const FIONREAD = 0x541b;
const ROUNDS = 51;
const BATCH_CALLS = 1000;
const SINGLE_CALLS = 200;
const here = dirname(fileURLToPath(import.meta.url));
const { loadNative } = await importSource('native/src/index.ts');
const addonPath = join(here, '../../native/build/Release/auxctl.node');

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function round(us) {
  return Math.round(us * 1000) / 1000;
}

function measureC(dir) {
  const program = join(dir, 'shim');
  execFileSync(process.env.CC ?? 'cc', ['-O2', '-o', program, join(here, 'shim.c')]);
  const lines = execFileSync(program, [String(ROUNDS), String(BATCH_CALLS)], { encoding: 'utf8' }).trim().split('\n');
  return median(lines.map(Number)) / 1000;
}

async function measure(calls, action) {
  const perCallUs = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startMs = performance.now();
    await action();
    perCallUs.push(((performance.now() - startMs) * 1000) / calls);
  }
  return median(perCallUs);
}

async function measureShim(worker, fifo) {
  const fd = openSync(fifo, constants.O_RDWR);
  const channel = loadNative({ addonPath }).adoptDescriptor(fd, { worker });
  closeSync(fd);
  const call = { request: FIONREAD, name: 'FIONREAD', argument: new Uint8Array(4) };
  const batch = Array.from({ length: BATCH_CALLS }, () => call);
  try {
    const single = await measure(SINGLE_CALLS, async () => {
      for (let i = 0; i < SINGLE_CALLS; i++) await channel.ioctl(call);
    });
    const limited = await measure(SINGLE_CALLS, async () => {
      for (let i = 0; i < SINGLE_CALLS; i++) await channel.ioctl(call, { timeoutMs: 1000 });
    });
    const batched = await measure(BATCH_CALLS, () => channel.ioctlBatch(batch));
    return { singleUs: round(single), singleWithTimeoutUs: round(limited), batchedUs: round(batched) };
  } finally {
    await channel.close();
  }
}

async function main() {
  const dir = mkdtempSync(join(tmpdir(), 'auxctl-bench-'));
  try {
    const fifo = join(dir, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const cUs = measureC(dir);
    const report = { request: 'FIONREAD on a pipe', rounds: ROUNDS, batchCalls: BATCH_CALLS, cUs: round(cUs) };
    for (const worker of ['thread', 'process']) {
      const measured = await measureShim(worker, fifo);
      report[worker] = { ...measured, ownSingleUs: round(measured.singleUs - cUs), ownBatchedUs: round(measured.batchedUs - cUs) };
    }
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

await main();
