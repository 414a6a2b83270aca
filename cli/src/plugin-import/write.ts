import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '@auxctl/core';
import { fileError } from '../arguments/input-file.js';
import { writeFileAtomically } from '../output/atomic-file.js';

/** Writes what is new or, with `isForced`, differs, and says how much that was; the rest stays untouched. Throws `ERR_FILE` before anything is written. */
export function writeAll(files: ReadonlyMap<string, string>, isForced: boolean): number {
  const stale = [...files].filter(([path, text]) => !isSame(path, text)).map(([path]) => path);
  const inTheWay = stale.filter((path) => existsSync(path));
  const [first] = inTheWay;
  if (first !== undefined && !isForced) {
    throw new UsageError('ERR_FILE', `${first} holds something else${inTheWay.length === 1 ? '' : `, and so do ${inTheWay.length - 1} more`}; nothing was written`, { hint: 'Write to another folder, or use --force to replace them.' });
  }
  for (const path of stale) {
    makeFolder(dirname(path));
    writeFileAtomically(path, Buffer.from(files.get(path) ?? ''));
  }
  return stale.length;
}

function isSame(path: string, text: string): boolean {
  try {
    return existsSync(path) && readFileSync(path, 'utf8') === text;
  } catch (cause) {
    throw fileError(`${path} cannot be read`, cause);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw fileError(`${path} cannot be made`, cause);
  }
}
