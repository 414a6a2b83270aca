import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The folder that holds nvme-cli; undefined where it could not be had. */
const folder = process.env['AUXCTL_LAB_VENDOR_TOOLS'];

/** Why checks with nvme-cli are skipped; false when they are not. */
export const skip = folder === undefined ? (process.env['AUXCTL_LAB_VENDOR_TOOLS_MISSING'] ?? 'AUXCTL_LAB_VENDOR_TOOLS is not set') : false;

/** Numbers that a double cannot hold stay text. */
const WIDE = /:(\d{16,})(?=[,\n}\]])/g;

/**
 * What nvme-cli says of a device, as its JSON has it; numbers wider than 53 bits are text.
 *
 * @param {string} command
 * @param {...string} words
 * @returns {Promise<any>} undefined where the controller refused
 */
export async function nvmeJson(command, ...words) {
  const { stdout } = await promisify(execFile)(`${folder}/nvme`, [command, ...words, '-o', 'json'], { timeout: 60_000, maxBuffer: 1 << 26 }).catch((error) => {
    if (typeof error.code === 'number' && typeof error.stdout === 'string') return { stdout: '{"error":true}' };
    throw error;
  });
  const said = JSON.parse(stdout.replaceAll(WIDE, ':"$1"'));
  return said.error === undefined ? said : undefined;
}

/**
 * The bytes of what nvme-cli reads.
 *
 * @param {string} command
 * @param {...string} words
 * @returns {Promise<string>} in hexadecimal
 */
export async function nvmeBytes(command, ...words) {
  const { stdout } = await promisify(execFile)(`${folder}/nvme`, [command, ...words, '-b'], { timeout: 60_000, maxBuffer: 1 << 26, encoding: 'buffer' });
  return stdout.toString('hex');
}
