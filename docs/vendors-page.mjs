// Counts what each vendor took: code, data, simulator.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { trackedFiles } from '../.ci/files.mjs';
import { top } from '../.ci/step.mjs';

/**
 * @typedef {object} VendorCount
 * @property {string} folder below the top
 * @property {number} code lines in `src`
 * @property {number} simulator lines in `sim`
 * @property {number} dataKib size of the manifest and the layouts
 * @property {{ registers: number, commands: number, capabilities: number, structures: number, opcodes: number }} described
 */

/** @returns {VendorCount[]} every vendor of the tree, then the example */
export function countVendors() {
  const files = trackedFiles();
  const folders = [...new Set(files.flatMap((file) => /^(vendors\/[^/]+)\/manifest\.json$/.exec(file)?.[1] ?? []))];
  return [...folders, 'examples/acme'].map((folder) => count(folder, files.filter((file) => file.startsWith(`${folder}/`))));
}

/** @param {readonly VendorCount[]} counts */
export function medianCode(counts) {
  const lines = counts.map(({ code }) => code).sort((a, b) => a - b);
  return lines[Math.floor(lines.length / 2)] ?? 0;
}

/** The page as text. */
export function vendorsPage() {
  const counts = countVendors();
  const rows = counts.map(({ folder, code, simulator, dataKib, described: { registers, commands, capabilities, structures, opcodes } }) => (
    `| [${folder}](../${folder}/README.md) | ${code} | ${dataKib} | ${registers} | ${commands} | ${capabilities} | ${structures} | ${opcodes} | ${simulator} |`));
  return `<!-- Generated from vendors/ and examples/ by docs/generate.mjs; do not edit. -->

# What each vendor took

Lines hold something besides a comment; tests are left out. Code is what ships beside the data and makes the plugin work; the simulator, which stands in for
the firmware, is apart from it. Data is the manifest and the layouts, as they stand in the tree.

| plugin | lines of code | data, KiB | registers | commands | capabilities | shared structures | opcodes | lines of simulator |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

The median plugin has ${medianCode(counts)} lines of code.
`;
}

/** @param {string} folder @param {readonly string[]} files @returns {VendorCount} */
function count(folder, files) {
  const linesBelow = (/** @type {string} */ part) => files.filter((file) => file.startsWith(`${folder}/${part}/`) && /\.(ts|js|mjs)$/.test(file) && !isTest(file)).reduce((sum, file) => sum + codeLines(file), 0);
  const layouts = (/** @type {string} */ part) => files.filter((file) => file.startsWith(`${folder}/layouts/${part}/`)).length;
  const data = files.filter((file) => file === `${folder}/manifest.json` || (file.startsWith(`${folder}/layouts/`) && file.endsWith('.json')));
  const { opcodes } = JSON.parse(readFileSync(join(top, folder, 'layouts/opcodes.json'), 'utf8'));
  return {
    folder, code: linesBelow('src'), simulator: linesBelow('sim'),
    dataKib: Math.round(data.reduce((sum, file) => sum + statSync(join(top, file)).size, 0) / 1024),
    described: { registers: layouts('registers'), commands: layouts('commands'), capabilities: layouts('capabilities'), structures: layouts('structures'), opcodes: opcodes.length },
  };
}

function isTest(file) {
  return /\.(test|fixture)\.ts$/.test(file) || /\/(test-[^/]+|golden\/)/.test(file);
}

/** @param {string} file */
function codeLines(file) {
  const text = readFileSync(join(top, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}
