import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './system.mjs';

/** The tool as a user would start it: this checkout's, or what is installed where the lab is told so. */
const [program, ...first] = process.env['AUXCTL_PROGRAM'] === undefined
  ? [process.execPath, fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url))]
  : [process.env['AUXCTL_PROGRAM']];

/**
 * How one run of the tool went.
 *
 * @typedef {object} Outcome
 * @property {number | null} status
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} durationMs until the process was gone and its output had ended, which is when a shell goes on
 */

/**
 * The plugins of a scenario are named on the command line: what is found otherwise, root runs only if it is root's, and a checkout need not be.
 */
const plugins = (process.env['AUXCTL_PLUGINS'] ?? '').split(':').filter(Boolean).flatMap((folder) => ['--plugin', folder]);
delete process.env['AUXCTL_PLUGINS'];

/**
 * A run of the tool that has begun.
 *
 * @typedef {object} Run
 * @property {Promise<Outcome>} outcome
 * @property {(wanted: RegExp) => Promise<void>} untilPrinted waits for a text on standard output
 * @property {() => void} interrupt what Ctrl-C does
 * @property {() => void} kill of which the program is not told
 */

/**
 * Starts the tool.
 *
 * @param {...string} words
 * @returns {Run}
 */
export function startAuxctl(...words) {
  return runOf(spawn(program, [...first, ...plugins, ...words], { stdio: ['ignore', 'pipe', 'pipe'] }));
}

/**
 * Runs the tool.
 *
 * @param {...string} words
 * @returns {Promise<Outcome>}
 */
export async function auxctl(...words) {
  return startAuxctl(...words).outcome;
}

/**
 * Runs the tool as another user.
 *
 * @param {number} uid
 * @param {...string} words
 * @returns {Promise<Outcome>}
 */
export async function auxctlAs(uid, ...words) {
  return runOf(spawn(program, [...first, ...plugins, ...words], { stdio: ['ignore', 'pipe', 'pipe'], uid, gid: uid })).outcome;
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @returns {Run}
 */
function runOf(child) {
  const startedMs = performance.now();
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part) => { printed.stdout += part; });
  child.stderr.setEncoding('utf8').on('data', (part) => { printed.stderr += part; });
  return {
    outcome: once(child, 'close').then(([status]) => ({ status, ...printed, durationMs: performance.now() - startedMs })),
    untilPrinted: async (wanted) => {
      const what = () => `not printed: ${wanted}, but ${printed.stdout}${printed.stderr}`;
      await until(() => wanted.exec(printed.stdout) ?? (child.stdout.readableEnded ? assert.fail(what()) : undefined), what);
    },
    interrupt: () => child.kill('SIGINT'),
    kill: () => child.kill('SIGKILL'),
  };
}

/**
 * Runs the tool with `--json` and returns the document that it printed; it must have succeeded.
 *
 * @param {...string} words
 * @returns {Promise<any>}
 */
export async function auxctlJson(...words) {
  const outcome = await auxctl(...words, '--json');
  assert.equal(outcome.status, 0, `auxctl ${words.join(' ')}: ${outcome.stderr}`);
  return JSON.parse(outcome.stdout);
}

/**
 * The error document on the standard error of a run with `--json`.
 *
 * @param {Outcome} outcome
 */
export function errorOf({ stderr }) {
  return JSON.parse(stderr);
}

/**
 * What `info` says of a device's identity.
 *
 * @param {string} device
 * @returns {Promise<Record<string, string>>}
 */
export async function identityOf(device) {
  /** @type {{ identity: { name: string, value: string }[] }} */
  const { identity } = await auxctlJson('info', device);
  return Object.fromEntries(identity.map(({ name, value }) => [name, value]));
}
