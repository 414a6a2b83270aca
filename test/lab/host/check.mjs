import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXIT_STATUS, LabError } from './error.mjs';
import { runInGuest } from './guest.mjs';
import { GUEST_SHARE } from './job.mjs';
import { bundleLibrary } from './library.mjs';
import { Results, count } from './results.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { setUp } from './setup.mjs';

const USAGE = `Usage: test/lab/check [--json FILE] [--logs FOLDER] [SCENARIO]...

Runs the lab's checks (all scenarios, or those named) and ends with their number.

  --json FILE     write the counts as {"passed":N,"failed":N,"skipped":N}
  --logs FOLDER   leave each guest's logs in a folder of its own below this one

Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}
`;

const RESULTS_FILE = 'results.jsonl';
const DEFAULT_TIMEOUT_MS = 300_000;
const lab = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The command that runs a scenario's checks and reports to a file.
 *
 * @param {string} name
 * @param {string} destination
 */
function checksCommand(name, destination) {
  return ['node', `--test-reporter=${lab}/guest/reporter.mjs`, `--test-reporter-destination=${destination}`, `${lab}/checks/${name}.mjs`];
}

/**
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {string} library path of the bundled library
 * @param {string | undefined} logs
 * @returns {Promise<readonly import('./results.mjs').CheckResult[]>}
 */
async function runScenario(scenario, library, logs) {
  const results = new Results(scenario.name);
  const started = Date.now();
  const complaint = await (scenario.where === 'host' ? onHost(scenario, results) : inGuest(scenario, results, library, logs));
  const durationMs = Date.now() - started;
  const collected = await results.finish();
  if (complaint !== undefined && count(collected).failed === 0) results.add({ name: 'runs to its end', outcome: 'failed', durationMs, reason: complaint });
  else if (collected.length === 0) results.add({ name: 'has checks', outcome: 'failed', durationMs, reason: 'no check ran' });
  return collected;
}

/**
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {Results} results
 * @param {string} library
 * @param {string | undefined} logs
 * @returns {Promise<string | undefined>} what went wrong, if anything
 */
async function inGuest(scenario, results, library, logs) {
  const output = new PassThrough();
  const said = text(output);
  const status = await runInGuest({
    timeoutMs: DEFAULT_TIMEOUT_MS,
    ...scenario,
    program: checksCommand(scenario.name, `${GUEST_SHARE}/${RESULTS_FILE}`),
    folder: lab,
    environment: { AUXCTL_LAB_LIBRARY: library },
    logs: logs && `${logs}/${scenario.name}`,
    stdout: output,
    stderr: output,
    follow: [{ name: RESULTS_FILE, target: results.input }],
  }).catch((error) => {
    if (error instanceof LabError) return error.message;
    throw error;
  });
  output.end();
  return status === 0 ? undefined : `${status}\n${await said}`;
}

/**
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {Results} results
 * @returns {Promise<string | undefined>} what went wrong, if anything
 */
async function onHost({ name }, results) {
  const [program = '', ...words] = checksCommand(name, 'stdout');
  const child = spawn(program, words, { cwd: lab, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.pipe(results.input);
  const [status] = await once(child, 'close');
  return status === 0 ? undefined : `exit status ${status}`;
}

/** @param {readonly string[]} names */
function chosen(names) {
  const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new LabError(`no scenario ${unknown}`, EXIT_STATUS.usage);
  return SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));
}

/**
 * @param {readonly import('./scenarios.mjs').Scenario[]} scenarios
 * @param {string | undefined} logs
 */
async function runAll(scenarios, logs) {
  const scratch = await mkdtemp(join(tmpdir(), 'auxctl-lab-check-'));
  try {
    const library = await bundleLibrary(scratch);
    const results = [];
    for (const scenario of scenarios) results.push(...(await runScenario(scenario, library, logs)));
    return results;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** @param {readonly string[]} words */
async function main(words) {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { json: { type: 'string' }, logs: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const scenarios = chosen(positionals);
  await setUp();
  const results = await runAll(scenarios, values.logs);
  const counts = count(results);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(counts)}\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}\n`);
  return counts.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.stderr.write(`lab: error: ${error.message}\n`);
  process.exitCode = error.exitStatus;
}
