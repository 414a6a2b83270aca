import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Bundles the library, from its sources, for checks that use it in the guest.
 *
 * @param {string} folder where to put it
 * @returns {Promise<string>} the module's path
 */
export async function bundleLibrary(folder) {
  const outfile = join(folder, 'library.mjs');
  await build({
    entryPoints: [join(checkout, 'test/lab/guest/library.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['auxctl-source'],
    define: { CHECKOUT: JSON.stringify(checkout) },
    logLevel: 'error',
  });
  return outfile;
}
