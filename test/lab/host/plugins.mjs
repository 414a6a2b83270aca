import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { resolve } from 'node:path';
import { LabError } from './error.mjs';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Builds a plugin that is not built in, by its own `build` script.
 *
 * @param {string} folder from the checkout's top, or absolute
 * @returns {Promise<string>} where it is
 */
export async function buildPlugin(folder) {
  const path = resolve(checkout, folder);
  try {
    await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: path });
  } catch (error) {
    throw new LabError(`the plugin in ${folder} cannot be built: ${error instanceof Error ? error.message : String(error)}`);
  }
  return path;
}
