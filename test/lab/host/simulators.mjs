import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EXIT_STATUS, LabError } from './error.mjs';
import { Companion } from './process.mjs';

const auxctl = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));
const SOCKET_WAIT_MS = 30_000;

/**
 * @typedef {object} Simulated
 * @property {string} plugin
 * @property {string} [profile] the simulator's default when absent
 * @property {number} index counts all simulators of a run from 0
 * @property {string} name such as `mlx5-0`
 */

const SPECIFICATION = /^(?<plugin>[a-z][a-z0-9_-]*)(?:@(?<profile>[a-z0-9._-]+))?(?::(?<count>[1-9]\d?))?$/;

/**
 * Names one simulator for each device that the specifications ask for.
 *
 * @param {readonly string[]} specifications each `PLUGIN[@PROFILE][:COUNT]`
 * @returns {Simulated[]}
 */
export function expandSimulators(specifications) {
  return specifications.flatMap((specification) => {
    const { plugin, profile, count } = SPECIFICATION.exec(specification)?.groups ?? {};
    if (plugin === undefined) throw new LabError(`--sim ${specification}: expected PLUGIN[@PROFILE][:COUNT]`, EXIT_STATUS.usage);
    return Array.from({ length: Number(count ?? 1) }, () => ({ plugin, ...(profile === undefined ? {} : { profile }) }));
  }).map((simulated, index) => ({ ...simulated, index, name: `${simulated.plugin}-${index}` }));
}

/**
 * Starts a simulator and waits until its socket is there. In the share, it writes the commands that it receives to
 * `NAME.jsonl`, and its firmware hangs while there is a file `NAME.hang`.
 *
 * @param {Simulated} simulated
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {readonly string[]} plugins folders of plugins that are not built in
 * @param {Companion[]} companions the process is added here
 * @returns {Promise<string>} the socket where it serves vfio-user
 */
export async function startSimulator({ plugin, profile, index, name }, workspace, plugins, companions) {
  const socket = join(workspace.dir, `${name}.sock`);
  const shared = join(workspace.share, name);
  const options = ['--vfio-user', socket, '--index', String(index), '--log', `${shared}.jsonl`, '--hang-while', `${shared}.hang`];
  if (profile !== undefined) options.push('--profile', profile);
  for (const folder of plugins) options.push('--plugin', folder);
  const simulator = await Companion.start([process.execPath, auxctl, 'sim', 'serve', plugin, ...options], join(workspace.logs, `${name}.log`));
  companions.push(simulator);
  for (const deadline = Date.now() + SOCKET_WAIT_MS; !(await isSocket(socket)); await delay(20)) {
    if (simulator.hasEnded) throw new LabError(`simulator ${name} ended before it served its socket`);
    if (Date.now() > deadline) throw new LabError(`simulator ${name} did not serve its socket`);
  }
  return socket;
}

/** @param {string} path */
async function isSocket(path) {
  return (await stat(path).catch(() => undefined))?.isSocket() ?? false;
}
