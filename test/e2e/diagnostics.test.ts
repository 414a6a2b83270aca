import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checked, ended, folder, json, jsonError, line, run, start, top, type Folder } from './support/auxctl.js';
import { hasPseudoTerminal, lastFrame, startOnTerminal } from './support/pseudo-terminal.js';

/** A plugin whose device goes on sampling when the program is gone. */
const meter = ['--sim', 'meter', '--plugin', join(top, 'test/e2e/fixtures/meter')];
const ALLOWED = ['--allow', 'configure', '--yes'];
const SAMPLE = ['diag', 'sample', 'sim-meter-0', '--period', '1ms', '--counter', 'REVOLUTIONS', ...ALLOWED, ...meter];

function environment(files: Folder): Record<string, string> {
  return { METER_LOG: files.at('log'), METER_STATE: files.at('state') };
}

/** What the device was told to do, in order. */
function told(files: Folder): string[] {
  return existsSync(files.at('log')) ? readFileSync(files.at('log'), 'utf8').split('\n').filter((text) => text !== '') : [];
}

function expectStopped(files: Folder): void {
  expect(told(files).filter((command) => !command.includes('GET')).at(-1)).toBe('debug-write SET_SAMPLING armed=0');
  expect(told(files)).toContain('debug-write SET_SAMPLING armed=1');
  expect(JSON.parse(readFileSync(files.at('state'), 'utf8'))).toMatchObject({ armed: 0 });
}

function documents(text: string): Record<string, unknown>[] {
  return text.split('\n').filter((each) => each !== '').map(checked);
}

describe('diag list and show', () => {
  it('show what a device offers, with names, units and limits', async () => {
    const { stdout } = await line('diag list sim-mlx5-0');
    expect(stdout).toMatch(/^modes +single repetitive on-demand\nring +16384 records: samples times counters\nperiod +1024 clocks \(1\.02 us\) to 34359738368 clocks \(34\.4 s\)\n/);
    expect(stdout).toMatch(/^0x2006 +TX_PACKETS +yes +packets$/m);
    expect((await json('diag list sim-mlx5-0'))['counters']).toHaveLength(13);
    expect(await json('diag show sim-mlx5-0')).toMatchObject({ sampling: { isArmed: false, counters: [] } });
  });

  it('say so of a device that has no such counters', async () => {
    expect((await run(['diag', 'list', 'sim-faulty-0', '--sim', 'faulty', '--plugin', join(top, 'test/e2e/fixtures/faulty')])).stderr).toContain('plugin faulty knows no diagnostic counters');
  });
});

describe('diag set and stop', () => {
  it('leave sampling on, and end it', async () => {
    using files = folder();
    const env = environment(files);
    const set = await run(['diag', 'set', 'sim-meter-0', '--counter', '0x2,revolutions', '--samples', '100', '--period', '3ms', ...ALLOWED, ...meter], { env });
    expect(set).toMatchObject({ status: 0, stderr: 'note: the device samples until auxctl diag stop sim-meter-0\n' });
    expect(set.stdout).toMatch(/^sampling +off +repetitive\nperiod +4194304 clocks \(4\.19 ms\)\nring +128 samples\ncounters +SPARKS REVOLUTIONS\n$/m);
    const listed = await run(['diag', 'list', 'sim-meter-0', ...meter], { env });
    expect(listed.stderr).toBe('warning: 2 counters are being sampled, by another program or since one was killed; auxctl diag stop sim-meter-0 ends that\n');
    const stop = await run(['diag', 'stop', 'sim-meter-0', '--json', ...ALLOWED, ...meter], { env });
    expect(checked(stop.stdout)).toMatchObject({ schema: 'auxctl.diag-stop/1', effect: 'configure', scope: 'debug-write', before: { isArmed: true, samples: 128 }, after: { isArmed: false } });
    expectStopped(files);
  });

  it('tell the device nothing that was not allowed', async () => {
    using files = folder();
    for (const verb of ['set', 'stop', 'sample']) {
      const { status, stderr } = await run(['diag', verb, 'sim-meter-0', '--counter', 'SPARKS', ...meter].filter((word, index) => verb !== 'stop' || (word !== '--counter' && index !== 4)), { env: environment(files) });
      expect({ verb, status }).toEqual({ verb, status: 4 });
      expect(stderr).toContain(`diag ${verb} changes the device's configuration, and that was not allowed; nothing was sent`);
      expect(stderr).toContain('--allow configure');
    }
    expect(told(files)).toEqual([]);
  });
});

