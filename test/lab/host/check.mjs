import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { close } from '../../../.ci/closing.mjs';
import { execute, parseWords } from './command-line.mjs';
import { EXIT_STATUS, LabError } from './error.mjs';
import { bundleLibrary } from './library.mjs';
import { count } from './results.mjs';
import { runScenario } from './scenario-run.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { setUp } from './setup.mjs';

const USAGE = `Usage: test/lab/check [--json FILE] [--logs FOLDER] [SCENARIO]...

Runs the lab's checks (all scenarios, or those named) and ends with their number.

  --json FILE     write the counts as {"passed":N,"failed":N,"skipped":N}
  --logs FOLDER   leave each guest's logs in a folder of its own below this one

Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}
`;

/** @param {readonly string[]} names */
function chosen(names) {
  const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new LabError(`no scenario ${unknown}`, EXIT_STATUS.usage);
  return SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));
}

/**
 * @param {readonly import('./scenarios.mjs').Scenario[]} scenarios
 * @param {Omit<import('./scenario-run.mjs').Surroundings, 'library'>} surroundings
 */
async function runAll(scenarios, surroundings) {
  const scratch = await mkdtemp(join(tmpdir(), 'auxctl-lab-check-'));
  try {
    const library = await bundleLibrary(scratch);
    const results = [];
    for (const scenario of scenarios) results.push(...(await runScenario(scenario, { library, ...surroundings })));
    return results;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

await execute(async (words, signal) => {
  const { values, positionals } = parseWords(words, {
    json: { type: 'string' },
    logs: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const scenarios = chosen(positionals);
  await setUp();
  const results = await runAll(scenarios, { logs: values.logs, signal });
  return close(count(results), values.json);
});
