// On the lab's real fwctl device: the library against a C program that makes the same ioctls, in one run.
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
    const program = join(folder, 'fwctl');
    const library = join(folder, 'library.mjs');
    execFileSync(process.env.CC ?? 'cc', ['-O2', '-o', program, join(here, 'guest/fwctl.c')]);
    await build({ stdin: { contents: librarySource(), resolveDir: top }, outfile: library, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['auxctl-source'], logLevel: 'error' });
    const output = execFileSync(join(top, 'test/lab/run'), ['--sim', 'mlx5', '--timeout', '300', '--', process.execPath, join(here, 'guest/fwctl.mjs'), library, program, '/dev/fwctl/fwctl0'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    const { cUs, cBatchedUs, singleUs, batchedUs } = JSON.parse(output);
    const row = (what, us, reference, limit) => ({ what, measured: `${round(us, 1)} µs`, reference: `C: ${round(reference, 1)} µs`, value: round(us / reference, 2), limit, bound: 'most', unit: 'times' });
    return [
      row('`rpc` on the lab\'s fwctl device, median', singleUs, cUs, 1.5),
      row('`rpcBatch` of 100 there, a call, median; C: 100 in a row', batchedUs, cBatchedUs, 1.1),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function librarySource() {
  return `
    import { loadNative } from '@auxctl/native';
    import { openFwctl as open } from '@auxctl/core';
    const addonPath = ${JSON.stringify(join(top, 'native/build/Release/auxctl.node'))};
    export const openFwctl = (options) => open({ ...options, native: async () => loadNative({ addonPath }) });
  `;
}
