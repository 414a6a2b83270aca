import { readFileSync, statSync } from 'node:fs';

const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** What a file of JSON holds, or why it cannot be read: a pipe or a device would never end. */
export type JsonFile =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string; readonly isMissing: boolean };

/** Reads a JSON file of at most 32 MiB. */
export function readJsonFile(path: string): JsonFile {
  const fault = (reason: string, isMissing = false): JsonFile => ({ ok: false, reason, isMissing });
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return fault('is not there', true);
    if (!stat.isFile()) return fault('is not a file');
    if (stat.size > MAX_FILE_BYTES) return fault(`is larger than ${MAX_FILE_BYTES} bytes`);
    return { ok: true, value: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
    return fault(error instanceof Error ? error.message : 'cannot be read', isMissing);
  }
}
