import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IncludeFinder } from '@auxctl/schemas/import';

/** Where a kernel tree has the header. */
export const KERNEL_HEADER = 'include/linux/mlx5/mlx5_ifc.h';
const SETUP = fileURLToPath(new URL('../setup', import.meta.url));
const SETUP_TIMEOUT_MS = 300_000;

/** The folder that holds {@link KERNEL_HEADER}: `AUXCTL_KERNEL_HEADERS`, or what the set-up got from the distribution. Else why there is none. */
export function kernelHeaders(): { readonly folder: string } | { readonly reason: string } {
  const { status, stdout, stderr, error } = spawnSync(SETUP, { encoding: 'utf8', timeout: SETUP_TIMEOUT_MS });
  if (status === 0) return { folder: stdout.trim() };
  const said = stderr.trim().split('\n').at(-1);
  return { reason: error?.message ?? (said === undefined || said === '' ? `test/import/setup ended with status ${status}` : said) };
}

/** Finds headers in quotes beside the one that includes them; names are paths below `root`. */
export function besideIn(root: string): IncludeFinder {
  return (name, from) => {
    const file = join(dirname(from), name);
    const path = join(root, file);
    return existsSync(path) ? { file, text: readFileSync(path, 'utf8') } : undefined;
  };
}
