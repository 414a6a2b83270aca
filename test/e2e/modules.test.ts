import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../cli/src/output/style.js';
import { helpText } from '../../cli/src/program.js';
import { folder, top } from './support/auxctl.js';

const dist = join(top, 'cli/dist');
const inputs = JSON.parse(readFileSync(join(dist, 'modules.json'), 'utf8')) as Readonly<Record<string, readonly string[]>>;

/** The pieces of code that a command loads, by their ids. */
function piecesOf(words: readonly string[]): string[] {
  using files = folder();
  writeFileSync(files.at('run.cjs'), `
    const loaded = [];
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(files.at('loaded'))}, JSON.stringify(loaded)));
    require(${JSON.stringify(join(top, 'cli/bin/load.cjs'))}).openTool(${JSON.stringify(dist)}, { onLoad: (id) => { loaded.push(id); } }).run();
  `);
  execFileSync(process.execPath, [files.at('run.cjs'), ...words], { stdio: 'pipe' });
  return JSON.parse(readFileSync(files.at('loaded'), 'utf8')) as string[];
}

/** The modules in them. */
function modulesOf(words: readonly string[]): string[] {
  return piecesOf(words).flatMap((id) => inputs[id] ?? [id]);
}

/** The files of code that they are in, by number. */
function filesOf(words: readonly string[]): string[] {
  return [...new Set(piecesOf(words).map((id) => id.split(':')[0] ?? ''))].sort();
}

const isOf = (part: RegExp) => (name: string): boolean => part.test(name);

describe('what a command loads', () => {
  it('--version: nothing of the bundle', () => {
    using files = folder();
    cpSync(join(top, 'cli/bin'), files.at('bin'), { recursive: true });
    cpSync(join(top, 'cli/package.json'), files.at('package.json'));
    expect(execFileSync(files.at('bin/auxctl'), ['--version'], { encoding: 'utf8' })).toMatch(/^auxctl \d+\.\d+\.\d+\n$/);
  });

  it('list: no vendor, no schema library, no layout, no channel, no addon', () => {
    const modules = modulesOf(['list', '--root', '/nonexistent']);
    expect(modules.some(isOf(/src\/commands\/list\.ts$/))).toBe(true);
    expect(modules.filter(isOf(/vendors\/|zod|native\/src|schemas\/src\/(?!words|formats|layout\/(model|scope)|model)|core\/src\/(channel|layout|transport|vfio\/(?!driver)|dump|simulator)/))).toEqual([]);
    expect(modules.filter(isOf(/src\/commands\//))).toEqual(['src/commands/list.ts']);
  });

  it('what has to be quick: no file of code but those that were made for it', () => {
    const rest = String(readdirSync(dist).filter((name) => /^auxctl-\d+\.cjs$/.test(name)).length - 1);
    expect(filesOf(['list', '--root', '/nonexistent'])).toEqual(['0', '1']);
    expect(filesOf(['reg', 'describe', 'mlx5', 'PPCNT'])).toEqual(['0', '2']);
    expect(filesOf(['plugin', 'list'])).toContain(rest);
  });

  it('--help where nobody watches: a text that says what the tool says', () => {
    using files = folder();
    cpSync(join(top, 'cli/bin'), files.at('bin'), { recursive: true });
    mkdirSync(files.at('dist'));
    cpSync(join(dist, 'help.txt'), files.at('dist/help.txt'));
    expect(execFileSync(files.at('bin/auxctl'), ['--help'], { encoding: 'utf8' })).toBe(helpText([], PLAIN));
    expect(execFileSync(files.at('bin/auxctl'), ['-h'], { encoding: 'utf8' })).toBe(helpText([], PLAIN));
  });

  it('reg list: no vendor\'s code, no schema library, no channel', () => {
    const modules = modulesOf(['reg', 'list', 'mlx5']);
    expect(modules.some(isOf(/core\/src\/store\/store\.ts$/))).toBe(true);
    expect(modules.filter(isOf(/vendors\/|zod|native\/src|core\/src\/(bus\/scan|transport|vfio|dump|simulator)/))).toEqual([]);
  });

  it('reg read on a simulated device: that simulator, but no schema library, no server, no addon', () => {
    const modules = modulesOf(['reg', 'read', 'sim-mlx5-0', 'MTMP', '--sim', 'mlx5']);
    expect(modules.filter(isOf(/^simulator:/))).toEqual(['simulator:mlx5']);
    expect(modules.filter(isOf(/zod|native\/src|core\/src\/vfio/))).toEqual([]);
  });

  it('plugin import: the XML parser, and no other command of plugins', () => {
    using out = folder();
    const isParser = isOf(/node_modules.*\/sax/);
    expect(modulesOf(['plugin', 'import', 'adb', join(top, 'test/fixtures/adb/sample.adb'), '-o', out.path]).some(isParser)).toBe(true);
    expect(modulesOf(['plugin', 'list']).filter(isParser)).toEqual([]);
  });

  it('plugin check: the schema library', () => {
    expect(modulesOf(['plugin', 'check', join(top, 'kit/template')]).some(isOf(/zod/))).toBe(true);
  });
});
