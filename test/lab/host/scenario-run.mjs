import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { LabError } from './error.mjs';
import { runInGuest } from './guest.mjs';
import { GUEST_SHARE } from './job.mjs';
import { Results, count } from './results.mjs';
import { vendorToolsEnvironment } from './vendor-tools.mjs';

/**
 * What all scenarios of a run have in common.
 *
 * @typedef {object} Surroundings
 * @property {string} library path of the bundled library
 * @property {string | undefined} logs a folder for the guests' logs
 * @property {AbortSignal} signal
 * @property {System} [system] what the guests have as their root, where that is not this machine's files
 */

/**
 * @typedef {object} System
 * @property {string} root its folder
 * @property {readonly string[]} folders of this machine, which the guests have too
 * @property {Readonly<Record<string, string>>} environment of the checks
 */

const RESULTS_FILE = 'results.jsonl';
const DEFAULT_TIMEOUT_MS = 300_000;
const lab = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The command that runs a scenario's checks and reports to a file.
 *
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {string} destination
 */
function checksCommand({ name, file = `${lab}/checks/${name}.mjs` }, destination) {
  return ['node', `--test-reporter=${lab}/guest/reporter.mjs`, `--test-reporter-destination=${destination}`, file];
}

/**
 * Runs one scenario's checks and prints each result as it comes. A scenario that breaks off, or has no checks, counts as a failure.
 *
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {Surroundings} surroundings
 * @returns {Promise<readonly import('./results.mjs').CheckResult[]>}
 */
export async function runScenario(scenario, surroundings) {
  const results = new Results(scenario.name);
  const started = Date.now();
  const complaint = await (scenario.where === 'host' ? onHost : inGuest)(scenario, results, surroundings);
  const durationMs = Date.now() - started;
  const collected = await results.finish();
  if (complaint !== undefined && count(collected).failed === 0) results.add({ name: 'runs to its end', outcome: 'failed', durationMs, reason: complaint });
  else if (collected.length === 0) results.add({ name: 'has checks', outcome: 'failed', durationMs, reason: 'no check ran' });
  return collected;
}

/**
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {Results} results
 * @param {Surroundings} surroundings
 * @returns {Promise<string | undefined>} what went wrong, if anything
 */
async function inGuest(scenario, results, { library, logs, signal, system }) {
  const output = new PassThrough();
  const said = text(output);
  const status = await runInGuest({
    timeoutMs: DEFAULT_TIMEOUT_MS,
    ...scenario,
    ...(system === undefined ? {} : { root: system.root, folders: system.folders }),
    program: checksCommand(scenario, `${GUEST_SHARE}/${RESULTS_FILE}`),
    folder: lab,
    environment: { AUXCTL_LAB_LIBRARY: library, ...system?.environment, ...(scenario.vendorTools === undefined ? {} : await vendorToolsEnvironment(scenario.vendorTools)) },
    logs: logs && `${logs}/${scenario.name}`,
    stdout: output,
    stderr: output,
    follow: [{ name: RESULTS_FILE, target: results.input }],
    signal,
  }).catch((error) => {
    if (error instanceof LabError && !signal.aborted) return error.message;
    throw error;
  });
  output.end();
  return status === 0 ? undefined : `${status}\n${await said}`;
}

/**
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {Results} results
 * @param {Surroundings} surroundings
 * @returns {Promise<string | undefined>} what went wrong, if anything
 */
async function onHost(scenario, results, { signal, system }) {
  const [program = '', ...words] = checksCommand(scenario, 'stdout');
  const child = spawn(program, words, { cwd: lab, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...(system === undefined ? {} : { AUXCTL_LAB_ROOT: system.root }) } });
  child.stdout.pipe(results.input);
  const stop = () => child.kill();
  signal.addEventListener('abort', stop);
  const [status] = await once(child, 'close');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  return status === 0 ? undefined : `exit status ${status}`;
}
