import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folders of one run. Sockets live at the top, since their names must stay short.
 *
 * @typedef {object} Workspace
 * @property {string} dir holds all the rest, unless a caller named a folder of its own
 * @property {string} exchange between the lab and the guest's init: job, stdout, stderr, status
 * @property {string} share the caller's, at `AUXCTL_LAB_SHARE` on both sides
 * @property {string} logs what the kernel, QEMU and the simulators said
 * @property {() => Promise<void>} remove deletes all but the folders that the caller named
 */

/**
 * @param {{ share?: string | undefined, logs?: string | undefined }} named folders that outlive the run
 * @returns {Promise<Workspace>}
 */
export async function makeWorkspace(named) {
  const dir = await mkdtemp(join(tmpdir(), 'auxctl-lab-'));
  const folders = {
    exchange: join(dir, 'exchange'),
    share: resolve(named.share ?? join(dir, 'share')),
    logs: resolve(named.logs ?? join(dir, 'logs')),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  return { dir, ...folders, remove: () => rm(dir, { recursive: true, force: true }) };
}
