import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../run', import.meta.url));

/**
 * A scratch folder, in which the runner also makes its temporary files, so that a check sees what it leaves behind.
 *
 * @param {import('node:test').TestContext} context
 */
async function scratch(context) {
  const folder = await mkdtemp(join(tmpdir(), 'lab-check-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

/**
 * @param {string} folder
 * @param {...string} words
 * @returns {Promise<{ status: number, stdout: Buffer, stderr: string }>}
 */
function run(folder, ...words) {
  const options = { cwd: folder, encoding: /** @type {const} */ ('buffer'), maxBuffer: 1 << 26, env: { ...process.env, TMPDIR: folder } };
  return new Promise((resolve) => {
    execFile(script, words, options, (error, stdout, stderr) => resolve({ status: error ? Number(error.code) : 0, stdout, stderr: stderr.toString() }));
  });
}

test('a program has its arguments, folder, environment, output and exit status', async (context) => {
  const folder = await scratch(context);
  const program = 'printf "%s|%s|%s" "$PWD" "$GREETING" "$1"; echo complaint >&2; exit 41';
  const { status, stdout, stderr } = await run(folder, '--env', "GREETING=it's", '--', 'sh', '-c', program, 'sh', '$a "b"\n');
  assert.deepEqual({ status, stdout: stdout.toString(), stderr }, { status: 41, stdout: `${folder}|it's|$a "b"\n`, stderr: 'complaint\n' });
  assert.deepEqual(await readdir(folder), []);
});

test('output arrives byte for byte', async (context) => {
  const folder = await scratch(context);
  const bytes = randomBytes(5_000_000);
  await writeFile(join(folder, 'bytes'), bytes);
  const { status, stdout } = await run(folder, '--', 'cat', 'bytes');
  assert.equal(status, 0);
  assert.ok(stdout.equals(bytes));
});

test('what the guest writes stays in the guest, except in the share', async (context) => {
  const folder = await scratch(context);
  await writeFile(join(folder, 'question'), 'before');
  const program = 'echo changed >question && cat question && cat "$AUXCTL_LAB_SHARE/question" >"$AUXCTL_LAB_SHARE/answer"';
  const { status, stdout } = await run(folder, '--share', folder, '--', 'sh', '-c', program);
  assert.deepEqual({ status, stdout: stdout.toString() }, { status: 0, stdout: 'changed\n' });
  assert.equal(await readFile(join(folder, 'question'), 'utf8'), 'before');
  assert.equal(await readFile(join(folder, 'answer'), 'utf8'), 'before');
});

test('several guests run at once', async (context) => {
  const folder = await scratch(context);
  const outputs = await Promise.all(['one', 'two'].map((word) => run(folder, '--', 'sh', '-c', `sleep 1; echo ${word}`)));
  assert.deepEqual(outputs.map(({ stdout }) => stdout.toString()), ['one\n', 'two\n']);
});

test('a program that does not end is stopped, with status 124, and leaves nothing behind', async (context) => {
  const folder = await scratch(context);
  const { status, stdout, stderr } = await run(folder, '--timeout', '15', '--', 'sh', '-c', 'echo started; sleep 600');
  assert.deepEqual({ status, stdout: stdout.toString() }, { status: 124, stdout: 'started\n' });
  assert.match(stderr, /did not end within 15 s/);
  assert.deepEqual(await readdir(folder), []);
});

test('a crash of the kernel is status 125, and its last words are shown and kept', async (context) => {
  const folder = await scratch(context);
  const { status, stderr } = await run(folder, '--logs', 'logs', '--', 'sh', '-c', 'echo c >/proc/sysrq-trigger');
  assert.equal(status, 125);
  assert.match(stderr, /sysrq triggered crash/i);
  assert.match(await readFile(join(folder, 'logs/console.log'), 'utf8'), /sysrq triggered crash/i);
});

test('a wrong command line is status 2 and boots nothing', async (context) => {
  const folder = await scratch(context);
  for (const words of [[], ['--device', 'x', '--', 'true'], ['--timeout', 'soon', '--', 'true'], ['--sim', 'MLX5', '--', 'true'], ['--nonsense']]) {
    const { status, stderr } = await run(folder, ...words);
    assert.equal(status, 2, words.join(' '));
    assert.match(stderr, /^lab: error: /);
  }
});
