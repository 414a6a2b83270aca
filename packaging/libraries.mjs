// What the build needs of other projects, and where a build without a network has it from.

/** Go with the source, as Debian and Fedora do not have them, or not in a version that fits: what is in the tool when it is built. */
export const BUNDLED = ['commander', 'sax', 'yaml', 'zod'];

/**
 * esbuild is compiled by the distribution; what speaks to it has to be of the same version and is not in the distribution's package. By the name under
 * which it is installed here.
 */
export const SPEAKERS = new Map([['esbuild', 'esbuild-packaged']]);

/** Come from the distribution's own packages, below `/usr/share/nodejs` or `/usr/lib/node_modules`. */
export const DISTRIBUTED = ['node-addon-api', 'node-gyp', 'typescript'];

/** Of this workspace, by folder. */
export const PACKAGES = ['schemas', 'native', 'core', 'kit'];
