import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, folder, line, top, type Ended } from './support/auxctl.js';
import { installPackages, installScript } from './support/installation.js';

const place = folder();
const scripts = readdirSync(join(top, 'examples/scripts')).filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -'.ts'.length));
const ran = new Set<string>();

beforeAll(async () => {
  await installPackages(place.path);
  for (const name of scripts) await installScript(place.path, name);
}, 120_000);
afterAll(() => { place[Symbol.dispose](); });

/** Runs a script as a program of its own, from packages alone. */
async function script(name: string, ...words: readonly string[]): Promise<Ended> {
  ran.add(name);
  const { PATH = '', HOME = '' } = process.env;
  return ended(spawn(process.execPath, [place.at(`${name}.mjs`), ...words], { cwd: place.path, env: { PATH, HOME } }));
}

describe('scripts that use the library', () => {
  it('list devices', async () => {
    const { stdout, stderr, status } = await script('list-devices', '--sim', 'mlx5', '--sim', 'mlx5');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const rows = stdout.split('\n').filter((row) => row.startsWith('sim-'));
    expect(rows).toEqual([0, 1].map((index) => expect.stringMatching(new RegExp(`^sim-mlx5-${index}  NVIDIA  ConnectX-6 Dx  firmware=22\\.43\\.1014  psid=SIM_0000000022`)) as string));
  });

  it('watch a temperature', async () => {
    const { stdout, stderr, status } = await script('watch-temperature', 'sim-mlx5-0', '--sim', 'mlx5', '--every', '10', '--count', '3');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^(\d{4}-\d\d-\d\dT[\d:.]+Z {2}\d+(\.\d+)? C\n){3}$/);
  });

  it('write a dump that the tool reads', async () => {
    const { stdout, stderr, status } = await script('dump-to-file', 'sim-mlx5-0', 'snapshot', '--sim', 'mlx5');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^snapshot: \d+ bytes\n$/);
    const shown = await line(`show ${place.at('snapshot')} --json`);
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('NODE_DESC');
    const again = await script('dump-to-file', 'sim-mlx5-0', 'snapshot', '--sim', 'mlx5');
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('EEXIST') as string });
  });

  it('send a command, and none that is not allowed', async () => {
    const query = `0101${'00'.repeat(14)}`;
    const { stdout, stderr, status } = await script('raw-command', 'sim-mlx5-0', query, '--sim', 'mlx5', '--reply', '272');
    expect({ stderr, status }).toEqual({ stderr: 'QUERY_ADAPTER (inspect)\n', status: 0 });
    expect(stdout).toMatch(/^00[0-9a-f]{542}\n$/);
    const refused = await script('raw-command', 'sim-mlx5-0', `eeee${'0000'.repeat(7)}`, '--sim', 'mlx5');
    expect(refused).toMatchObject({ status: 4, stdout: '', stderr: expect.stringContaining('ERR_NOT_ALLOWED') as string });
    expect(await script('raw-command', 'nobody', query, '--sim', 'mlx5')).toMatchObject({ status: 3, stderr: expect.stringContaining('ERR_NO_DEVICE') as string });
  });

  it('have all been run', () => {
    expect([...ran].sort()).toEqual(scripts.sort());
    expect(existsSync(place.at('node_modules/@auxctl/native/build'))).toBe(false);
  });
});