describe('what cannot be sampled', () => {
  it.each([
    ['--counter SPARKLES', 'no counter is called', 'SPARKS'], ['--counter 0x3', 'the device has no diagnostic counter 0x3', ''],
    ['--counter SPARKS,2', 'named twice', ''], ['--counter SPARKS --period 5', 'not a time', '10ms'], ['--counter SPARKS --period 1ns', 'a period of 1 clocks', '1024 clocks'],
    ['--counter SPARKS --samples 2000', '2048 samples', '1024'], ['--counter SPARKS --samples no', '--samples', ''], ['--counter SPARKS --mode on-demand', 'mode on-demand', 'single'],
    ['--counter SPARKS --sync', 'cannot be synchronized', ''], ['--counter SPARKS --count 0', '--count', ''], ['--counter SPARKS --format xml', '--format', 'plot'],
  ])('%s is a usage error, and nothing is started', async (words, message, hint) => {
    using files = folder();
    const { status, stderr, stdout } = await run(['diag', 'sample', 'sim-meter-0', ...words.split(' '), ...ALLOWED, ...meter], { env: environment(files) });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(told(files).filter((command) => command.includes('SET'))).toEqual([]);
  });
});

describe('diag sample', () => {
  it('prints a line for each sample into a pipe, and stops', async () => {
    using files = folder();
    const { stdout, stderr, status } = await run([...SAMPLE, '--count', '50'], { env: environment(files) });
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'note: 50 samples, none lost; sampling is stopped\n' });
    const [heading, ...lines] = stdout.trimEnd().split('\n').map((text) => text.trim().split(/ +/));
    expect(heading).toEqual(['SAMPLE', 'SECONDS', 'REVOLUTIONS']);
    expect(lines).toEqual(Array.from({ length: 50 }, (_, index) => [`${index}`, (index * 0.001048576).toFixed(6), `${(index + 1) * 2 ** 20}`]));
    expectStopped(files);
  });

  it('prints documents with --json: what was started, the samples, the end', async () => {
    const { stdout, stderr } = await run(['diag', 'sample', 'sim-mlx5-0', '--counter', 'TX_PACKETS,0x401', '--period', '1ms', '--count', '100', '--sync', '--json', ...ALLOWED, '--sim', 'mlx5']);
    const [first, ...rest] = documents(stdout);
    const end = rest.pop();
    expect(stderr).toBe('');
    expect(first).toMatchObject({ schema: 'auxctl.diag-start/1', clockHz: 1e9, sampling: { isSynchronized: true, periodMs: 1.048576, counters: [{ name: 'TX_PACKETS', unit: 'packets' }, { id: 0x401 }] } });
    expect(rest.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    const clocks = rest.map((sample) => BigInt(sample['clocks'] as string));
    expect(clocks.slice(1).every((at, index) => at - (clocks[index] ?? 0n) === 2n ** 20n)).toBe(true);
    expect(end).toEqual({ schema: 'auxctl.diag-end/1', device: 'sim-mlx5-0', reason: 'count', samples: 100, lost: 0, isArmed: false });
  });

  it('writes records that a program reads by the page about them', async () => {
    const { bytes, status } = await run([...SAMPLE, '--count', '20', '--format', 'binary', '-q']);
    expect(status).toBe(0);
    expect(bytes.subarray(0, 8).toString()).toBe('auxdiag1');
    const headerBytes = Number(bytes.readBigUInt64LE(8));
    const header = checked(bytes.subarray(16, 16 + headerBytes).toString());
    expect(header).toMatchObject({ schema: 'auxctl.diag-start/1', device: 'sim-meter-0' });
    const words = Array.from({ length: (bytes.length - 16 - headerBytes) / 8 }, (_, index) => bytes.readBigUInt64LE(16 + headerBytes + index * 8));
    expect(words).toEqual(Array.from({ length: 20 }, (_, index) => [BigInt(index), BigInt(index + 1) * 2n ** 20n, 0n, BigInt(index + 1) * 2n ** 20n]).flat());
  });

  it.skipIf(!hasPseudoTerminal)('is read by the program in the page, too (skipped where there is no python3)', async () => {
    using files = folder();
    const { bytes } = await run([...SAMPLE, '--count', '3', '--format', 'binary', '-q']);
    writeFileSync(files.at('trace'), Buffer.concat([bytes, Buffer.from('part')]));
    const [, program = ''] = /```python\n([^]*?)```/.exec(readFileSync(join(top, 'docs/diagnostic-counters.md'), 'utf8')) ?? [];
    const printed = execFileSync('python3', ['-c', program], { cwd: files.path, encoding: 'utf8' });
    expect(printed).toBe([0, 1, 2].map((number) => `${number} ${(number + 1) * 2 ** 20} 0 {'REVOLUTIONS': ${(number + 1) * 2 ** 20}}\n`).join(''));
  });

  it('ends by itself in single mode, and after some time', async () => {
    const single = documents((await run([...SAMPLE, '--mode', 'single', '--samples', '64', '--json'])).stdout);
    expect(single.at(-1)).toMatchObject({ reason: 'complete', samples: 64, lost: 0 });
    const timed = documents((await run([...SAMPLE, '--duration', '300ms', '--json'])).stdout).at(-1);
    expect(timed).toMatchObject({ reason: 'duration', lost: 0 });
    expect(Number(timed?.['samples'])).toBeGreaterThan(200);
  });

  it('counts what is lost when samples are fetched too late', async () => {
    const all = documents((await run([...SAMPLE, '--samples', '16', '--interval', '100ms', '--count', '40', '--json'])).stdout);
    const samples = all.slice(1, -1);
    const lost = samples.reduce((sum, { lostBefore }) => sum + Number(lostBefore), 0);
    expect(lost).toBeGreaterThan(50);
    expect(all.at(-1)).toMatchObject({ samples: 40, lost });
    expect(Number(samples.at(-1)?.['number']) + 1).toBe(40 + lost);
  });

  it('samples all counters where none is named, or what the device was told last', async () => {
    using files = folder();
    const words = ['diag', 'sample', 'sim-meter-0', '--count', '1', '--json', ...ALLOWED, ...meter];
    const names = async (): Promise<unknown> => documents((await run(words, { env: environment(files) })).stdout)[0]?.['sampling'];
    expect(await names()).toMatchObject({ counters: [{ name: 'REVOLUTIONS' }, { name: 'SPARKS' }] });
    await run(['diag', 'set', 'sim-meter-0', '--counter', 'SPARKS', ...ALLOWED, ...meter], { env: environment(files) });
    expect(await names()).toMatchObject({ counters: [{ name: 'SPARKS' }] });
  });
});

