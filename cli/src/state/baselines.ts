import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nearest, UsageError } from '@auxctl/core';
import type { Report } from '@auxctl/schemas';
import type { Context } from '../command.js';
import { fileError } from '../arguments/input-file.js';
import { stateDirectory } from '../journal/place.js';
import { writeFileAtomically } from '../output/atomic-file.js';

type Place = Pick<Context, 'options' | 'environment'>;

const FOLDER = 'baselines';
const ENDING = '.json.gz';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** The state of a machine tells much to who should not know it. */
const FOLDER_MODE = 0o750;

/** The baseline that is meant where none is named. */
export const USUAL_BASELINE = 'default';

/** The file of a baseline. Throws `ERR_USAGE` for what is no name. */
export function baselinePath(name: string, place: Place): string {
  if (!NAME.test(name)) throw new UsageError('ERR_USAGE', `'${name}' is no name of a baseline: letters, digits, dots, dashes and underscores`);
  return join(folderOf(place), `${name}${ENDING}`);
}

/** The names of all baselines, sorted. */
export function baselineNames(place: Place): readonly string[] {
  try {
    return readdirSync(folderOf(place)).filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length)).sort();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw fileError(`${folderOf(place)} cannot be read`, cause);
  }
}

/** Is there a baseline of this name? False for what is no name. */
export function hasBaseline(name: string, place: Place): boolean {
  return NAME.test(name) && statSync(baselinePath(name, place), { throwIfNoEntry: false })?.isFile() === true;
}

/** The file of a baseline that is there. Throws `ERR_UNKNOWN_NAME`. */
export function requireBaseline(name: string, place: Place): string {
  if (hasBaseline(name, place)) return baselinePath(name, place);
  const near = nearest(name, baselineNames(place));
  throw new UsageError('ERR_UNKNOWN_NAME', `there is no baseline ${name} in ${folderOf(place)}`, { hint: near.length === 0 ? 'auxctl baseline save makes one.' : `Did you mean ${near.join(', ')}?` });
}

/** Keeps a report as a baseline. Throws `ERR_FILE`; then nothing has changed. */
export function saveBaseline(name: string, report: Report, place: Place): string {
  const path = baselinePath(name, place);
  try {
    mkdirSync(folderOf(place), { recursive: true, mode: FOLDER_MODE });
  } catch (cause) {
    throw fileError(`${folderOf(place)} cannot be made`, cause);
  }
  writeFileAtomically(path, gzipSync(JSON.stringify(report)));
  return path;
}

/** Removes one. Throws `ERR_UNKNOWN_NAME` or `ERR_FILE`. */
export function removeBaseline(name: string, place: Place): void {
  const path = requireBaseline(name, place);
  try {
    rmSync(path);
  } catch (cause) {
    throw fileError(`${path} cannot be removed`, cause);
  }
}

function folderOf(place: Place): string {
  return join(stateDirectory(place), FOLDER);
}
