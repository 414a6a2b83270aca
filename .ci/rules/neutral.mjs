import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read, trackedFiles } from '../files.mjs';
import { top } from '../step.mjs';

export const title = 'core, native and schemas hold no vendor\'s name';

const NEVER = ['bnxt', 'cxl', 'pensando', 'connectx', 'mellanox', 'nvidia', 'broadcom'];

export async function check() {
  const vendors = readdirSync(join(top, 'vendors'));
  const words = new RegExp(`(${[...vendors, ...NEVER].join('|')}|\\bpds\\b)`, 'i');
  const faults = trackedFiles()
    .filter((file) => /^(core|native|schemas)\/src\//.test(file) && !/\.(test|fixture)\.ts$/.test(file))
    .flatMap((file) => read(file).split('\n').flatMap((line, index) => (words.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])));
  return { faults };
}
