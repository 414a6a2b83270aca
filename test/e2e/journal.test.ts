import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { auxctl, checked, faulty, folder, run, top, type Ended, type RunOptions } from './support/auxctl.js';

const { AUXCTL_TEST_KILLS: KILLS = '6', AUXCTL_TEST_WRITERS: WRITERS = '8', AUXCTL_TEST_COMMANDS: COMMANDS = '10' } = process.env;
const LONG_MS = 3_600_000;
const WRITE_OPCODE = '0011';
/** Calls for one append: the records written and synced, the seal written, synced and put in place. */
const CALLS = 5;
const shared = folder();
afterAll(() => { shared[Symbol.dispose](); });

const simulated = ['--sim', 'faulty:7', '--plugin', faulty];
const writeWords = (state: string, ...more: string[]): string[] => ['reg', 'write', 'sim-faulty-0', 'STATE', 'slot=1', `lanes[2]=${9 + more.length}`, 'mode=calm', '--allow', 'configure', '--yes', ...simulated, '--state', state, ...more];

async function write(state: string, options: RunOptions = {}, ...more: string[]): Promise<Ended> {
  return run(writeWords(state, ...more), options);
}

async function verify(state: string, ...more: string[]): Promise<Record<string, unknown> & { readonly status: number | null }> {
  const { status, stdout } = await run(['journal', 'verify', '--json', '--state', state, ...more]);
  return { ...checked(stdout), status };
}

function recordsOf(state: string): Record<string, unknown>[] {
  const files = readdirSync(join(state, 'journal')).filter((name) => name.endsWith('.jsonl')).sort();
  return files.flatMap((name) => readFileSync(join(state, 'journal', name), 'utf8').split('\n')).flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}

