import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auxctl, checked, ended, faulty, folder, line, run, start, top } from './support/auxctl.js';
import { listensToSignals } from './support/processes.js';
import { hasPseudoTerminal, startOnTerminal } from './support/pseudo-terminal.js';

const hanging = ['reg', 'read', 'sim-faulty-1', 'STATE', '--sim', 'faulty:2', '--plugin', faulty];

/** Runs a shell command line that may use $AUXCTL. */
async function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn('bash', ['--norc', '-c', script], { cwd: top, env: { PATH: process.env['PATH'] ?? '', AUXCTL: auxctl, TERM: 'xterm', ...env } });
  child.stdin.end();
  return ended(child);
}

/** Runs the tool on a terminal of its own, where somebody types `input` when asked. */
async function onTerminal(words: string, input: string, env: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number | null; readonly screen: string }> {
  const child = spawn('script', ['-qec', `${auxctl} ${words}`, '/dev/null'], { cwd: top, env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env } });
  child.stdout.on('data', (data: Buffer) => {
    if (data.includes('[y/N]')) child.stdin.write(input);
  });
  const { status, stdout } = await ended(child);
  return { status, screen: stdout.replaceAll('\r\n', '\n') };
}

describe('output', () => {
  it('ends quietly when its reader goes', async () => {
    const { stdout, stderr, status } = await shell('"$AUXCTL" cmd describe mlx5 QUERY_HCA_CAP --json | head -c 10; echo " ${PIPESTATUS[0]}"');
    expect({ stdout, stderr, status }).toEqual({ stdout: '{\n  "schem 0\n', stderr: '', status: 0 });
    expect(await shell('"$AUXCTL" caps sim-mlx5-0 GENERAL --sim mlx5 --json | true; echo "${PIPESTATUS[0]}"')).toMatchObject({ stdout: '0\n', stderr: '' });
  });

  it('goes on when nobody reads its notes', async () => {
    const child = start(['list', '--root', '/nonexistent', '--sim', 'mlx5']);
    child.stderr.destroy();
    child.stdin.end();
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('is whole in a pipe that is read slowly, and in one that does not block', async () => {
    const { stdout } = await shell('"$AUXCTL" caps sim-mlx5-0 GENERAL --sim mlx5 --json | (sleep 0.3; cat)');
    expect(stdout.length).toBeGreaterThan(80_000);
    checked(stdout);
    const nonBlocking = await shell('node -e \'const { spawn } = require("node:child_process"); const child = spawn(process.env.AUXCTL, ["caps", "sim-mlx5-0", "GENERAL", "--sim", "mlx5", "--json"], { stdio: ["ignore", "pipe", "inherit"] }); child.stdout.pipe(process.stdout);\'');
    expect(nonBlocking.stdout).toBe(stdout);
  });

  it('that cannot be written is an error', async () => {
    expect(await shell('"$AUXCTL" reg list mlx5 >/dev/full')).toMatchObject({ status: 1, stderr: expect.stringContaining('the output cannot be written: ENOSPC') as string });
  });

  it('has no colour in a pipe', async () => {
    const { stdout } = await line('reg list mlx5', { env: { TERM: 'xterm', FORCE_COLOR: '1' } });
    expect(stdout).not.toContain('\u001b');
  });
});

const terminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

describe.skipIf(!terminal)(terminal ? 'on a terminal' : 'on a terminal (skipped: the program script cannot make one here)', () => {
  it('has colour unless that is not wanted', async () => {
    expect((await onTerminal('reg list mlx5', '')).screen).toContain('\u001b[1mNAME');
    expect((await onTerminal('reg list mlx5 --no-color', '')).screen).not.toContain('\u001b');
    expect((await onTerminal('reg list mlx5', '', { NO_COLOR: '1' })).screen).not.toContain('\u001b');
    expect((await onTerminal('reg list mlx5', '', { TERM: 'dumb' })).screen).not.toContain('\u001b');
  });

  it('shows a raw reply as a dump', async () => {
    const { screen } = await onTerminal(`rpc sim-faulty-0 --sim faulty --plugin ${faulty} --in <(printf '\\x00\\x01\\x00\\x00auxc') --out-size 8`, '', { SHELL: '/bin/bash' });
    expect(screen).toContain('00000000  00 00 00 00 61 75 78 63                           |....auxc|');
  });

  it('watch draws over itself, marks what has changed, and leaves the last reading behind', async () => {
    const { screen, status } = await onTerminal('watch sim-mlx5-0 PPCNT local_port=1 grp=0 --fields counter_set.a_octets_received_ok --count 3 --interval 150ms --sim mlx5', '');
    expect(status).toBe(0);
    expect(screen.split('\u001b[H')).toHaveLength(4);
    expect(screen).toMatch(/\u001b\[\S*33m\+\d+, \d+\/s/);
    expect(screen).toMatch(/\u001b\[\?1049l[^]*reading 3, [^]*counter_set\.a_octets_received_ok[^]*$/);
  });

  const write = `reg write sim-faulty-0 STATE slot=1 mode=calm --sim faulty --plugin ${faulty} --allow configure`;

  it('shows a change and asks before it is made', async () => {
    using log = folder();
    const { screen, status } = await onTerminal(`${write} --no-color`, 'y\n', { FAULTY_LOG: log.at('log') });
    expect(status).toBe(0);
    expect(screen).toMatch(/FIELD +BEFORE +AFTER\nmode +busy \(1\) +calm \(0\)\nWrite STATE of sim-faulty-0\? \[y\/N\] [^]*mode +busy \(1\) +calm \(0\)\n$/);
    expect(readFileSync(log.at('log'), 'utf8')).toMatch(/^debug-read-only 0010[^\n]*\ndebug-write 0011[^\n]*\n$/);
  });

  it.each(['n\n', '\n', 'yeah\n', '\u0004'])('makes no change when the answer is %j', async (answer) => {
    using log = folder();
    const { screen, status } = await onTerminal(write, answer, { FAULTY_LOG: log.at('log') });
    expect(status).toBe(4);
    expect(screen).toContain('not confirmed; nothing was changed');
    expect(readFileSync(log.at('log'), 'utf8')).toMatch(/^debug-read-only 0010[^\n]*\n$/);
  });

  it('ends with 130 when the answer is an interrupt', async () => {
    using log = folder();
    const { status } = await onTerminal(`call sim-faulty-0 SET_MODE mode=busy --sim faulty --plugin ${faulty} --allow configure`, '\u0003', { FAULTY_LOG: log.at('log') });
    expect(status).toBe(130);
    expect(existsSync(log.at('log'))).toBe(false);
  });
});

describe('an interrupt', () => {
  it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s ends a wait with %d', async (signal, status) => {
    const child = start([...hanging, '-v', '--timeout', '60s']);
    await once(child.stderr, 'data');
    setTimeout(() => child.kill(signal), 100);
    const started = performance.now();
    const result = await ended(child);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toContain('given up');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('does not keep the process when the firmware hangs beyond its timeout', async () => {
    const started = performance.now();
    expect(await run([...hanging, '--timeout', '100ms'])).toMatchObject({ status: 6, stdout: '' });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

it('closed streams are no reason to fail', async () => {
  expect((await shell('"$AUXCTL" reg list mlx5 <&- 2>&-')).status).toBe(0);
});

describe('standard input that does not end', () => {
  const waiting: readonly [name: string, words: readonly string[]][] = [
    ['decode', ['decode', 'mlx5', 'MTMP']],
    ['rpc', ['rpc', 'sim-mlx5-0', '--in', '-', '--sim', 'mlx5']],
    ['plugin import', ['plugin', 'import', 'ifc', '-', '-o', '/nonexistent']],
  ];

  it.skipIf(!hasPseudoTerminal).each(waiting)(`at a terminal: Ctrl-C ends %s${hasPseudoTerminal ? '' : ' (skipped: python3 cannot make a terminal here)'}`, async (_name, words) => {
    const terminal = startOnTerminal(words);
    await listensToSignals(terminal.pid);
    terminal.order('keys 00\\r');
    await terminal.until(/00/);
    terminal.order('keys \\x03');
    expect(await terminal.outcome).toMatchObject({ status: 130 });
    expect(terminal.screen()).toContain('standard input was waited for no longer');
  });

  it.each(waiting)('in a pipe: a signal ends %s with its status', async (_name, words) => {
    const child = start(words);
    await listensToSignals(child.pid);
    child.stdin.write('00');
    child.kill('SIGTERM');
    expect(await ended(child)).toMatchObject({ status: 143, stdout: '' });
  });

  it('in a pipe that is filled slowly: all of it is read', async () => {
    const { stdout } = await shell('(printf 00; sleep 0.2; printf 01; sleep 0.2; printf "%060d" 0) | "$AUXCTL" decode mlx5 MTMP --json');
    expect(checked(stdout)).toMatchObject({ schema: 'auxctl.decode/1' });
  });
});
