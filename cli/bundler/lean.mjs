import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * An esbuild plugin that keeps libraries from costing what a command does not use: commander's way to run other programs, for which Node.js would
 * load its whole network stack; and zod and yaml, each of which becomes one module, zod without its messages in other languages: `cjs` is a function that
 * few commands call, `esm` is for where such modules become chunks.
 *
 * @param {'cjs' | 'esm'} format
 * @returns {import('esbuild').Plugin}
 */
export function leanLibraries(format) {
  return {
    name: 'lean-libraries',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^node:child_process$/ }, ({ importer }) => (/[/\\]commander[/\\]/.test(importer) ? { path: 'child_process', namespace: 'lazy-builtin' } : undefined));
      onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({ contents: `module.exports = { get spawn() { return require('node:${path}').spawn; } };`, loader: 'js' }));
      onResolve({ filter: /^(zod|yaml)$/ }, ({ path, resolveDir }) => ({ path, namespace: 'one-function', pluginData: { resolveDir } }));
      onLoad({ filter: /.*/, namespace: 'one-function' }, async ({ path, pluginData }) => ({ contents: await oneModule(path, pluginData.resolveDir, format), loader: 'js' }));
    },
  };
}

/** @param {string} name @param {string} resolveDir @param {'cjs' | 'esm'} format @returns {Promise<string>} a module */
async function oneModule(name, resolveDir, format) {
  // By their names, since those of a CommonJS package cannot be told from its text.
  const names = Object.keys(await import(pathToFileURL(createRequire(join(resolveDir, 'from.js')).resolve(name)).href)).filter((each) => !['default', '__esModule', 'module.exports'].includes(each));
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names.join(', ')} } from '${name}';`, resolveDir },
    bundle: true, write: false, platform: 'node', format, target: 'node20', minify: true,
    plugins: [{
      name: 'english-only',
      setup({ onLoad }) {
        onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({ contents: 'export { default as en } from "./en.js";', loader: 'js' }));
      },
    }],
  });
  return outputFiles[0]?.text ?? '';
}
