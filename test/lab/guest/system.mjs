import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const share = process.env['AUXCTL_LAB_SHARE'] ?? '';

/** A simulator looks every 20 ms. */
const HANG_IS_NOTICED_MS = 200;

/** What is waited for may take so long on a machine that is busy. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 20;

/**
 * Looks again and again until there is what is wanted, and returns it; fails when it does not come.
 *
 * @template T
 * @param {() => T | undefined | Promise<T | undefined>} look
 * @param {() => string} what is missing, then
 * @param {number} [patienceMs]
 * @returns {Promise<T>}
 */
export async function until(look, what, patienceMs = PATIENCE_MS) {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await delay(LOOK_EVERY_MS)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  return assert.fail(what());
}

/** The kernel's taint word. */
export async function taint() {
  return Number(await readFile('/proc/sys/kernel/tainted', 'utf8'));
}

/** The lines of the kernel's log that tell of a fault in the kernel. */
export async function complaints() {
  const { stdout } = await promisify(execFile)('dmesg');
  return stdout.split('\n').filter((line) => /(WARNING|BUG|UBSAN|Oops|Call Trace):|blocked for more than/.test(line));
}

/**
 * Takes a PCI function away from the kernel, as hot-unplug does. Returns when its driver has let go.
 *
 * @param {string} address
 */
export async function removeFunction(address) {
  await writeFile(`/sys/bus/pci/devices/${address}/remove`, '1');
}

/** Lets the kernel find functions that it does not have. Returns when their drivers have probed them. */
export async function rescan() {
  await writeFile('/sys/bus/pci/rescan', '1');
}

/**
 * The commands that a simulated device received since it was started.
 *
 * @param {string} name such as `mlx5-0`
 * @returns {Promise<{ sequence: number, command: string, request: string, status: number | null }[]>}
 */
export async function commandLog(name) {
  const lines = (await readFile(join(share, `${name}.jsonl`), 'utf8')).split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

/**
 * Waits until the firmware has received a command since some point of its log.
 *
 * @param {string} simulator
 * @param {number} from
 * @param {string} wanted
 */
export async function untilReceived(simulator, from, wanted) {
  await until(async () => (await commandLog(simulator)).slice(from).find(({ command }) => command === wanted), () => `${simulator} received no ${wanted}`);
}

/**
 * Makes a simulated device's firmware take commands without answering, from now on.
 *
 * @param {string} name such as `mlx5-0`
 */
export async function hang(name) {
  await writeFile(join(share, `${name}.hang`), '');
  await delay(HANG_IS_NOTICED_MS);
}

/**
 * Lets it answer again, first of all what it took meanwhile.
 *
 * @param {string} name
 */
export async function recover(name) {
  await rm(join(share, `${name}.hang`), { force: true });
  await delay(HANG_IS_NOTICED_MS);
}
