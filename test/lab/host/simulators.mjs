import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LabError } from './error.mjs';
import { Companion } from './process.mjs';

const auxctl = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));
const SOCKET_WAIT_MS = 30_000;

/**
 * @typedef {object} Simulated
 * @property {string} plugin
 * @property {number} index counts all simulators of a run from 0
 * @property {string} name such as `mlx5-0`
 */

/**
 * Names one simulator for each device that the specifications ask for.
 *
 * @param {readonly string[]} specifications each `PLUGIN` or `PLUGIN:COUNT`
 * @returns {Simulated[]}
 */
export function expandSimulators(specifications) {
  return specifications.flatMap((specification) => {
    const match = /^([a-z][a-z0-9_-]*)(?::([1-9]\d?))?$/.exec(specification);
    if (!match) throw new LabError(`--sim ${specification}: expected PLUGIN or PLUGIN:COUNT`, 2);
    return Array(Number(match[2] ?? 1)).fill(match[1]);
  }).map((plugin, index) => ({ plugin, index, name: `${plugin}-${index}` }));
}

/**
 * Starts a simulator and waits until its socket is there.
 *
 * @param {Simulated} simulated
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {readonly string[]} extra further arguments; `{share}`, `{name}` and `{index}` are replaced in them
 * @param {Companion[]} companions the process is added here
 * @returns {Promise<string>} the socket where it serves vfio-user
 */
export async function startSimulator({ plugin, index, name }, workspace, extra, companions) {
  const socket = join(workspace.dir, `${name}.sock`);
  const own = extra.map((argument) => fill(argument, { share: workspace.share, name, index: String(index) }));
  const command = [process.execPath, auxctl, 'sim', 'serve', plugin, '--vfio-user', socket, ...own];
  const simulator = await Companion.start(command, join(workspace.logs, `${name}.log`));
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

/**
 * @param {string} text
 * @param {Readonly<Record<string, string>>} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}
