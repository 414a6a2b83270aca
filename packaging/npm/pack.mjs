// Makes the npm packages: `node packaging/npm/pack.mjs FOLDER` builds the workspace and puts a tarball of each published package into FOLDER.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNPM, top } from '../../.ci/step.mjs';

/** Published packages by their folders below the top. Plugins come from the folder of vendors. */
export const FOLDERS = ['schemas', 'native', 'core', 'kit', 'cli', ...readdirSync(join(top, 'vendors')).map((vendor) => `vendors/${vendor}`)];

/**
 * @param {string} folder absolute; made where it is missing
 * @returns {string} what went wrong, or empty
 */
export function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const filters = FOLDERS.flatMap((each) => ['--filter', `./${each}`]);
  for (const words of [['--recursive', ...filters, '--workspace-concurrency=2', 'run', 'build'], ['--recursive', ...filters, 'pack', '--pack-destination', folder]]) {
    const { status, stdout, stderr } = spawnSync('npx', ['--yes', PNPM, ...words], { cwd: top, encoding: 'utf8', env: { ...process.env, CI: 'true' } });
    if (status !== 0) return `pnpm ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`;
  }
  return '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = process.argv;
  const fault = folder === undefined ? 'node packaging/npm/pack.mjs FOLDER' : packAll(resolve(folder));
  process.stderr.write(fault);
  process.exitCode = fault === '' ? 0 : 1;
}
