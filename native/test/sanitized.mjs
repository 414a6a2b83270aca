// Runs the native tests on the addon that `build.mjs --sanitize` makes, then looks for leaks. What the sanitizers find fails it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const addon = join(root, 'build/asan/build/Release/auxctl.node');
const reports = mkdtempSync(join(tmpdir(), 'auxctl-sanitized-'));

/** The runtime must be in the process before anything else allocates memory. */
function runtimeLibrary() {
  const path = execFileSync(process.env.CC ?? 'gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
  if (!existsSync(path)) throw new TypeError(`no AddressSanitizer runtime: ${path}`);
  return path;
}

function environment(detectLeaks) {
  return {
    ...process.env,
    AUXCTL_TEST_ADDON: addon,
    LD_PRELOAD: runtimeLibrary(),
    // Node itself keeps much until it ends, so a leak alone is no failure: the reports tell whose it is.
    ASAN_OPTIONS: `detect_leaks=${detectLeaks}:log_path=${reports}/asan:exitcode=${detectLeaks === 1 ? 0 : 99}:abort_on_error=0:allocator_may_return_null=1`,
    UBSAN_OPTIONS: `print_stacktrace=1:log_path=${reports}/ubsan`,
  };
}

function runTests() {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const args = [vitest, 'run', '--root', join(root, '..'), '--project', 'native', '--testTimeout', '120000', 'native/'];
  return spawnSync(process.execPath, args, { stdio: 'inherit', env: environment(0) }).status ?? 1;
}

/** Runs the scenarios that make and drop most things, with leak detection. */
function runForLeaks() {
  const bundle = join(root, 'build/test/leaks');
  const tsup = join(dirname(createRequire(import.meta.url).resolve('tsup')), 'cli-default.js');
  execFileSync(process.execPath, [tsup, join(root, 'src/index.ts'), '--format', 'esm', '--silent', '--out-dir', bundle], { cwd: root });
  const fifo = join(reports, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const env = { ...environment(1), AUXCTL_TEST_BUNDLE: join(bundle, 'index.js') };
  const run = (name, ...args) => spawnSync(process.execPath, ['--expose-gc', join(root, `test/scenarios/${name}.mjs`), ...args], { stdio: 'inherit', env }).status ?? 1;
  const statuses = [run('leaks', fifo, 'sanitized'), run('worker-threads', 'thread', fifo), run('worker-threads', 'process', fifo)];
  rmSync(bundle, { recursive: true });
  return Math.max(...statuses);
}

/** The reports, without those parts of leak reports that do not pass through the addon. */
function findings() {
  return readdirSync(reports).filter((name) => /^(asan|ubsan)\./.test(name)).flatMap((name) => {
    const text = readFileSync(join(reports, name), 'utf8');
    if (!text.includes('LeakSanitizer')) return [text];
    return text.split('\n\n').filter((part) => /(Direct|Indirect) leak/.test(part) && /auxctl::|auxctl\.node/.test(part));
  });
}

const failed = [runTests(), runForLeaks()].some((status) => status !== 0);
const found = findings();
for (const text of found) process.stderr.write(`${text}\n\n`);
process.stdout.write(`sanitizers: ${found.length} findings\n`);
rmSync(reports, { recursive: true });
process.exitCode = failed || found.length > 0 ? 1 : 0;
