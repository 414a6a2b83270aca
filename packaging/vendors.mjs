import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../.ci/step.mjs';

/** Names of the vendors, each with a package of its own. */
export function vendorNames() {
  return readdirSync(join(top, 'vendors'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** What a vendor's package says of itself. @param {string} name @returns {string} */
export function vendorText(name) {
  const { vendor, description } = JSON.parse(readFileSync(join(top, 'vendors', name, 'manifest.json'), 'utf8'));
  return `What auxctl knows of these devices: ${description} (${vendor}). Commands, registers and other structures by name, and a simulator of the firmware to try them on.`;
}

/** Breaks a text into lines of at most `width` letters. @param {string} text @param {number} width */
export function folded(text, width) {
  return text.split(' ').reduce((lines, word) => {
    const last = lines.at(-1);
    return last === undefined || `${last} ${word}`.length > width ? [...lines, word] : [...lines.slice(0, -1), `${last} ${word}`];
  }, /** @type {string[]} */ ([]));
}
