import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const vendors = resolve(dirname(fileURLToPath(import.meta.url)), '../../vendors');
const NAMESPACE = 'simulator';

/** The source of a vendor's simulator. */
export const simulatorSource = (/** @type {string} */ name) => join(vendors, name, 'sim/index.ts');

/** The file that a vendor's simulator becomes, below the folder of the bundle: it comes and goes with the vendor's layouts. */
export const simulatorFile = (/** @type {string} */ name) => `vendors/${name}/simulator.cjs`;

/**
 * An esbuild plugin that leaves the simulators of vendors out of the bundle, and takes each from its own file when it is asked for.
 *
 * @returns {import('esbuild').Plugin}
 */
export function apartSimulators() {
  return {
    name: 'apart-simulators',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/sim\/index\.js$/ }, ({ path, resolveDir }) => {
        const [, name] = /^([^/]+)\/sim\/index\.js$/.exec(resolve(resolveDir, path).slice(vendors.length + 1)) ?? [];
        return name === undefined ? undefined : { path: name, namespace: NAMESPACE };
      });
      onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ contents: `export const { simulator } = require(__dirname + '/${simulatorFile(path)}');` }));
    },
  };
}
