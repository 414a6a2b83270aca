import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '@auxctl/core';
import { importOverridesSchema, type ImportOverrides } from '@auxctl/schemas/import';
import { fileFormatFault } from '@auxctl/schemas/model';
import { readFile } from '../arguments/input-file.js';

/** The most bytes of a source. */
export const MOST_BYTES = 16 * 1024 * 1024;

/** A file's text. Throws `ERR_FILE`, and `ERR_USAGE` for one of more than 16 MiB. */
export function readText(file: string): string {
  return Buffer.from(readFile(file, MOST_BYTES)).toString('utf8');
}

/** What a source includes is looked for beside it. */
export function findBeside(name: string, from: string): { readonly file: string; readonly text: string } | undefined {
  const file = join(dirname(from), name);
  return existsSync(file) ? { file, text: readText(file) } : undefined;
}

/** A path from `include/` on, wherever the tree lies; else the file's name. */
export function documentName(file: string): string {
  return /(?:^|\/)(include\/(?!.*\/include\/).+)$/.exec(file)?.[1] ?? basename(file);
}

/** A file of corrections. Throws `ERR_FILE`. */
export function readOverrides(file: string): ImportOverrides {
  const json = parseJson(file, readText(file));
  const parsed = importOverridesSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const format = fileFormatFault('import-overrides', json);
  if (format !== undefined) throw new UsageError('ERR_FILE', `${file}: ${format}`);
  const [first] = parsed.error.issues;
  throw new UsageError('ERR_FILE', `${file}: ${first?.path.map(String).join('.') ?? ''}: ${first?.message ?? 'not valid'}`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError('ERR_FILE', `${file} is not JSON`, { cause });
  }
}
