import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { close } from '../../../.ci/closing.mjs';
import { execute, parseWords } from '../../lab/host/command-line.mjs';
import { EXIT_STATUS, LabError } from '../../lab/host/error.mjs';
import { bundleLibrary } from '../../lab/host/library.mjs';
import { count } from '../../lab/host/results.mjs';
import { runScenario } from '../../lab/host/scenario-run.mjs';
import { SCENARIOS } from '../../lab/host/scenarios.mjs';
import { setUp } from '../../lab/host/setup.mjs';
import { reason } from '../support/packages.mjs';
import { installInDebian } from './debian.mjs';

const PROGRAM = '/usr/bin/auxctl';
/** Where the package has what the library reads. */
const PLACES = { vendors: '/usr/share/auxctl/vendors', addon: '/usr/lib/auxctl/native/build/Release/auxctl.node' };
/** What the checks need beside the package. */
const NEEDED = [PROGRAM, PLACES.vendors, PLACES.addon, '/usr/bin/node', '/usr/lib/systemd/systemd', '/usr/lib/systemd/systemd-udevd'];
/** The scenarios of the lab that are run again: real devices, one that can do little, lockdown and policy, a firmware that is silent. */
const FOUNDATION = ['hang', 'security', 'mlx5', 'minimal'];

const tests = fileURLToPath(new URL('../..', import.meta.url));
const foreignSource = join(tests, 'lab/guest/watch/foreign.c');

/** A guest's processors are emulated by one of this machine's, most of the time. */
const GUESTS_AT_ONCE = 2;

/** @type {readonly import('../../lab/host/scenarios.mjs').Scenario[]} */
const OWN = [
  { name: 'files', where: 'host', file: join(tests, 'package/checks/files.mjs') },
  { name: 'installed', where: 'guest', systemd: true, file: join(tests, 'package/checks/installed.mjs'), simulators: ['mlx5:2', 'cxl', 'bnxt', 'pds'], timeoutMs: 400_000 },
];

const ALL = [...OWN, ...FOUNDATION.map(scenario)];

const USAGE = `Usage: test/package/lab [--root FOLDER] [--json FILE] [--logs FOLDER] [SCENARIO]...

Installs the packages of the last commit in a Debian 13, whose own programs read the files that integrate them. Then the lab's kernel boots it: with systemd
and udev, the control nodes have their group and their names, members of the group work and others are refused, and the watcher runs as a service; and the
lab's own checks pass with the installed tool. What guests write stays in their memory. Needs root, to make the Debian.

  --root FOLDER   a Debian in which they are installed already, and systemd, systemd-sysv, udev and kmod (apparmor and logrotate, for what concerns them)
  --json FILE     write the counts as {"passed":N,"failed":N,"skipped":N}
  --logs FOLDER   leave each guest's logs in a folder of its own below this one

Scenarios: ${ALL.map(({ name }) => name).join(', ')}
`;

/** @param {string} name @returns {import('../../lab/host/scenarios.mjs').Scenario} */
function scenario(name) {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found === undefined) throw new LabError(`no scenario ${name}`, EXIT_STATUS.usage);
  return found;
}

/** @param {readonly string[]} names */
function chosen(names) {
  const unknown = names.find((name) => !ALL.some((each) => each.name === name));
  if (unknown !== undefined) throw new LabError(`no scenario ${unknown}`, EXIT_STATUS.usage);
  return ALL.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** @param {string} root */
async function requireInstalled(root) {
  for (const path of NEEDED) {
    if (!(await stat(join(root, path)).catch(() => undefined))) throw new LabError(`${root} has no ${path}`, EXIT_STATUS.usage);
  }
}

/**
 * @param {string} root
 * @param {readonly import('../../lab/host/scenarios.mjs').Scenario[]} scenarios
 * @param {{ logs: string | undefined, signal: AbortSignal }} surroundings
 */
async function runAll(root, scenarios, surroundings) {
  const scratch = await mkdtemp(join(tmpdir(), 'auxctl-package-lab-'));
  try {
    const library = await bundleLibrary(scratch, PLACES);
    const foreign = join(scratch, 'foreign');
    await promisify(execFile)('cc', ['-O1', '-static', '-pthread', '-o', foreign, foreignSource]);
    const system = { root, folders: [tests, scratch], environment: { AUXCTL_PROGRAM: PROGRAM, AUXCTL_LAB_FOREIGN: foreign } };
    const waiting = [...scenarios];
    /** @type {import('../../lab/host/results.mjs').CheckResult[]} */
    const results = [];
    await Promise.all(Array.from({ length: GUESTS_AT_ONCE }, async () => {
      for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) results.push(...(await runScenario(each, { library, system, ...surroundings })));
    }));
    return results;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/**
 * @param {string | undefined} given a root that is there already
 * @param {readonly import('../../lab/host/scenarios.mjs').Scenario[]} scenarios
 * @param {{ logs: string | undefined, signal: AbortSignal }} surroundings
 */
async function runIn(given, scenarios, surroundings) {
  if (given === undefined && reason !== undefined) return { passed: 0, failed: 0, skipped: scenarios.length };
  const folder = given === undefined ? await mkdtemp(join(tmpdir(), 'auxctl-package-root-')) : resolve(given);
  try {
    if (given === undefined) await installInDebian(folder);
    await requireInstalled(folder);
    return count(await runAll(folder, scenarios, surroundings));
  } finally {
    if (given === undefined) await rm(folder, { recursive: true });
  }
}

await execute(async (words, signal) => {
  const { values, positionals: names } = parseWords(words, {
    root: { type: 'string' },
    json: { type: 'string' },
    logs: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const scenarios = chosen(names);
  await setUp();
  const counts = await runIn(values.root, scenarios, { logs: values.logs, signal });
  return close(counts, values.json);
});
