import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, run, top } from './support/auxctl.js';

const UNIT = join(top, 'packaging/systemd/auxctl-journal-watch.service');
const MOST_EXPOSURE = 3;
const valueOf = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(UNIT, 'utf8'))?.[1] ?? '';

describe('the service that watches', () => {
  it('starts a command line that there is', async () => {
    using root = folder();
    const [program, ...words] = valueOf('ExecStart').split(' ');
    expect(program).toBe('/usr/bin/auxctl');
    const { status, stderr } = await run([...words, '--json', '--root', root.path, '--state', root.at('state')]);
    expect({ status, ...(JSON.parse(stderr) as object) }).toMatchObject({ status: 4, code: 'ERR_KERNEL_SETTING' });
    expect((await run([...words, '--no-such-option'])).status).toBe(2);
  });

  it('keeps its journal where the tool looks for it', () => {
    expect(valueOf('StateDirectory')).toBe('auxctl');
  });

  it('has the group that is made, and that the nodes and folders are given to', () => {
    const text = (file: string): string => readFileSync(join(top, 'packaging', file), 'utf8');
    const groups = [
      valueOf('Group'), /^g (\S+) -$/m.exec(text('sysusers/auxctl.conf'))?.[1], /GROUP="([^"]+)"/.exec(text('udev/70-auxctl.rules'))?.[1],
      ...[...text('tmpfiles/auxctl.conf').matchAll(/^d \S+ +\d+ root (\S+) -$/gm)].map(([, group]) => group),
    ];
    expect(groups).toEqual(Array(7).fill('auxctl'));
    expect(new RegExp(`^d /var/lib/auxctl +${valueOf('StateDirectoryMode')} `, 'm').test(text('tmpfiles/auxctl.conf'))).toBe(true);
  });

  it.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)('is confined (skipped without systemd-analyze)', () => {
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', UNIT], { encoding: 'utf8' });
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThanOrEqual(MOST_EXPOSURE);
  });
});

describe('a watcher that cannot watch', () => {
  it.each([
    ['without tracing', {}, /mount -t tracefs nodev/],
    ['without probes', { 'sys/kernel/tracing/trace': '' }, /CONFIG_KPROBE_EVENTS=y/],
    ['where processes have other numbers', { 'sys/kernel/tracing/kprobe_events': '', 'sys/kernel/tracing/instances/README': '' }, /container/],
  ] as const)('says what is missing, %s, and leaves nothing behind', async (_what, files, hint) => {
    using root = folder();
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(root.path, file, '..'), { recursive: true });
      writeFileSync(root.at(file), text);
    }
    const { status, stdout, stderr } = await run(['journal', 'watch', '--json', '--root', root.path, '--state', root.at('state')]);
    const error = JSON.parse(stderr) as { readonly message: string; readonly hint: string };
    expect({ status, stdout, ...error }).toMatchObject({ status: 4, stdout: '', code: 'ERR_KERNEL_SETTING', layer: 'system-call' });
    expect(`${error.message} ${error.hint}`).toMatch(hint);
  });
});
