import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './step.mjs';

/** Files that git tracks, or would: those in the working tree that it does not ignore. */
export function trackedFiles() {
  const output = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: top, encoding: 'utf8' });
  return [...new Set(output.split('\0'))].filter((file) => file !== '' && existsSync(join(top, file))).sort();
}

/** @param {string} file */
export function read(file) {
  return readFileSync(join(top, file), 'utf8');
}

/** Handwritten code that ships. @param {string} file */
export function isShippedCode(file) {
  return /^(core|native|schemas|kit|cli|vendors\/[^/]+)\/(src|sim)\//.test(file) && /\.(ts|cc|h)$/.test(file) && !/\.(test|fixture)\.ts$/.test(file) && !file.includes('/generated/');
}
