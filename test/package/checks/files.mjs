import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = process.env['AUXCTL_LAB_ROOT'] ?? '';
const UNIT = '/usr/lib/systemd/system/auxctl-journal-watch.service';
const MOST_EXPOSURE = 3;

/**
 * Runs a program of the system in which the package is installed, in its folder, with a /proc that nobody else sees.
 *
 * @param {...string} words
 */
function run(...words) {
  const { status, stdout, stderr, error } = spawnSync('unshare', ['--mount', '--', 'sh', '-c', 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"', root, ...words], { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } });
  if (error !== undefined) throw error;
  return { status, output: `${stdout}${stderr}` };
}

/** @param {string} path why what needs a program is skipped, if it is not there */
function unless(path) {
  try {
    accessSync(join(root, path));
    return false;
  } catch {
    return `${path} is not installed there`;
  }
}

/** @param {...string} words */
function accepts(...words) {
  const { status, output } = run(...words);
  assert.equal(status, 0, output);
  return output;
}

test('the rule of udev', () => {
  assert.match(accepts('udevadm', 'verify', '/usr/lib/udev/rules.d/70-auxctl.rules'), /Success: 1\s+Fail: +0/);
});

test('the program that the rule runs says nothing of what is no device', () => {
  assert.deepEqual(run('/usr/lib/udev/auxctl-id', '/usr'), { status: 1, output: '' });
});

test('the service, which is confined', () => {
  assert.equal(accepts('systemd-analyze', 'verify', '--man=no', UNIT), '');
  const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(accepts('systemd-analyze', 'security', '--offline=true', '--no-pager', UNIT))?.[1]);
  assert.ok(exposure > 0 && exposure <= MOST_EXPOSURE, String(exposure));
});

test('the group', () => {
  accepts('systemd-sysusers', '--dry-run', '/usr/lib/sysusers.d/auxctl.conf');
  assert.match(readFileSync(join(root, 'etc/group'), 'utf8'), /^auxctl:[^:]*:\d+:$/m);
});

test('the folders', () => {
  const output = accepts('systemd-tmpfiles', '--create', '--dry-run', '/usr/lib/tmpfiles.d/auxctl.conf');
  assert.doesNotMatch(output, /(?:Failed|ignoring|Unknown)/i);
});

test('the profile of AppArmor, which refuses nothing', { skip: unless('/usr/sbin/apparmor_parser') }, () => {
  const profile = '/etc/apparmor.d/usr.bin.auxctl';
  assert.doesNotMatch(accepts('apparmor_parser', '--skip-kernel-load', '--skip-cache', profile), /error/i);
  assert.deepEqual(accepts('apparmor_parser', '--names', profile).split('\n').filter((line) => /^auxctl/.test(line)), ['auxctl']);
  assert.match(readFileSync(join(root, profile), 'utf8'), /flags=\([^)]*complain[^)]*\)/);
  assert.doesNotMatch(readFileSync(join(root, profile), 'utf8'), /^\s*(?:audit )?deny /m);
});

test('the settings of logrotate', { skip: unless('/usr/sbin/logrotate') }, () => {
  assert.match(accepts('logrotate', '--debug', '/etc/logrotate.d/auxctl'), /Handling 1 logs/);
});
