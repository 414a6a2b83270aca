import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, folder, top } from './support/auxctl.js';

/** The tool as a distribution installs it, without the package of one vendor. */
const installed = folder();
const program = installed.at('cli/bin/auxctl');

beforeAll(() => {
  for (const part of ['cli/bin', 'cli/dist', 'cli/package.json']) cpSync(join(top, part), installed.at(part), { recursive: true });
  rmSync(installed.at('cli/dist/vendors/mlx5'), { recursive: true });
  rmSync(installed.at('cli/dist/completion/index-mlx5'));
});
afterAll(() => { installed[Symbol.dispose](); });

const run = async (...words: string[]): ReturnType<typeof ended> => ended(spawn(program, words));

describe('a vendor whose package is not installed', () => {
  it('is no plugin, has no simulator, and its package is named', async () => {
    expect((await run('plugin', 'list')).stdout).not.toMatch(/^mlx5/m);
    expect((await run('sim', 'list')).stdout).toMatch(/^cxl/m);
    const { status, stderr } = await run('cmd', 'list', 'mlx5');
    expect(status).toBe(2);
    expect(stderr).toContain('plugin mlx5 is not installed');
    expect(stderr).toContain('auxctl-vendor-mlx5');
  });

  it('is what doctor asks for when there is such a device', async () => {
    mkdirSync(installed.at('root'));
    execFileSync('tar', ['-xzf', join(top, 'test/fixtures/sysfs/lab.tar.gz'), '-C', installed.at('root')]);
    expect((await run('doctor', '--root', installed.at('root'))).stdout).toMatch(/^problem +\S+ is a device of plugin mlx5, which is not installed\.\n.*auxctl-vendor-mlx5 is its package/m);
  });

  it('is not offered to complete', () => {
    const offered = (word: string): string => execFileSync('awk', ['-f', join(installed.at('cli/dist/completion'), 'complete.awk'), '--', installed.at('cli/dist/completion'), '3', 'auxctl', 'reg', 'list', word], { encoding: 'utf8' });
    expect(offered('c')).toMatch(/^cxl\t/m);
    expect(offered('m')).not.toContain('mlx5');
  });
});
