// Measures what has a limit, and writes docs/performance.md, a table for each part. `--only PART,...` measures these parts, and keeps the others' tables;
// without it all parts are measured.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureDecoding } from './decode.mjs';
import { measureInLab } from './lab.mjs';
import { measureSavedRegisters } from './saved.mjs';
import { measureCompletion, measureManyPlugins, measureMemory, measureStart } from './start.mjs';

/** What is measured, by the name of the part. */
const PARTS = {
  lab: { title: 'Commands to the lab\'s fwctl device', measure: measureInLab },
  shim: { title: 'The native shim', measure: measureShim },
  decoding: { title: 'Decoding', measure: async () => [...await measureDecoding(), ...await measureSavedRegisters()] },
  start: { title: 'Starting', measure: () => [...measureStart(), ...measureMemory(), ...measureManyPlugins(), ...measureCompletion()] },
};
const PAGE = 'docs/performance.md';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(top);

const only = process.argv.includes('--only') ? (process.argv[process.argv.indexOf('--only') + 1] ?? '').split(',') : Object.keys(PARTS);
const unknown = only.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) {
  process.stderr.write(`there is no part ${unknown}: ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}
const kept = new Map(readFileSync(PAGE, 'utf8').split(/^## /m).slice(1).map((section) => [section.split('\n')[0], section]));
const sections = [];
for (const [name, { title, measure }] of Object.entries(PARTS)) {
  if (!only.includes(name)) {
    sections.push(kept.get(title) ?? '');
    continue;
  }
  const rows = await measure();
  if (!rows.every(isKept)) process.exitCode = 1;
  process.stdout.write(tableOf(rows));
  sections.push(`${title}\n\n${tableOf(rows)}\n${machine()}\n`);
}
writeFileSync(PAGE, page(sections.filter((section) => section !== '')));

/** @returns {import('./measure.mjs').Row[]} */
function measureShim() {
  const { cUs, process: worker } = JSON.parse(execFileSync(process.execPath, ['test/bench/shim.mjs'], { encoding: 'utf8' }));
  const row = (what, us, own, limit) => ({ what, measured: `${us} µs`, reference: `C: ${cUs} µs`, value: own, limit, bound: /** @type {const} */ ('most'), unit: 'µs more than C' });
  return [
    row('FIONREAD on a pipe, one asynchronous call', worker.singleUs, worker.ownSingleUs, 25),
    row('the same in a batch of 1,000, a call', worker.batchedUs, worker.ownBatchedUs, 0.5),
  ];
}

/** @param {import('./measure.mjs').Row} row */
function isKept({ value, limit, bound }) {
  return bound === 'most' ? value <= limit : value >= limit;
}

/** @param {readonly import('./measure.mjs').Row[]} measured */
function tableOf(measured) {
  const lines = measured.map((row) => `| ${row.what} | ${row.measured} | ${row.reference} | ${row.value} ${row.unit} | ${row.limit === Infinity ? '' : `at ${row.bound} ${row.limit}`} | ${row.limit === Infinity ? '' : isKept(row) ? 'yes' : '**no**'} |`);
  return ['| what | measured | reference | result | limit | kept |', '|---|---|---|---|---|---|', ...lines, ''].join('\n');
}

/** Of what ran on this machine. */
function machine() {
  return `Measured on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Linux ${release()}, Node.js ${process.version}.`;
}

/** @param {readonly string[]} texts */
function page(texts) {
  return `<!-- Written by \`pnpm bench\` (test/bench/run.mjs); do not edit. -->

# Performance

Every figure is a median, taken beside its reference in the same run. The lab's guest runs under software emulation, so its absolute
times say little; the ratios count.

${texts.map((text) => `## ${text.trimEnd()}\n`).join('\n')}`;
}
