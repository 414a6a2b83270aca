import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRoot, keptRoot, tryInRoot } from '../../packaging/debian-root.mjs';
import { vendorNames } from '../../packaging/vendors.mjs';
import { buildAgain, buildPackages, contentsOf, debFolder, fieldsOf, filesOf, reason } from './support/packages.mjs';

const LONG_MS = 1_800_000;
const KIB = 1024;
const [MOST_OF_TOOL, MOST_OF_ALL] = [3_000_000, 10_000_000];
const folder = mkdtempSync(join(tmpdir(), 'auxctl-deb-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

const debs = () => filesOf(debFolder, '.deb').map(fieldsOf).sort((a, b) => (a.Package < b.Package ? -1 : 1));

describe.skipIf(reason !== undefined)('the Debian packages', () => {
  beforeAll(() => { buildPackages('deb'); }, LONG_MS);

  it('are the tool, the vendors, the kit and the documents', () => {
    expect(debs().map(({ Package }) => Package)).toEqual(['auxctl', 'auxctl-dbgsym', 'auxctl-dev', 'auxctl-doc', ...vendorNames().map((name) => `auxctl-vendor-${name}`)].sort());
  });

  it('are small', () => {
    const bytesOf = (isMeant) => debs().filter(({ Package }) => isMeant(Package)).reduce((sum, fields) => sum + Number(fields['Installed-Size']) * KIB, 0);
    expect(bytesOf((name) => name === 'auxctl')).toBeLessThan(MOST_OF_TOOL);
    expect(bytesOf((name) => name === 'auxctl' || name.startsWith('auxctl-vendor-'))).toBeLessThan(MOST_OF_ALL);
  });

  it('need Node.js and what it needs itself, and what makes the group, and no more', () => {
    const [tool] = debs();
    expect(tool.Depends.split(', ').map((each) => each.replace(/ .*/, '')).sort()).toEqual(['libc6', expect.stringMatching(/^libnode\d+$/), 'libstdc++6', 'nodejs', 'systemd']);
    for (const { Package, Depends, Architecture } of debs().filter((each) => /-vendor-|-dev$/.test(each.Package))) expect([Architecture, Depends], Package).toEqual(['all', expect.stringMatching(/^auxctl \(>= \S+\)$/)]);
  });

  it('share no file', () => {
    const paths = filesOf(debFolder, '.deb').flatMap(contentsOf);
    expect(paths.length).toBeGreaterThan(300);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  });

  it('have nothing to say to lintian', () => {
    const root = join(folder, 'lintian');
    copyRoot(keptRoot(['lintian']), root);
    cpSync(debFolder, join(root, 'debs'), { recursive: true });
    const { status, stdout, stderr } = tryInRoot(root, ['sh', '-c', 'lintian --allow-root --fail-on error,warning --show-overrides /debs/*.changes']);
    process.stdout.write(stdout);
    expect({ status, stdout: stdout.split('\n').filter((line) => /^[EW]:/.test(line)), stderr }).toEqual({ status: 0, stdout: [], stderr: '' });
  }, LONG_MS);

  it('are the same from another build, elsewhere, at another time, by another user\'s settings', () => {
    expect(buildAgain('deb', debFolder, '--build-place', '/srv/another/place/to/build')).toEqual({ count: 4 + vendorNames().length, differing: [] });
  }, LONG_MS);
});
