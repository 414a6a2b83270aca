import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, top } from './support/auxctl.js';

const dist = join(top, 'cli/dist');
const inputs = Object.keys(JSON.parse(readFileSync(join(dist, 'modules.json'), 'utf8')) as object);

/**
 * The modules of the bundle that a command runs: those that the bundler left outside every function, and those whose function was called. The
 * bundle's own helpers are made to tell.
 */
function modulesOf(words: readonly string[]): string[] {
  using files = folder();
  const bundle = readFileSync(join(dist, 'auxctl.cjs'), 'utf8');
  const lazy = new Set(Array.from(bundle.matchAll(/(?:__esm|__commonJS)\(\{"([^"]+)"\(/g), ([, name = '']) => name));
  expect(lazy.size).toBeGreaterThan(100);
  const traced = bundle.replace(/__esm=\((\w+),\w+\)=>function\(\)\{|__commonJS=\((\w+),\w+\)=>function\(\)\{/g, (text, esm: string | undefined, cjs: string | undefined) => `${text}(globalThis.auxctlRan??=new Set()).add(Object.getOwnPropertyNames(${esm ?? cjs ?? ''})[0]);`);
  expect(traced.match(/auxctlRan/g)).toHaveLength(2);
  writeFileSync(files.at('auxctl.cjs'), traced.replaceAll('__dirname', JSON.stringify(dist)));
  writeFileSync(files.at('run.cjs'), `
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(files.at('ran'))}, JSON.stringify([...globalThis.auxctlRan ?? []])));
    require('./auxctl.cjs');
  `);
  execFileSync(process.execPath, [files.at('run.cjs'), ...words], { stdio: 'pipe' });
  const ran = JSON.parse(readFileSync(files.at('ran'), 'utf8')) as string[];
  const eager = inputs.filter((name) => !lazy.has(name));
  return [...new Set([...eager, ...ran])];
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
