import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read, trackedFiles } from '../files.mjs';
import { top } from '../step.mjs';

export const title = 'core, native, schemas and cli hold no vendor\'s name';

const NEVER = ['bnxt', 'cxl', 'pensando', 'connectx', 'mellanox', 'nvidia', 'broadcom'];
/** Names of a bus and of a standard before they are names of plugins. */
const ALLOWED = new Set(['nvme', 'pci']);
/** Too short to be told from a part of another word. */
const WHOLE_WORDS = new Set(['pds']);

export async function check() {
  const names = new Set([...readdirSync(join(top, 'vendors')), ...NEVER, ...WHOLE_WORDS].filter((name) => !ALLOWED.has(name)));
  const words = new RegExp([...names].map((name) => (WHOLE_WORDS.has(name) ? `\\b${name}\\b` : name)).join('|'), 'i');
  const faults = trackedFiles()
    .filter((file) => /^(core|native|schemas|cli)\/src\//.test(file) && !/\.(test|fixture)\.ts$/.test(file))
    .flatMap((file) => read(file).split('\n').flatMap((line, index) => (words.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])));
  return { faults };
}
