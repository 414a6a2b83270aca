import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Session } from './support/session.js';

interface Step {
  readonly host: string;
  readonly words: readonly string[];
  readonly shows: readonly string[];
}

/** The commands of the page, each with the lines that it is said to show. */
function stepsOf(page: string): Step[] {
  return [...page.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split(/^(?=(?:good|bad)\$ )/m).map((part): Step => {
    const [line = '', ...shows] = part.trimEnd().split('\n');
    const [, host = '', command = ''] = /^(good|bad)\$ auxctl (.*)$/.exec(line) ?? [];
    return { host, words: command.split(' '), shows };
  }));
}

/** What differs from one run to the next. */
function steady(text: string, folder: string): string {
  return text.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'TIME').replaceAll(`${folder}/`, '').replaceAll(/the journal in \S+/g, 'the journal in STATE').replaceAll(/ MNVDA \([^)]*\)/g, ' MNVDA (COMMAND)')
    .replaceAll(/ {2,}/g, '  ').replaceAll(/^ +/gm, '');
}

it('the page that finds out why two hosts differ is true, line by line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-hosts-'));
  try {
    const hosts = new Map(['good', 'bad'].map((name) => [name, new Session(['--sim', 'mlx5', '--root', join(folder, 'nothing'), '--state', join(folder, name)])]));
    const bad = hosts.get('bad') ?? expect.unreachable();
    const change = ['--allow', 'configure', '--yes'];
    expect((await bad.run(['nvconfig', 'set', 'sim-mlx5-0', 'NUM_OF_VFS=16', ...change, '--reason', 'more guests'])).status).toBe(0);
    const tool = new Session(['--sim', 'mlx5', '--root', join(folder, 'nothing'), '--state', join(folder, 'other')], bad.simulators);
    expect((await tool.run(['nvconfig', 'set', 'sim-mlx5-0', 'SRIOV_EN=1', ...change])).status).toBe(0);

    const steps = stepsOf(readFileSync(new URL('../../docs/two-hosts.md', import.meta.url), 'utf8'));
    expect(steps.length).toBe(8);
    let lines = 0;
    for (const { host, words, shows } of steps) {
      const isBetweenFiles = words.includes('--with');
      const session = isBetweenFiles ? new Session([]) : hosts.get(host) ?? expect.unreachable();
      const { status, data, said } = await session.run(words.map((word) => (word.endsWith('.json.gz') ? join(folder, word) : word)));
      expect([0, 7], `auxctl ${words.join(' ')}: ${said}`).toContain(status);
      if (words.includes('-o')) rename(join(folder, words.at(-1) ?? ''), host);
      const got = steady(data, folder).split('\n');
      for (const line of shows) {
        const wanted = steady(line, folder).replaceAll(/ on (?:good|bad)$/gm, '');
        expect(got.map((each) => each.replaceAll(/ on \S+?(?=$|: )/g, '')), basename(line)).toContain(wanted.replaceAll(/ on (?:good|bad)(?=$|: )/g, ''));
        lines += 1;
      }
    }
    expect(lines).toBeGreaterThan(14);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The report of another machine: this test has one only. */
function rename(path: string, name: string): void {
  const report = JSON.parse(gunzipSync(readFileSync(path)).toString()) as { host: object };
  writeFileSync(path, gzipSync(JSON.stringify({ ...report, host: { ...report.host, name } })));
}
