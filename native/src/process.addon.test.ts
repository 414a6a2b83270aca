import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { bundle, compileC, ended, runScenario, Scratch, startScenario } from '../test/support.js';
import type { WorkerKind } from './types.js';

const scratch = new Scratch();
let bundlePath: string;
beforeAll(() => {
  bundlePath = bundle();
});
afterAll(() => {
  scratch[Symbol.dispose]();
  rmSync(dirname(bundlePath), { recursive: true });
});

const sanitized = process.env['AUXCTL_TEST_ADDON'] !== undefined;
// Far above what it takes on a busy machine; a call that hangs would take for ever.
const PROMPT_MS = 10_000;

describe.each<WorkerKind>(['thread', 'process'])('with workers that are a %s', (worker) => {
  it('requests with pointers, failures and hangs end as they should', async () => {
    const interposer = compileC('interposer', '-shared', '-fPIC');
    const gate = scratch.fifo(`gate-${worker}`);
    const { status, stdout, stderr } = await runScenario('interposed', {
      bundlePath, args: [worker], preload: interposer, env: { AUXCTL_TEST_GATE: gate }, nodeArgs: ['--expose-gc'],
    });
    expect({ status, parts: stdout.trim().split('\n').length }, stderr).toEqual({ status: 0, parts: 11 });
  });

  it('environments come and go with calls in flight', async () => {
    const { status, stdout, stderr } = await runScenario('worker-threads', { bundlePath, args: [worker, scratch.fifo(`threads-${worker}`)] });
    expect({ status, stdout }, stderr).toEqual({ status: 0, stdout: 'survived\n' });
  });

  it.each(['open', 'read'])('the program ends with its own status though %s hangs', async (what) => {
    const fifo = scratch.fifo(`exit-${worker}-${what}`);
    if (what === 'read') scratch.hold(fifo);
    const { status, stdout, elapsedMs } = await runScenario('exit-hung', { bundlePath, args: [fifo, worker, what] });
    expect({ status, stdout }).toEqual({ status: 6, stdout: 'ERR_NATIVE_TIMEOUT\n' });
    expect(elapsedMs).toBeLessThan(PROMPT_MS);
  });
});

it('neither descriptors nor threads nor memory leak', async () => {
  const { status, stderr } = await runScenario('leaks', {
    bundlePath, args: [scratch.fifo('leaks'), sanitized ? 'sanitized' : 'plain'], nodeArgs: ['--expose-gc'],
  });
  expect(status, stderr).toBe(0);
});

describe('a request that hangs uninterruptibly', () => {
  let server: ChildProcess;
  let lines: string[];
  let unavailable: string | undefined;
  const mountPoint = join(scratch.path, 'mount');

  beforeAll(async () => {
    mkdirSync(mountPoint);
    lines = [];
    server = spawn(compileC('hang'), [mountPoint], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, LD_PRELOAD: '' } });
    if (server.stdout !== null) createInterface(server.stdout).on('line', (line) => lines.push(line));
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), { timeout: PROMPT_MS });
    unavailable = lines[0] === 'ready' ? undefined : lines[0];
  });
  afterAll(async () => {
    const gone = server.exitCode === null ? ended(server) : undefined;
    server.stdin?.end();
    await gone;
  });

  function skipWithout(skip: TestContext['skip']): void {
    if (unavailable === undefined) return;
    const reason = `needs FUSE and the right to mount (${unavailable})`;
    console.warn(`skipped: ${reason}`);
    skip(reason);
  }

  async function hang(worker: WorkerKind): Promise<{ child: ChildProcess; end: ReturnType<typeof ended> }> {
    const before = lines.length;
    const child = startScenario('exit-hung', { bundlePath, args: [join(mountPoint, 'hang'), worker, 'ioctl'] });
    const end = ended(child);
    await vi.waitFor(() => expect(lines.slice(before)).toContain('ioctl'), { timeout: PROMPT_MS });
    return { child, end };
  }

  it('holds up neither the exit of the program nor the end of its output, if the worker is a process', async ({ skip }) => {
    skipWithout(skip);
    const { child, end } = await hang('process');
    const { status, stdout, elapsedMs } = await end;
    expect({ status, stdout }).toEqual({ status: 6, stdout: 'ERR_NATIVE_TIMEOUT\n' });
    expect(elapsedMs).toBeLessThan(PROMPT_MS);
    await vi.waitFor(() => expect(blockedTasks(mountPoint)).toHaveLength(1), { timeout: PROMPT_MS });
    expect(blockedTasks(mountPoint)).not.toContain(child.pid);
    server.stdin?.write('answer\n');
    await vi.waitFor(() => expect(blockedTasks(mountPoint)).toEqual([]), { timeout: PROMPT_MS });
  });

  it('holds up the exit if the worker is a thread, which is why it is not the default', async ({ skip }) => {
    skipWithout(skip);
    const { child, end } = await hang('thread');
    await vi.waitFor(() => expect(blockedTasks(mountPoint)).toHaveLength(1), { timeout: PROMPT_MS });
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    server.stdin?.write('answer\n');
    expect((await end).status).toBe(6);
  });
});

/** Processes with a task that waits uninterruptibly and whose arguments name this place. */
function blockedTasks(place: string): number[] {
  const isNumber = (name: string): boolean => /^\d+$/.test(name);
  return readdirSync('/proc').filter(isNumber).flatMap((pid) => {
    try {
      const tasks = readdirSync(`/proc/${pid}/task`).map((tid) => `/proc/${pid}/task/${tid}`);
      const blocked = tasks.filter((task) => readFileSync(`${task}/stat`, 'latin1').includes(') D ') && readFileSync(`${task}/cmdline`, 'latin1').includes(place));
      return blocked.length > 0 ? [Number(pid)] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}
