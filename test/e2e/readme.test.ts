import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { folder, top } from './support/auxctl.js';

const place = folder();
afterAll(() => { place[Symbol.dispose](); });

const page = readFileSync(`${top}/README.md`, 'utf8');
/** Each command of the page, with all that it is said to print. */
const steps = [...page.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split(/^(?=\$ )/m).map((part) => {
  const [line = '', ...shows] = part.trimEnd().split('\n');
  return { line: line.replace(/^\$ /, ''), shows: shows.join('\n') };
}));

/** What differs from one run to the next, and from one release of a compressor to the next. */
function steady(text: string): string {
  return text.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'TIME').replaceAll(/\d+ bytes/g, 'SIZE').trimEnd();
}

describe('the README', () => {
  it('shows what its commands print, line by line', () => {
    mkdirSync(place.at('bin'));
    mkdirSync(place.at('here'));
    symlinkSync(`${top}/cli/bin/auxctl`, place.at('bin/auxctl'));
    const env = { PATH: `${place.at('bin')}:${process.execPath.replace(/\/[^/]*$/, '')}:/usr/bin:/bin`, HOME: place.path, LC_ALL: 'C.UTF-8', TZ: 'UTC', STATE_DIRECTORY: place.at('state') };
    for (const { line, shows } of steps) {
      const { stdout } = spawnSync('/bin/sh', ['-c', `exec 2>&1; ${line} --root ${place.at('nothing')}`], { cwd: place.at('here'), env, encoding: 'utf8' });
      expect(steady(stdout.replaceAll(` --root ${place.at('nothing')}`, '')), line).toBe(steady(shows));
    }
    expect(steps.length).toBe(5);
  });

  it('names scripts of the workspace, files and pictures that are there', () => {
    const { scripts } = JSON.parse(readFileSync(`${top}/package.json`, 'utf8')) as { scripts: Record<string, string> };
    const named = [...page.matchAll(/(?:npm run|pnpm|npm) (demo|test|[a-z]+:[a-z]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(named.length).toBeGreaterThanOrEqual(6);
    const files = [...page.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, file = '']) => file);
    expect(files.filter((file) => !existsSync(`${top}/${file}`))).toEqual([]);
    expect(existsSync(`${top}/packaging/npm/pack.mjs`)).toBe(true);
  });
});
