import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addonPath, bundle, Scratch } from '../test/support.js';
import type { WorkerKind } from './types.js';

const scratch = new Scratch();
const path = join(scratch.path, 'words');
const scenario = join(dirname(fileURLToPath(import.meta.url)), '../test/scenarios/last-will.mjs');
let bundlePath: string;
beforeAll(() => {
  bundlePath = bundle();
});
afterAll(() => {
  scratch[Symbol.dispose]();
  rmSync(dirname(bundlePath), { recursive: true });
});

/** The file's three words. */
function words(): number[] {
  const bytes = readFileSync(path);
  return [0, 4, 8].map((at) => bytes.readUInt32LE(at));
}

/** Starts the scenario in a process group of its own; resolves when it is ready, or over. */
async function start(worker: WorkerKind, how: string) {
  const child = spawn(process.execPath, [scenario, path, worker, how], {
    detached: true, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, AUXCTL_TEST_BUNDLE: bundlePath, AUXCTL_TEST_ADDON: addonPath },
  });
  const gone = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), gone]);
  return { pid: child.pid ?? 0, gone };
}

describe('a worker that survives its program', () => {
  beforeEach(() => writeFileSync(path, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));

  it.each([['the program', 1], ['its whole process group', -1]])('carries out its last will when SIGKILL ends %s', async (_what, sign) => {
    const { pid, gone } = await start('survivor', 'idle');
    process.kill(sign * pid, 'SIGKILL');
    await gone;
    await expect.poll(words).toEqual([1, 7, 0]);
  });

  it('does so when the program exits without closing', async () => {
    const { gone } = await start('survivor', 'exit');
    expect(await gone).toEqual([3, null]);
    await expect.poll(words).toEqual([1, 7, 0]);
  });

  it('ends the job under way first', async () => {
    writeFileSync(path, new Uint8Array(12));
    const { pid, gone } = await start('survivor', 'busy');
    process.kill(pid, 'SIGKILL');
    await gone;
    await expect.poll(words).toEqual([1, 7, 5]);
  });

  it('tries again while the object is busy', async () => {
    writeFileSync(path, new Uint8Array(12));
    const { pid, gone } = await start('survivor', 'idle');
    process.kill(pid, 'SIGKILL');
    await gone;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(words()).toEqual([0, 0, 0]);
    writeFileSync(path, Uint8Array.of(1), { flag: 'r+' });
    await expect.poll(words).toEqual([1, 7, 0]);
  });

  it('has none after an orderly close', async () => {
    const { gone } = await start('survivor', 'close');
    expect(await gone).toEqual([0, null]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(words()).toEqual([1, 0, 0]);
  });

  it('leaves no process behind', async () => {
    const { pid, gone } = await start('survivor', 'idle');
    const [worker] = children(pid);
    expect(isRunning(worker ?? 0)).toBe(true);
    process.kill(pid, 'SIGKILL');
    await gone;
    await expect.poll(() => isRunning(worker ?? 0)).toBe(false);
  });
});

it('a worker that dies with its program leaves the file as it is', async () => {
  writeFileSync(path, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  const { pid, gone } = await start('process', 'idle');
  process.kill(pid, 'SIGKILL');
  await gone;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(words()).toEqual([1, 0, 0]);
});

/** The processes that the threads of a process have started. */
function children(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ')).filter((text) => text !== '').map(Number);
}

/** Is there such a process, and not only its unread end? */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
