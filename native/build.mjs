// Builds the addon when its inputs have changed: node build.mjs [--sanitize] [--quiet] [--optional]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const sanitize = process.argv.includes('--sanitize');
const quiet = process.argv.includes('--quiet');
/** Installing goes on without the addon, which only real devices need; opening one says how to build it. */
const optional = process.argv.includes('--optional');
const workDir = sanitize ? join(root, 'build/asan') : root;
const addon = join(workDir, 'build/Release/auxctl.node');
const stampFile = join(workDir, 'build', 'inputs.sha256');
const LOCK_POLL_MS = 200;

function inputsDigest() {
  const sources = readdirSync(join(root, 'src')).filter((name) => /\.(cc|h)$/.test(name)).sort();
  const hash = createHash('sha256').update(`${process.version} ${process.arch} ${sanitize}`);
  for (const file of [...sources.map((name) => join('src', name)), 'binding.gyp', 'build.mjs']) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function isCurrent(digest) {
  return existsSync(addon) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest;
}

/** Headers installed with the running release, or by the distribution; without them node-gyp fetches those of the release. */
function headerArguments() {
  const [major] = process.versions.node.split('.');
  for (const prefix of [join(dirname(process.execPath), '..'), '/usr']) {
    const header = join(prefix, 'include/node/node_version.h');
    const installed = existsSync(header) && /define NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(header, 'utf8'));
    if (installed && installed[1] === major) return [`--nodedir=${prefix}`];
  }
  return [];
}

function prepareWorkDir() {
  if (!sanitize) return;
  mkdirSync(workDir, { recursive: true });
  for (const name of ['src', 'binding.gyp']) {
    rmSync(join(workDir, name), { force: true });
    symlinkSync(join('../..', name), join(workDir, name));
  }
}

/** Our own in a checkout; where the package is installed, the one that comes with the package manager. */
function findNodeGyp() {
  try {
    return createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return process.env.npm_config_node_gyp;
  }
}

function compile() {
  const nodeGyp = findNodeGyp();
  if (nodeGyp === undefined) fail('There is no node-gyp: npm brings it along, as in npm rebuild @auxctl/native.');
  const jobs = process.env.JOBS ?? 'max';
  // A newer compiler's new warnings are for us to see, not for somebody who installs.
  const defines = ['--', `-Dsanitize=${sanitize ? 1 : 0}`, `-Dstrict=${optional ? 0 : 1}`];
  const step = (name, extra) => {
    const result = spawnSync(process.execPath, [nodeGyp, name, '--directory', workDir, ...headerArguments(), ...extra], { encoding: 'utf8' });
    if (result.status === 0) return;
    fail(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  };
  step('configure', defines);
  step('build', ['--jobs', jobs]);
}

function fail(why) {
  process.stderr.write(`${why.trimEnd()}\nThe native addon could not be built. It needs a C++17 compiler, make and python3.\n`);
  process.exit(optional ? 0 : 1);
}

/** Whether the process that a lock names is still there. */
function isHeld(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two builds in one directory would overwrite each other's objects, so the later one waits. */
function takeLock() {
  const lock = join(root, 'build', sanitize ? 'asan.lock' : 'lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(lock, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
    if (!isHeld(lock)) rmSync(lock, { force: true });
  }
}

function main() {
  if (isCurrent(inputsDigest())) return;
  takeLock();
  const digest = inputsDigest();
  if (isCurrent(digest)) return;
  const startedMs = Date.now();
  prepareWorkDir();
  compile();
  writeFileSync(stampFile, digest);
  if (!quiet) process.stdout.write(`built ${addon} in ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`);
}

main();
