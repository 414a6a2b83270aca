// Roots of Debian to build and to try packages in, kept in ${AUXCTL_CACHE:-${XDG_CACHE_HOME:-~/.cache}/auxctl}/packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The release that packages are built and tried in: the first whose Node.js is recent enough. */
export const SUITE = 'trixie';

const { AUXCTL_CACHE, XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
const cache = join(AUXCTL_CACHE ?? join(XDG_CACHE_HOME, 'auxctl'), 'packages');
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };

/** Of what a program printed before it failed, in characters. */
const MOST_SHOWN = 20_000;

/** A program's end that nobody expected; the message holds what it printed. */
export class StepError extends Error {}

/** Says what takes a while. */
export const say = (text) => process.stderr.write(`package: ${text}\n`);

/** Why no root can be made here; undefined where it can. */
export function whyNoRoot() {
  if (process.getuid?.() !== 0) return 'making a Debian root needs root';
  if (spawnSync('debootstrap', ['--version']).status === 0) return undefined;
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
  const { status, error } = spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'debootstrap'], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  return error === undefined && status === 0 ? undefined : 'debootstrap is not here and cannot be installed';
}

/**
 * A root with packages of Debian's in it, made once and kept. Nobody may change it: {@link copyRoot} gives one to change.
 * @param {readonly string[]} packages
 */
export function keptRoot(packages) {
  const wanted = [...packages].sort();
  const path = join(cache, `${SUITE}-${createHash('sha256').update(wanted.join(' ')).digest('hex').slice(0, 12)}`);
  if (existsSync(path)) return path;
  const base = baseRoot();
  say(`making a root of Debian ${SUITE} with ${wanted.join(', ')}`);
  return makeRoot(path, (fresh) => {
    copyRoot(base, fresh);
    inRoot(fresh, ['sh', '-ec', 'apt-get update -q && exec apt-get install -q -y --no-install-recommends "$@"', 'sh', ...wanted], { hasNetwork: true });
  });
}

function baseRoot() {
  const path = join(cache, SUITE);
  if (existsSync(path)) return path;
  say(`getting Debian ${SUITE}`);
  mkdirSync(cache, { recursive: true });
  return makeRoot(path, (fresh) => { must('debootstrap', ['--variant=minbase', SUITE, fresh]); });
}

/** Makes a root whole under a name of its own; of two processes that make the same, the second takes what the first has made. */
function makeRoot(path, make) {
  const fresh = `${path}.${process.pid}`;
  try {
    make(fresh);
    renameSync(fresh, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return path;
}

/** @param {string} from @param {string} to is replaced */
export function copyRoot(from, to) {
  rmSync(to, { recursive: true, force: true });
  must('cp', ['--archive', '--reflink=auto', from, to]);
}

/**
 * Runs a program in a root, with /proc, /dev and a /tmp of its own and, unless it is given, without a network.
 * @param {string} root
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, hasNetwork?: boolean, user?: string }} [options]
 * @returns {string} what it printed
 */
export function inRoot(root, command, options = {}) {
  const { status, stdout, stderr } = tryInRoot(root, command, options);
  if (status === 0) return stdout;
  throw new StepError(`${command.join(' ')}: exit status ${status}\n${stdout.slice(-MOST_SHOWN)}${stderr.slice(-MOST_SHOWN)}`);
}

/** The same, with its exit status and both streams. @param {Parameters<typeof inRoot>[2]} [options] */
export function tryInRoot(root, command, { cwd = '/', env = {}, hasNetwork = false, user } = {}) {
  const mounts = 'mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/tmp" && mount --rbind /dev "$1/dev" && root=$1 && shift && exec "$@"';
  const change = ['chroot', ...(user === undefined ? [] : [`--userspec=${user}`]), root, 'sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', cwd, ...command];
  const unshare = ['--mount', '--pid', '--fork', '--kill-child', ...(hasNetwork ? [] : ['--net'])];
  const environment = { ...(hasNetwork ? proxies() : {}), ...ENVIRONMENT, ...env };
  return spawnSync('unshare', [...unshare, 'sh', '-c', mounts, 'sh', root, ...change], { encoding: 'utf8', env: environment, maxBuffer: Infinity });
}

function proxies() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name)));
}

function must(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: Infinity });
  if (status !== 0) throw new StepError(`${program} ${words.join(' ')}: ${error?.message ?? `exit status ${status}`}\n${stdout ?? ''}${stderr ?? ''}`);
}
