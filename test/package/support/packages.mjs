import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { whyNoRoot } from '../../../packaging/debian-root.mjs';
import { top } from '../../../.ci/step.mjs';

/** Why nothing can be built here; undefined where it can. Printed with what is skipped. */
export const reason = whyNoRoot();
if (reason !== undefined) process.stderr.write(`packages are not tried: ${reason}\n`);

/** Where the packages that are tried lie. */
export const debFolder = join(top, 'dist/packages/deb');
export const rpmFolder = join(top, 'dist/packages/rpm');

/** Builds the packages of the last commit unless that is done; test files that come at once wait for each other. */
export function buildPackages(kind) {
  const folder = { deb: debFolder, rpm: rpmFolder }[kind];
  mkdirSync(join(top, 'dist/packages'), { recursive: true });
  const lock = openSync(join(top, 'dist/packages/lock'), 'w');
  try {
    const script = `flock 3 && if [ "$(cat "$1/commit" 2>/dev/null)" != "$2" ]; then "$3" packaging/${kind}.mjs --out "$1" --commit "$2" >&2 && echo "$2" > "$1/commit"; fi`;
    const { status, stderr } = spawnSync('sh', ['-ec', script, 'sh', folder, lastCommit(), process.execPath], { cwd: top, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe', lock], maxBuffer: Infinity });
    if (status !== 0) throw new Error(stderr.slice(-20_000));
  } finally {
    closeSync(lock);
  }
  return folder;
}

/** Builds the same once more, with other settings of the user's and `options`; the names of packages that came out otherwise, and how many there are. */
export function buildAgain(kind, folder, ...options) {
  const again = mkdtempSync(join(tmpdir(), 'auxctl-again-'));
  try {
    const words = ['-c', 'umask 027; exec "$0" "$@"', process.execPath, `packaging/${kind}.mjs`, '--out', again, '--commit', readFileSync(join(folder, 'commit'), 'utf8').trim(), ...options];
    const { status, stderr } = spawnSync('sh', words, { cwd: top, encoding: 'utf8', env: { ...process.env, TZ: 'Pacific/Kiritimati', LANG: 'C' } });
    if (status !== 0) throw new Error(stderr);
    const [names, others] = [folder, again].map((each) => filesOf(each, `.${kind}`).map((path) => basename(path)));
    const differing = [...new Set([...names, ...others])].filter((name) => !names.includes(name) || !others.includes(name) || !readFileSync(join(folder, name)).equals(readFileSync(join(again, name))));
    return { count: names.length, differing };
  } finally {
    rmSync(again, { recursive: true });
  }
}

function lastCommit() {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: top, encoding: 'utf8' }).trim();
}

/** Full names of the files of a folder that end so. */
export function filesOf(folder, ending) {
  return readdirSync(folder).filter((name) => name.endsWith(ending)).sort().map((name) => join(folder, name));
}

/** The fields of a Debian package. @returns {Record<string, string>} */
export function fieldsOf(deb) {
  const text = execFileSync('dpkg-deb', ['--field', deb], { encoding: 'utf8' });
  return Object.fromEntries(text.replaceAll('\n ', ' ').trim().split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}

/** The paths that a Debian package installs, folders left out. */
export function contentsOf(deb) {
  const text = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8', maxBuffer: Infinity });
  return text.trim().split('\n').filter((line) => !line.startsWith('d')).map((line) => line.split(/ +/)[5]?.slice(1) ?? '');
}

