import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRoot, inRoot, keptRoot, tryInRoot } from '../../packaging/debian-root.mjs';
import { vendorNames } from '../../packaging/vendors.mjs';
import { top } from '../../.ci/step.mjs';
import { buildAgain, buildPackages, filesOf, reason, rpmFolder } from './support/packages.mjs';

const LONG_MS = 1_800_000;
const MOST_OF_TOOL = 3_000_000;
const root = mkdtempSync(join(tmpdir(), 'auxctl-rpm-'));
afterAll(() => { rmSync(root, { recursive: true, force: true }); });

/** Its plugin that parts mounts wants / to be one. */
const rpm = (words) => inRoot(root, ['rpm', '--noplugins', ...words]);
const query = (format, name) => rpm(['--query', '--package', '--queryformat', format, `/rpms/${name}`]);

/** There is no Fedora to be had: rpm installs into a Debian that has Node.js, and knows nothing of Debian's packages. */
describe.skipIf(reason !== undefined)('the RPM packages', () => {
  beforeAll(() => {
    buildPackages('rpm');
    copyRoot(keptRoot(['nodejs', 'rpm', 'rpmlint']), root);
    mkdirSync(join(root, 'rpms'));
    for (const file of [...filesOf(rpmFolder, '.rpm'), ...filesOf(rpmFolder, '.spec')]) cpSync(file, join(root, 'rpms', file.slice(rpmFolder.length)));
    cpSync(join(top, 'packaging/rpm/rpmlint.toml'), join(root, 'rpmlint.toml'));
  }, LONG_MS);

  const names = () => filesOf(join(root, 'rpms'), '.rpm').map((path) => path.slice(join(root, 'rpms/').length)).filter((name) => !name.endsWith('.src.rpm'));

  it('are the tool, the vendors, the kit and the documents', () => {
    expect(names().map((name) => query('%{NAME}', name)).sort()).toEqual(['auxctl', 'auxctl-dev', 'auxctl-doc', ...vendorNames().map((name) => `auxctl-vendor-${name}`)].sort());
  });

  it('need Node.js and what it needs itself; are small', () => {
    const [tool = ''] = names().filter((name) => name.endsWith('.x86_64.rpm'));
    const needs = rpm(['--query', '--package', '--requires', `/rpms/${tool}`]).trim().split('\n').filter((each) => !/^(rpmlib|rtld|ld-linux|config\()/.test(each)).map((each) => each.replace(/[ (.].*/, ''));
    expect([...new Set(needs)].sort()).toEqual(['/bin/sh', '/usr/bin/node', 'libc', 'libm', 'libnode', 'libstdc++', 'nodejs'].filter((each) => each === 'nodejs' || needs.includes(each)).sort());
    expect(Number(query('%{SIZE}', tool))).toBeLessThan(MOST_OF_TOOL);
    for (const name of names().filter((each) => each.includes('-vendor-'))) expect(query('%{ARCH} [%{REQUIRENAME} ]', name), name).toMatch(/^noarch auxctl rpmlib/);
  });

  it('have nothing to say to rpmlint', () => {
    const { stdout, status } = tryInRoot(root, ['sh', '-c', 'rpmlint --config /rpmlint.toml /rpms/*.rpm /rpms/auxctl.spec']);
    expect(stdout.split('\n').filter((line) => / [EW]: /.test(line))).toEqual([]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(' 0 errors, 0 warnings') });
  }, LONG_MS);

  it('are the same from another build, at another time, by another user\'s settings', () => {
    // The source's package is one more.
    expect(buildAgain('rpm', rpmFolder)).toEqual({ count: 4 + vendorNames().length, differing: [] });
  }, LONG_MS);

  it('are installed, used and removed, and leave nothing but the journal', () => {
    const packages = names().map((name) => `/rpms/${name}`);
    // Debian's Node.js is not in rpm's database.
    rpm(['--install', '--nodeps', ...packages]);
    expect(inRoot(root, ['auxctl', '--version'])).toMatch(/^auxctl \d/);
    expect(inRoot(root, ['auxctl', 'doctor'])).toContain('The native addon is there');
    expect(inRoot(root, ['auxctl', 'list', '--sim', vendorNames().join(',')]).match(/sim-/g)).toHaveLength(vendorNames().length);
    inRoot(root, ['auxctl', 'demo']);
    inRoot(root, ['auxctl', 'reg', 'write', 'sim-mlx5-0', 'PAOS', 'local_port=1', 'admin_status=up', '--sim', 'mlx5', '--allow', 'configure', '--yes', '--state', '/var/lib/auxctl']);
    expect(rpm(['--verify', '--all', '--nodeps'])).toBe('');
    rpm(['--erase', '--nodeps', ...names().map((name) => query('%{NAME}', name))]);
    const left = inRoot(root, ['sh', '-c', 'find / -xdev -name "*auxctl*" -not -path "/rpms*" -not -path "/proc/*" -not -path "/tmp/*" -not -path "/var/lib/auxctl/*"']).trim();
    expect(left).toBe('/var/lib/auxctl');
  }, LONG_MS);
});