/** Writes that reached the simulated device, by the digest of their bytes. */
function received(log: string): string[] {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').filter((line) => line !== '') : [];
  return lines.map((line) => line.split(' ')[1] ?? '').filter((hex) => hex.startsWith(WRITE_OPCODE)).map((hex) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex'));
}

/** Every write that the device got has an intent of its own on the disk. */
function expectIntents(state: string, log: string): number {
  const intents = existsSync(join(state, 'journal')) ? recordsOf(state).filter(({ type }) => type === 'intent').map(({ request }) => (request as { sha256?: string }).sha256) : [];
  const commands = received(log);
  for (const digest of new Set(commands)) expect(intents.filter((each) => each === digest).length).toBeGreaterThanOrEqual(commands.filter((each) => each === digest).length);
  return commands.length;
}

/** The library that stands in for the calls that write. */
function interposer(): string {
  const library = shared.at('interposer.so');
  if (!existsSync(library)) expect(spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(top, 'test/e2e/fixtures/journal/interposer.c'), '-ldl'], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  return library;
}

const interposed = (state: string, how: string, at: number): Record<string, string> => ({ LD_PRELOAD: interposer(), AUXCTL_TEST_STATE: state, AUXCTL_TEST_HOW: how, AUXCTL_TEST_AT: String(at) });

describe('journal', () => {
  it('lists, shows, exports and verifies what was done to a simulated device when --state is given', async () => {
    using state = folder();
    expect(await write(state.path, { env: { SUDO_USER: 'eve' } }, '--reason', 'ticket 5')).toMatchObject({ status: 0 });
    expect(await run(['call', 'sim-faulty-0', 'WIPE', '--allow', 'invasive', '--yes', ...simulated, '--state', state.path])).toMatchObject({ status: 0 });
    const at = ['--state', state.path];
    const list = await run(['journal', 'list', ...at]);
    expect(list.stdout).toMatch(/^ *2 .* eve +sim-faulty-0 +STATE +configure +answered +.*lanes\[2\]: 3 -> 11.* ticket 5$/m);
    expect(list.stdout).toMatch(/^ *4 .*WIPE +invasive +answered/m);
    const document = checked((await run(['journal', 'list', '--json', ...at, '--effect', 'invasive'])).stdout) as { commands: { intent: { command: string } }[] };
    expect(document.commands.map(({ intent: { command } }) => command)).toEqual(['WIPE']);
    for (const [words, count] of [[['--user', 'eve'], 1], [['--device', 'other'], 0], [['--since', '1h'], 2], [['--since', '2099-01-01'], 0], [['--last', '1'], 1]] as const) {
      expect((checked((await run(['journal', 'list', '--json', ...at, ...words])).stdout) as { commands: unknown[] }).commands, words.join(' ')).toHaveLength(count);
    }
    expect(checked((await run(['journal', 'show', '2', '--json', ...at])).stdout)).toMatchObject({ intent: { reason: 'ticket 5', device: { firmware: '1.2' } }, outcome: { result: 'answered' } });
    expect((await run(['journal', 'show', '2', ...at])).stdout).toMatch(/^lanes\[2\] +3 +11$/m);
    expect((await run(['journal', 'export', ...at])).stdout).toBe(readFileSync(state.at('journal/000001.jsonl'), 'utf8'));
    expect((await run(['journal', 'export', ...at, '--effect', 'configure'])).stdout.trim().split('\n')).toHaveLength(2);
    expect(checked((await run(['journal', 'export', '--json', ...at, '-o', state.at('out')])).stdout)).toMatchObject({ records: 5 });
    expect(await verify(state.path)).toMatchObject({ status: 0, state: 'intact', records: 5, unfinished: { count: 0 } });
  });

  it.each([
    [['show', '1'], 2, 'ERR_UNKNOWN_NAME'], [['show', 'x'], 2, 'ERR_USAGE'], [['list', '--since', 'then'], 2, 'ERR_USAGE'], [['list', '--last', '0'], 2, 'ERR_USAGE'], [['verify', '--journal-key', '/nonexistent'], 4, 'ERR_JOURNAL'],
  ])('refuses %j', async (words, status, code) => {
    using state = folder();
    const ended = await run(['journal', ...words, '--json', '--state', state.path]);
    expect(ended.status).toBe(status);
    expect(checked(ended.stderr)).toMatchObject({ code });
  });

  it('has nothing of what only reads, and nothing of simulated devices otherwise', async () => {
    using state = folder();
    expect(await run(['reg', 'read', 'sim-faulty-0', 'STATE', ...simulated, '--state', state.path])).toMatchObject({ status: 0 });
    expect(await run(writeWords(state.path).slice(0, -2), { env: { STATE_DIRECTORY: state.path } })).toMatchObject({ status: 0 });
    expect(readdirSync(state.path)).toEqual([]);
    expect(await run(['journal', 'list', '--state', state.path])).toMatchObject({ status: 0, stdout: '' });
    expect(await verify(state.path)).toMatchObject({ status: 0, state: 'absent' });
  });

  it('verify ends with status 7 and says where', async () => {
    using state = folder();
    await write(state.path);
    const file = state.at('journal/000001.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('sim-faulty-0', 'sim-faulty-1'));
    const { status, stdout } = await run(['journal', 'verify', '--state', state.path]);
    expect(status).toBe(7);
    expect(stdout).toContain(`${file}:2: `);
    expect(await verify(state.path)).toMatchObject({ status: 7, state: 'broken', problems: [{ kind: 'edited', file, line: 2, sequence: 2 }] });
  });

  it('is sealed with a key', async () => {
    using state = folder();
    writeFileSync(state.at('key'), 'k'.repeat(32));
    const key = ['--journal-key', state.at('key')];
    expect(await write(state.path, {}, ...key)).toMatchObject({ status: 0 });
    expect(await verify(state.path, ...key)).toMatchObject({ status: 0, seal: 'proven' });
    expect(await verify(state.path)).toMatchObject({ status: 0, seal: 'unproven' });
    using log = folder();
    expect(await write(state.path, { env: { FAULTY_LOG: log.at('log') } })).toMatchObject({ status: 4 });
    expect(received(log.at('log'))).toEqual([]);
  });
});

describe('a command is refused before it is sent', () => {
  it('when the journal cannot be made or written', async () => {
    using state = folder();
    writeFileSync(state.at('file'), '');
    mkdirSync(state.at('spoilt/journal'), { recursive: true });
    writeFileSync(state.at('spoilt/journal/000001.jsonl'), '');
    for (const place of ['/proc/auxctl', state.at('file'), state.at('spoilt')]) {
      const { status, stderr } = await write(place, { env: { FAULTY_LOG: state.at('log') } }, '--json');
      expect(status, place).toBe(4);
      expect(checked(stderr)).toMatchObject({ code: 'ERR_JOURNAL', layer: 'policy' });
    }
    expect(received(state.at('log'))).toEqual([]);
  });

  it('on a full disk, whichever call finds it full, and what was recorded stays whole', async () => {
    using state = folder();
    await write(state.path);
    const log = state.at('log');
    let refused = 0;
    for (let at = 1; at <= 40; at++) {
      const before = received(log).length;
      const { status } = await write(state.path, { env: { ...interposed(state.at('journal'), 'full', at), FAULTY_LOG: log } });
      expectIntents(state.path, log);
      expect(await verify(state.path)).toMatchObject({ status: 0, state: 'intact' });
      if (status === 0) break;
      expect(status).toBe(4);
      expect(received(log).length).toBe(before);
      refused += 1;
    }
    expect(refused).toBe(CALLS);
    expect(await write(state.path)).toMatchObject({ status: 0 });
    expect(await verify(state.path)).toMatchObject({ status: 0, state: 'intact' });
  }, LONG_MS);

  it.skipIf(spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=16k', 'none', '/mnt']).status !== 0)('on a small file system that fills up', async () => {
    using log = folder();
    const script = 'mount -t tmpfs -o size=32k none "$1" && shift && for i in $(seq 40); do "$@" >/dev/null 2>"$FAULTY_LOG.err" || { echo $? $(ls -s "$FAULTY_LOG"); cat "$FAULTY_LOG.err"; exit 0; }; done';
    mkdirSync(log.at('state'));
    writeFileSync(log.at('log'), '');
    const child = spawn('unshare', ['-rm', 'sh', '-c', script, 'sh', log.at('state'), auxctl, ...writeWords(log.at('state'))], { cwd: top, env: { PATH: process.env['PATH'], FAULTY_LOG: log.at('log') }, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (data: Buffer) => { text += data.toString(); });
    await once(child, 'close');
    expect(text).toMatch(/^4 /);
    expect(text).toMatch(/ENOSPC/);
    expect(received(log.at('log')).length).toBeGreaterThan(3);
  }, LONG_MS);
});

describe('a process that is killed', () => {
  it.each(['before', 'half', 'after'])('%s any call that writes leaves a journal that verifies, and no command without its intent', async (how) => {
    using state = folder();
    const log = state.at('log');
    let kills = 0;
    for (let at = 1; at <= 40; at++) {
      const { signal, status } = await write(state.path, { env: { ...interposed(state.at('journal'), how, at), FAULTY_LOG: log } });
      expectIntents(state.path, log);
      expect(await verify(state.path), `killed ${how} call ${at}`).toMatchObject({ status: 0 });
      if (signal !== 'SIGKILL' && status !== 137) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThanOrEqual(2 * CALLS);
    expect(await write(state.path, { env: { FAULTY_LOG: log } })).toMatchObject({ status: 0 });
    expect(await verify(state.path)).toMatchObject({ status: 0, state: 'intact', tornBytes: 0, unsealed: 0 });
    expect(recordsOf(state.path).some(({ type }) => type === 'recovery')).toBe(true);
  }, LONG_MS);

  it(`at ${KILLS} random moments does so too`, async () => {
    using state = folder();
    const log = state.at('log');
    const started = performance.now();
    await write(state.path, { env: { FAULTY_LOG: log } });
    const usualMs = performance.now() - started;
    for (let kill = 0; kill < Number(KILLS); kill++) {
      const child = spawn(auxctl, writeWords(state.path), { cwd: top, env: { PATH: process.env['PATH'], FAULTY_LOG: log }, stdio: 'ignore' });
      const closed = once(child, 'close');
      await Promise.race([closed, delay(usualMs * Math.random())]);
      child.kill('SIGKILL');
      await closed;
      expectIntents(state.path, log);
      if (kill % 10 === 0) expect(await verify(state.path)).toMatchObject({ status: 0, state: 'intact' });
    }
    await write(state.path, { env: { FAULTY_LOG: log } });
    expect(await verify(state.path)).toMatchObject({ status: 0, state: 'intact', tornBytes: 0, unsealed: 0 });
    expect(expectIntents(state.path, log)).toBeGreaterThanOrEqual(2);
  }, LONG_MS);
});

describe('many processes', () => {
  it(`${WRITERS} at once record ${COMMANDS} commands each, over many files, and every record is there once`, async () => {
    using state = folder();
    const script = shared.at('writer.mjs');
    await build({ entryPoints: [join(top, 'test/e2e/fixtures/journal/writer.ts')], outfile: script, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['auxctl-source'], absWorkingDir: top, logLevel: 'error', banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' } });
    const ended = await Promise.all(Array.from({ length: Number(WRITERS) }, async () => {
      const child = spawn(process.execPath, [script, top, state.path, COMMANDS, '20000'], { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (data: Buffer) => { stderr += data.toString(); });
      const [status, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
      return { status, signal, stderr };
    }));
    expect(ended.filter(({ status, stderr }) => status !== 0 || stderr !== '')).toEqual([]);
    const found = await verify(state.path);
    expect(found).toMatchObject({ status: 0, state: 'intact', unsealed: 0, tornBytes: 0, recoveries: 0, unfinished: { count: 0 } });
    const records = recordsOf(state.path);
    for (const type of ['intent', 'outcome']) expect(records.filter((each) => each['type'] === type)).toHaveLength(Number(WRITERS) * Number(COMMANDS));
    expect(new Set(records.map(({ sequence }) => sequence)).size).toBe(records.length);
    expect(found['files']).toBe(records.filter(({ type }) => type === 'file').length);
    appendFileSync(join(state.path, 'journal', '000001.jsonl'), 'x\n');
    expect(await verify(state.path)).toMatchObject(Number(found['files']) > 1 ? { status: 7 } : { status: 0 });
  }, LONG_MS);
});
