import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the guest has what the library reads: this checkout's. */
const OWN = { vendors: join(checkout, 'vendors'), addon: join(checkout, 'native/build/Release/auxctl.node') };

/**
 * Bundles the library, from its sources, for checks that use it in the guest.
 *
 * @param {string} folder where to put it
 * @param {{ vendors: string, addon: string }} places in the guest, of the vendors' layouts (`NAME/layouts`) and of the addon
 * @returns {Promise<string>} the module's path
 */
export async function bundleLibrary(folder, { vendors, addon } = OWN) {
  const outfile = join(folder, 'library.mjs');
  await build({
    entryPoints: [join(checkout, 'test/lab/guest/library.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['auxctl-source'],
    define: { CHECKOUT: JSON.stringify(checkout), VENDORS: JSON.stringify(vendors), ADDON: JSON.stringify(addon) },
    logLevel: 'error',
  });
  return outfile;
}
