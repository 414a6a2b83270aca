import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The root that holds the tools; undefined where they could not be had. */
const root = process.env['AUXCTL_LAB_VENDOR_TOOLS'];

/** Why checks with these tools are skipped; false when they are not. */
export const skip = root === undefined ? (process.env['AUXCTL_LAB_VENDOR_TOOLS_MISSING'] ?? 'AUXCTL_LAB_VENDOR_TOOLS is not set') : false;

/** A tool that takes longer is stuck. */
const LONGEST_MS = 120_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Shows the kernel's file systems in the tools' root. Needed once, before the first tool. */
export async function enterRoot() {
  for (const name of ['proc', 'sys', 'dev']) await promisify(execFile)('mount', ['--bind', `/${name}`, `${root}/${name}`]);
  for (const name of ['tmp', 'run']) await promisify(execFile)('mount', ['-t', 'tmpfs', 'tmpfs', `${root}/${name}`]);
  await mkdir(`${root}/tmp/mstflint_lockfiles`, { recursive: true });
}

/**
 * Runs one of the tools in its root.
 *
 * @param {string} program
 * @param {...string} words
 * @returns {Promise<{ status: number, stdout: string, stderr: string }>}
 */
export async function run(program, ...words) {
  try {
    const { stdout, stderr } = await promisify(execFile)('chroot', [root ?? '', program, ...words], { timeout: LONGEST_MS, maxBuffer: MOST_BYTES });
    return { status: 0, stdout: plain(stdout), stderr };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'number' && 'stdout' in error && 'stderr' in error)) throw error;
    return { status: error.code, stdout: plain(String(error.stdout)), stderr: String(error.stderr) };
  }
}

/** @param {string} text with a terminal's colours */
function plain(text) {
  return text.replaceAll(/\x1b\[\d+m/g, '');
}
