import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the guest sees the shared folder. */
export const GUEST_SHARE = '/run/lab/share';

/**
 * Writes the shell script that the guest's init runs: the program, with its arguments, folder and environment.
 *
 * @param {string} exchange the folder to write to
 * @param {{ program: readonly string[], folder: string, environment: Readonly<Record<string, string>> }} job
 */
export async function writeJob(exchange, { program, folder, environment }) {
  const variables = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', AUXCTL_LAB_SHARE: GUEST_SHARE, ...environment };
  const lines = [
    `cd ${quote(folder)} || exit`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
    `exec ${program.map(quote).join(' ')}`,
  ];
  await writeFile(join(exchange, 'job'), `${lines.join('\n')}\n`);
}

/**
 * One word of a shell command line, whatever bytes it holds.
 *
 * @param {string} word
 */
export function quote(word) {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
