import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LabError } from './error.mjs';
import { Companion } from './process.mjs';

const auxctl = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));
const SOCKET_WAIT_MS = 30_000;

/**
 * Names one simulator for each device that the specifications ask for.
 *
 * @param {readonly string[]} specifications each `PLUGIN` or `PLUGIN:COUNT`
 * @returns {{ plugin: string, name: string }[]}
 */
export function expandSimulators(specifications) {
  return specifications.flatMap((specification) => {
    const match = /^([a-z][a-z0-9_-]*)(?::([1-9]\d?))?$/.exec(specification);
    if (!match) throw new LabError(`--sim ${specification}: expected PLUGIN or PLUGIN:COUNT`, 2);
    return Array(Number(match[2] ?? 1)).fill(match[1]);
  }).map((plugin, index) => ({ plugin, name: `${plugin}-${index}` }));
}

/**
 * Starts a simulator and waits until its socket is there.
 *
 * @param {{ plugin: string, name: string }} simulated
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {readonly string[]} extra further arguments; `{share}` and `{name}` are replaced in them
 * @param {Companion[]} companions the process is added here
 * @returns {Promise<string>} the socket where it serves vfio-user
 */
export async function startSimulator({ plugin, name }, workspace, extra, companions) {
  const socket = join(workspace.dir, `${name}.sock`);
  const own = extra.map((argument) => argument.replaceAll('{share}', workspace.share).replaceAll('{name}', name));
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
