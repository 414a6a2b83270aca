// On the lab's real fwctl device: the library against C programs that make the same ioctls, in one run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { round } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, '../..');

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function measureInLab() {
  const folder = mkdtempSync(join(top, 'node_modules', '.bench-'));
  try {
    const library = await bundle(folder);
    return [...callRows(measure(folder, library, 'fwctl', 'fwctl')), ...dumpRows(measure(folder, library, 'dump', 'replay'))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function callRows({ cUs, cBatchedUs, singleUs, batchedUs }) {
  return [
    row('`rpc` on the lab\'s fwctl device, median', singleUs, cUs, 1.5, 'µs'),
    row('`rpcBatch` of 100 there, a call, median; C: 100 in a row', batchedUs, cBatchedUs, 1.1, 'µs'),
  ];
}

function dumpRows({ count, cMs, readMs, wholeMs }) {
  return [
    row(`read the ${count} readings of a dump there, decoded; C: the same ioctls in a row`, readMs, cMs, 1.3, 'ms'),
    row('a whole dump as text there: planned, read, with identity, layouts and checksum', wholeMs, cMs, Infinity, 'ms'),
  ];
}

function row(what, measured, reference, limit, unit) {
  return { what, measured: `${round(measured, 1)} ${unit}`, reference: `C: ${round(reference, 1)} ${unit}`, value: round(measured / reference, 2), limit, bound: /** @type {const} */ ('most'), unit: 'times' };
}

/** Runs `guest/SCRIPT.mjs` with the library and the C program of a name. */
function measure(folder, library, script, name) {
  const program = join(folder, name);
  execFileSync(process.env.CC ?? 'cc', ['-O2', '-o', program, join(here, `guest/${name}.c`)]);
  const words = ['--sim', 'mlx5', '--timeout', '600', '--', process.execPath, join(here, `guest/${script}.mjs`), library, program, '/dev/fwctl/fwctl0'];
  return JSON.parse(execFileSync(join(top, 'test/lab/run'), words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

async function bundle(folder) {
  const outfile = join(folder, 'library.mjs');
  await build({
    entryPoints: [join(here, 'guest/library.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['auxctl-source'], logLevel: 'error',
    define: { ADDON_PATH: JSON.stringify(join(top, 'native/build/Release/auxctl.node')), LAYOUTS_PATH: JSON.stringify(join(top, 'vendors/mlx5/layouts')) },
  });
  return outfile;
}
