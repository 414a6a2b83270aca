import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { top } from './step.mjs';

/**
 * Imports a TypeScript module of the workspace from its source, with what it imports.
 * @param {string} file a path below the top
 * @param {import('esbuild').Plugin[]} [plugins] what changes the sources on the way
 */
export async function importSource(file, plugins = []) {
  const folder = mkdtempSync(join(top, 'node_modules', '.source-'));
  const outfile = join(folder, 'module.mjs');
  try {
    await build({ entryPoints: [join(top, file)], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['auxctl-source'], plugins, logLevel: 'error' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
