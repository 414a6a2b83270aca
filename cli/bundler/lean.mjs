import { build } from 'esbuild';

/**
 * An esbuild plugin that keeps libraries from costing what a command does not use: commander's way to run other programs, for which Node.js would
 * load its whole network stack; and zod and yaml, each of which becomes one function that few commands call, zod without its messages in other languages.
 *
 * @returns {import('esbuild').Plugin}
 */
export function leanLibraries() {
  return {
    name: 'lean-libraries',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^node:child_process$/ }, ({ importer }) => (/[/\\]commander[/\\]/.test(importer) ? { path: 'child_process', namespace: 'lazy-builtin' } : undefined));
      onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({ contents: `module.exports = { get spawn() { return require('node:${path}').spawn; } };`, loader: 'js' }));
      onResolve({ filter: /^(zod|yaml)$/ }, ({ path, resolveDir }) => ({ path, namespace: 'one-function', pluginData: { resolveDir } }));
      onLoad({ filter: /.*/, namespace: 'one-function' }, async ({ path, pluginData }) => ({ contents: await oneModule(path, pluginData.resolveDir), loader: 'js' }));
    },
  };
}

/** @param {string} name @param {string} resolveDir @returns {Promise<string>} a CommonJS module */
async function oneModule(name, resolveDir) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}';`, resolveDir },
    bundle: true, write: false, platform: 'node', format: 'cjs', target: 'node20', minify: true,
    plugins: [{
      name: 'english-only',
      setup({ onLoad }) {
        onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({ contents: 'export { default as en } from "./en.js";', loader: 'js' }));
      },
    }],
  });
  return outputFiles[0]?.text ?? '';
}
