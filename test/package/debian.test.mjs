import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRoot, keptRoot, tryInRoot } from '../../packaging/debian-root.mjs';
import { vendorNames } from '../../packaging/vendors.mjs';
import { top } from '../../.ci/step.mjs';
import { buildPackages, builtCommit, contentsOf, debFolder, fieldsOf, filesOf, reason } from './support/packages.mjs';

const LONG_MS = 1_800_000;
const KIB = 1024;
const [MOST_OF_TOOL, MOST_OF_ALL] = [3_000_000, 10_000_000];
const folder = mkdtempSync(join(tmpdir(), 'auxctl-deb-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

const digest = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
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
    const again = join(folder, 'again');
    mkdirSync(again);
    const { status, stderr } = spawnSync('sh', ['-c', 'umask 027; exec "$0" packaging/deb.mjs --out "$1" --build-place /srv/another/place/to/build --commit "$2"', process.execPath, again, builtCommit(debFolder)], { cwd: top, encoding: 'utf8', env: { ...process.env, TZ: 'Pacific/Kiritimati', LANG: 'C' } });
    expect(status, stderr).toBe(0);
    const names = filesOf(debFolder, '.deb').map((path) => basename(path));
    expect(filesOf(again, '.deb').map((path) => basename(path))).toEqual(names);
    expect(names.filter((name) => digest(join(again, name)) !== digest(join(debFolder, name)))).toEqual([]);
  }, LONG_MS);
});
