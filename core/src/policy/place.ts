import { lstatSync } from 'node:fs';

/** Where the system's policy is, below the root of the file system. */
export const POLICY_FILE = 'etc/auxctl/policy.yaml';

/** Is anything there, be it a link to nothing? Where that cannot be told, something is. */
export function isPolicyThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
