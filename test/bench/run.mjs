// Measures what has a limit, and writes the table of docs/performance.md. `--no-lab` leaves out what needs the lab.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureDecoding } from './decode.mjs';
import { measureInLab } from './lab.mjs';
import { measureSavedRegisters } from './saved.mjs';
import { measureCompletion, measureManyPlugins, measureStart } from './start.mjs';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(top);

const isLabWanted = !process.argv.includes('--no-lab');
const rows = [...(isLabWanted ? await measureInLab() : []), ...measureShim(), ...await measureDecoding(), ...await measureSavedRegisters(), ...await measureStart(), ...measureManyPlugins(), ...measureCompletion()];
const table = tableOf(rows);
process.stdout.write(table);
if (isLabWanted) writeFileSync('docs/performance.md', page(table));
process.exitCode = rows.every(isKept) ? 0 : 1;

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

/** @param {string} text */
function page(text) {
  return `<!-- Written by \`pnpm bench\` (test/bench/run.mjs); do not edit. -->

# Performance

Every figure is a median, taken beside its reference in the same run. The lab's guest runs under software emulation, so its absolute
times say little; the ratios count.

${text}
Measured on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Linux ${release()}, Node.js ${process.version}.
`;
}
