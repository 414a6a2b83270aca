import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT_STATUS, LabError } from './error.mjs';
import { packInitramfs } from './initramfs.mjs';
import { writeJob } from './job.mjs';
import { FollowedFile } from './output.mjs';
import { buildPlugin } from './plugins.mjs';
import { Companion } from './process.mjs';
import { folderTag, qemuCommand } from './qemu.mjs';
import { setUp } from './setup.mjs';
import { expandSimulators, startSimulator } from './simulators.mjs';
import { makeWorkspace } from './workspace.mjs';

const LOOK_EVERY_MS = 20;
const DEFAULT_TIMEOUT_MS = 120_000;
const LAST_LINES = 40;

/**
 * @typedef {object} GuestRun
 * @property {readonly string[]} program
 * @property {string} [folder] where the program starts; the caller's own when absent
 * @property {Readonly<Record<string, string>>} [environment] added to the guest's few variables
 * @property {readonly string[]} [simulators] each `PLUGIN[@PROFILE][:COUNT]`, started and stopped with the guest
 * @property {readonly string[]} [plugins] folders of plugins that are not built in: built, and known to the simulators and in the guest
 * @property {readonly string[]} [sockets] vfio-user servers that run already
 * @property {readonly string[]} [devices] QEMU's own devices
 * @property {readonly string[]} [kernelArguments]
 * @property {readonly string[]} [qemuArguments]
 * @property {number} [memoryMiB]
 * @property {string} [root] a folder with a Linux system that the guest has as its root; this machine's files when absent
 * @property {readonly string[]} [folders] folders of this machine that the guest has too, at their own paths, where its root is another
 * @property {boolean} [systemd] have systemd of that system as the first process, with udev and all, and the program as a service
 * @property {number} [timeoutMs] for everything from QEMU's start to the program's end
 * @property {string | undefined} [share] a folder to share with the guest; a temporary one when absent
 * @property {string | undefined} [logs] a folder to leave the logs in
 * @property {import('node:stream').Writable} [stdout]
 * @property {import('node:stream').Writable} [stderr]
 * @property {readonly { name: string, target: import('node:stream').Writable }[]} [follow] files in the share whose text is passed on as it grows
 * @property {AbortSignal} [signal]
 */

/**
 * Boots a guest with the devices, runs the program in it, and takes everything down again.
 *
 * @param {GuestRun} run
 * @returns {Promise<number>} the program's exit status
 * @throws {LabError} when the guest died, or did not finish in time
 */
export async function runInGuest(run) {
  const workspace = await makeWorkspace(run);
  /** @type {Companion[]} */
  const companions = [];
  try {
    const qemu = await boot(run, workspace, companions);
    return await programStatus(qemu, workspace, run);
  } catch (error) {
    if (error instanceof LabError && !run.signal?.aborted) error.message += await lastWords(workspace.logs);
    throw error;
  } finally {
    await Promise.all(companions.map((companion) => companion.stop()));
    await workspace.remove();
  }
}

/**
 * @param {GuestRun} run
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {Companion[]} companions what was started is added here at once, so that it is stopped even when a later part fails
 * @returns {Promise<Companion>} QEMU
 */
async function boot(run, workspace, companions) {
  const paths = await setUp();
  const sockets = [...(run.sockets ?? [])];
  const plugins = [];
  for (const folder of run.plugins ?? []) plugins.push(await buildPlugin(folder));
  for (const wanted of expandSimulators(run.simulators ?? [])) {
    const simulator = await startSimulator(wanted, workspace, plugins, companions);
    sockets.push(simulator);
  }
  const { program, folder = process.cwd() } = run;
  const environment = { ...(plugins.length === 0 ? {} : { AUXCTL_PLUGINS: plugins.join(':') }), ...run.environment };
  await writeJob(workspace.exchange, { program, folder, environment });
  await writeSystem(workspace.exchange, run);
  const initramfs = await packInitramfs(workspace.dir, paths.busybox);
  const command = qemuCommand({ ...run, ...paths, initramfs, sockets }, workspace);
  const qemu = await Companion.start(command, join(workspace.logs, 'qemu.log'));
  companions.push(qemu);
  return qemu;
}

/**
 * Tells the guest's init what it has beyond the job.
 *
 * @param {string} exchange
 * @param {GuestRun} run
 */
async function writeSystem(exchange, { folders = [], systemd = false }) {
  await writeFile(join(exchange, 'folders'), folders.map((path, index) => `${folderTag(index)} ${path}\n`).join(''));
  if (systemd) await writeFile(join(exchange, 'systemd'), '');
}

/**
 * Passes the program's output on until it has ended.
 *
 * @param {Companion} qemu
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {GuestRun} run
 * @returns {Promise<number>}
 */
async function programStatus(qemu, workspace, { timeoutMs = DEFAULT_TIMEOUT_MS, stdout = process.stdout, stderr = process.stderr, follow = [], signal }) {
  const outputs = [
    new FollowedFile(join(workspace.exchange, 'stdout'), stdout),
    new FollowedFile(join(workspace.exchange, 'stderr'), stderr),
    ...follow.map(({ name, target }) => new FollowedFile(join(workspace.share, name), target)),
  ];
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { hasEnded } = qemu;
    const status = await readFile(join(workspace.exchange, 'status'), 'utf8').catch(() => undefined);
    for (const output of outputs) await output.catchUp();
    if (status !== undefined) return Number(status);
    if (hasEnded) throw new LabError('the guest died');
    if (Date.now() > deadline) throw new LabError(`the program did not end within ${timeoutMs / 1000} s`, EXIT_STATUS.timedOut);
    signal?.throwIfAborted();
    await delay(LOOK_EVERY_MS);
  }
}

/**
 * The end of every log: what there is to learn when a guest did not do its work.
 *
 * @param {string} logs
 */
async function lastWords(logs) {
  let text = '';
  for (const name of (await readdir(logs)).sort()) {
    const lines = (await readFile(join(logs, name), 'utf8')).trimEnd().split(/\r?\n/).slice(-LAST_LINES);
    if (lines.some(Boolean)) text += `\n--- ${name}\n${lines.join('\n')}`;
  }
  return text;
}