describe('sampling is stopped', () => {
  const bare = [...SAMPLE];

  it.each([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const)('on %s', async (signal, status) => {
    for (const [more, expected] of [[[], 0], [['--count', '100000']], [['--duration', '60']]] as const) {
      using files = folder();
      const child = start([...bare, ...more], { env: environment(files) });
      await once(child.stdout, 'data');
      await once(child.stdout, 'data');
      child.kill(signal);
      const result = await ended(child);
      expect(result.status).toBe(expected ?? status);
      expect(result.stderr).toContain('sampling is stopped');
      expectStopped(files);
    }
  });

  it('when nobody reads any more', async () => {
    using files = folder();
    const child = start([...bare, '--json', '--interval', '20ms'], { env: environment(files) });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [status] = await once(child, 'close') as [number];
    expect(status).toBe(0);
    expectStopped(files);
  });

  it('on an interrupt while the reader has stopped reading', async () => {
    using files = folder();
    const child = start([...bare, '--period', '2us', '--interval', '1ms', '--json'], { env: environment(files) });
    await once(child.stdout, 'readable');
    await new Promise((resolve) => { setTimeout(resolve, 1500); });
    const started = performance.now();
    child.kill('SIGTERM');
    const [status] = await once(child, 'exit') as [number];
    expect(status).toBe(0);
    expect(performance.now() - started).toBeLessThan(8000);
    expectStopped(files);
    child.stdout.destroy();
  });

  it('when the firmware refuses to be read', async () => {
    using files = folder();
    const result = await jsonError(bare.join(' '), { env: { ...environment(files), METER_REFUSES: 'READ_SAMPLES' } }).catch(() => undefined);
    expect(result).toBeUndefined();
    const { status, stderr } = await run([...bare, '--json'], { env: { ...environment(files), METER_REFUSES: 'READ_SAMPLES' } });
    expect(status).toBe(5);
    expect(checked(stderr)).toMatchObject({ code: 'ERR_FIRMWARE_STATUS', command: 'READ_SAMPLES' });
    expectStopped(files);
  });

  it('and if it cannot be, that is said', async () => {
    using files = folder();
    const { status, stderr } = await run([...bare, '--count', '3'], { env: { ...environment(files), METER_REFUSES: 'SET_SAMPLING' } });
    expect(status).toBe(6);
    expect(stderr).toContain('sampling could not be stopped: the firmware refused SET_SAMPLING');
    expect(stderr).toContain('hint: auxctl diag stop DEV tries again.');
  });

  it('by the next start after a program was killed, which says so', async () => {
    using files = folder();
    const child = start(bare, { env: environment(files) });
    await once(child.stdout, 'data');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await ended(child);
    expect(told(files).at(-1)).not.toContain('armed=0');
    const shown = await run(['diag', 'show', 'sim-meter-0', ...meter], { env: environment(files) });
    expect(shown.stdout).toMatch(/^sampling +repetitive\n/);
    const next = await run([...bare, '--count', '3'], { env: environment(files) });
    expect(next.status).toBe(0);
    expect(next.stderr).toMatch(/^warning: 1 counter is being sampled, by another program or since one was killed; auxctl diag stop sim-meter-0 ends that\nnote: 3 samples/);
    expectStopped(files);
  });
});

describe.skipIf(!hasPseudoTerminal)(hasPseudoTerminal ? 'a live plot' : 'a live plot (skipped: there is no python3 to make a terminal)', () => {
  const plot = ['diag', 'sample', 'sim-meter-0', '--period', '1ms', ...ALLOWED, ...meter];

  it('is drawn in place, and stops sampling on Ctrl-C', async () => {
    using files = folder();
    const terminal = startOnTerminal(plot, { rows: 20, columns: 90, env: { ...environment(files), NO_COLOR: '1' } });
    await terminal.until(/0\.[5-9] s {2}Ctrl-C/);
    terminal.order('keys \\x03');
    expect(await terminal.outcome).toMatchObject({ status: 0 });
    const screen = terminal.screen();
    expect(screen).toContain('\u001b[?1049h');
    const frame = lastFrame(screen);
    expect(frame[0]).toMatch(/^sim-meter-0 {2}repetitive, every 1\.05 ms {2}\d+ samples, none lost {2}\d\.\d s {2}Ctrl-C ends$/);
    expect(frame).toHaveLength(19);
    expect(frame[2]).toMatch(/^REVOLUTIONS {2}1 G turns\/s$/);
    expect(frame.join('')).toContain('█');
    expect(frame.every((text) => text.length <= 90)).toBe(true);
    const after = screen.slice(screen.lastIndexOf('\u001b[?1049l'));
    expect(after).toContain('REVOLUTIONS');
    expect(after).toMatch(/note: \d+ samples, none lost; sampling is stopped\r\n$/);
    expectStopped(files);
  });

  it('follows the size of its window', async () => {
    using files = folder();
    const terminal = startOnTerminal(plot, { rows: 30, columns: 70, env: environment(files) });
    await terminal.until(/0\.[3-9] s/);
    expect(lastFrame(terminal.screen()).length).toBeGreaterThan(20);
    terminal.order('size 8 30');
    await terminal.until(/1\.[0-9] s/);
    const frame = lastFrame(terminal.screen());
    expect(frame.length).toBeLessThanOrEqual(8);
    expect(Math.max(...frame.slice(1).map((text) => text.length))).toBeLessThanOrEqual(30);
    terminal.order('keys \\x03');
    expect(await terminal.outcome).toMatchObject({ status: 0 });
    expectStopped(files);
  });

  it('is of ASCII where the locale is, and lines where a terminal cannot be drawn on', async () => {
    using files = folder();
    const ascii = startOnTerminal([...plot, '--duration', '400ms'], { env: { ...environment(files), LC_ALL: 'C' } });
    await ascii.outcome;
    expect(ascii.screen()).not.toMatch(/[^\u0000-\u007f]/);
    expect(ascii.screen()).toContain('#');
    const dumb = startOnTerminal([...plot, '--count', '3', '--format', 'plot'], { env: { ...environment(files), TERM: 'dumb' } });
    await dumb.outcome;
    expect(dumb.screen()).toMatch(/SAMPLE +SECONDS +REVOLUTIONS +SPARKS\r\n +0 /);
    expect(dumb.screen()).not.toContain('\u001b');
  });

  it('stops sampling when its terminal is taken away', async () => {
    using files = folder();
    const terminal = startOnTerminal(plot, { env: environment(files) });
    await terminal.until(/0\.[3-9] s/);
    terminal.order('hangup');
    await terminal.outcome;
    expectStopped(files);
  });

  it('asks first, and shows what it is about to do', async () => {
    using files = folder();
    const terminal = startOnTerminal(plot.filter((word) => word !== '--yes'), { env: { ...environment(files), NO_COLOR: '1' } });
    await terminal.until(/\[y\/N\]/);
    expect(terminal.screen()).toMatch(/sampling +repetitive\r\nperiod +1048576 clocks \(1\.05 ms\)\r\n[^]*Sample on sim-meter-0\? \[y\/N\]/);
    terminal.order('keys n\\n');
    expect(await terminal.outcome).toMatchObject({ status: 4 });
    expect(told(files).filter((command) => command.includes('SET'))).toEqual([]);
  });

  it('sends no bytes to a terminal', async () => {
    const terminal = startOnTerminal([...plot, '--format', 'binary']);
    expect(await terminal.outcome).toMatchObject({ status: 2 });
  });
});
