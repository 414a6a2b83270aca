import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { top } from './auxctl.js';

/** Our packages, by their folders, as a program that depends on the last of them gets them. */
const PACKAGES = ['schemas', 'native', 'core', 'vendors/mlx5'];

/** What of a package's `files` is no code that its build makes: of the shim, which only real devices need, nothing. */
const DATA = ['layouts', 'manifest.json'];

/** What is installed beside them, by the folder that has it. */
const OTHERS = { zod: 'schemas' };

/**
 * Makes what `npm install` would: each package with its own `package.json`, the files that this lists, and its code as it is built, with the other
 * packages left to be found beside it.
 */
export async function installPackages(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  for (const source of PACKAGES) {
    const json = JSON.parse(readFileSync(join(top, source, 'package.json'), 'utf8')) as { readonly name: string; readonly files: readonly string[]; readonly exports: Readonly<Record<string, { readonly 'auxctl-source': string; readonly default: string }>> };
    const into = join(modules, json.name);
    mkdirSync(into, { recursive: true });
    cpSync(join(top, source, 'package.json'), join(into, 'package.json'));
    for (const file of DATA.filter((each) => json.files.includes(each))) cpSync(join(top, source, file), join(into, file), { recursive: true });
    const entryPoints = Object.values(json.exports).flatMap((each) => (typeof each === 'object' && each.default.endsWith('.js') ? [{ in: join(top, source, each['auxctl-source']), out: each.default.slice(0, -'.js'.length) }] : []));
    await build({ entryPoints, outdir: into, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' });
  }
  for (const [name, source] of Object.entries(OTHERS)) symlinkSync(join(top, source, 'node_modules', name), join(modules, name));
}

/** Writes a script of `examples/scripts` there, with its types taken off, and returns its path. */
export async function installScript(folder: string, name: string): Promise<string> {
  const { code } = await transform(readFileSync(join(top, 'examples/scripts', `${name}.ts`), 'utf8'), { loader: 'ts', format: 'esm', target: 'node20' });
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code);
  return path;
}
