import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checked, ended, folder, json, line, run, start, top } from './support/auxctl.js';

const hasAddon = existsSync(join(top, 'native/build/Release/auxctl.node'));

describe('demo', () => {
  it('is a tour of commands that a user can type', async () => {
    const { stdout, stderr, status } = await run(['demo']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const lines = Array.from(stdout.matchAll(/^\$ auxctl (.*)$/gm), ([, words = '']) => words);
    expect(lines.map((words) => words.split(' ').slice(0, words.startsWith('reg') ? 2 : 1).join(' '))).toEqual(['list', 'info', 'caps', 'reg read', 'dump', 'reg write', 'reg write', 'diff', 'reg read']);
    expect(stdout).toContain('This would allow it: auxctl reg write sim-mlx5-0 PAOS');
    expect(stdout).toMatch(/admin_status +up \(1\) +down_by_configuration \(2\)/);
    expect(stdout).toMatch(/^register PAOS local_port=1\n[^]*^ +admin_status +up \(1\) +down_by_configuration \(2\)/m);
    expect(stdout).toMatch(/"symbol": "down_by_configuration"/);
    const [, saved = ''] = /^\$ auxctl dump sim-mlx5-0 -o (\S+)/m.exec(stdout) ?? [];
    expect(saved).toMatch(/before\.dump\.gz$/);
    expect(existsSync(saved)).toBe(false);
    expect(stdout).toMatch(/# Where to go next\n(auxctl .*\n)+$/);
  });

  it('shows what its commands really print', async () => {
    const { steps } = await json('demo');
    const alone = (steps as { command: string; exitStatus: number; output: string }[]).slice(0, 7).filter(({ command }) => !command.includes('.dump'));
    expect(alone).toHaveLength(6);
    for (const { command, exitStatus, output } of alone) {
      const again = await run([...command.split(' ').slice(1), '--root', '/']);
      expect(again.status, command).toBe(exitStatus);
      const shown = (text: string): string => text.replaceAll(/ --root \//g, '').replaceAll(/\d/g, '#');
      expect(shown(again.stderr + again.stdout), command).toBe(shown(output));
    }
  });

  it('needs neither the addon nor a device', async () => {
    using elsewhere = folder();
    const { execFileSync } = await import('node:child_process');
    execFileSync('cp', ['-r', join(top, 'cli/bin'), join(top, 'cli/dist'), join(top, 'cli/package.json'), elsewhere.path]);
    expect(execFileSync(elsewhere.at('bin/auxctl'), ['demo'], { encoding: 'utf8' })).toContain('Where to go next');
    const { stdout } = await line('doctor --root /nonexistent');
    expect(stdout).toContain('auxctl demo');
  });
});

describe.skipIf(!hasAddon)(hasAddon ? 'sim serve' : 'sim serve (skipped: the native addon is not built)', () => {
  it('serves until it is told to end, and leaves nothing behind', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      using files = folder();
      const child = start(['sim', 'serve', 'mlx5', '--vfio-user', files.at('s'), '--index', '3', '--json']);
      const [ready] = await once(child.stdout, 'data') as [Buffer];
      expect(checked(ready.toString())).toEqual({ schema: 'auxctl.sim-serve/1', plugin: 'mlx5', device: 'sim-mlx5-3', socket: files.at('s'), processId: child.pid });
      expect(statSync(files.at('s')).isSocket()).toBe(true);
      child.kill(signal);
      expect(await ended(child)).toMatchObject({ status: 0, stderr: '' });
      expect(existsSync(files.at('s'))).toBe(false);
    }
  });

  it('says who comes and goes, and what a client gets wrong', async () => {
    using files = folder();
    const child = start(['sim', 'serve', 'mlx5', '--vfio-user', files.at('s'), '-v', '--profile', 'minimal', '--log', files.at('log')]);
    const [ready] = await once(child.stdout, 'data') as [Buffer];
    expect(ready.toString()).toBe(`serving sim-mlx5-0 on ${files.at('s')}, process ${child.pid ?? 0}\n`);
    expect(readFileSync(files.at('log'), 'utf8')).toBe('');
    const client = connect(files.at('s'));
    client.on('error', () => undefined).end('this is no vfio-user message at all, but long enough to be one');
    await new Promise((resolve) => client.once('close', resolve));
    child.kill('SIGTERM');
    const { stderr, status } = await ended(child);
    expect(status).toBe(0);
    expect(stderr).toMatch(new RegExp(`^connected: process ${process.pid}\ndisconnected: \\S.*\n$`));
  });

  it('refuses a path that is taken', async () => {
    using files = folder();
    writeFileSync(files.at('s'), '');
    expect(await line(`sim serve mlx5 --vfio-user ${files.at('s')}`)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('is not a socket') as string });
    expect((await line('sim serve mlx5 --vfio-user /nonexistent/s')).status).toBe(1);
    expect((await line(`sim serve mlx5 --vfio-user ${files.at('x'.repeat(120))}`)).status).not.toBe(0);
    const child = start(['sim', 'serve', 'mlx5', '--vfio-user', files.at('t')]);
    await once(child.stdout, 'data');
    expect(await line(`sim serve mlx5 --vfio-user ${files.at('t')}`)).toMatchObject({ status: 2, stderr: expect.stringContaining('Another server') as string });
    child.kill('SIGKILL');
    await ended(child);
  });
});
