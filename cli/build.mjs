import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { directImports } from './bundler/direct-imports.mjs';
import { leanLibraries } from './bundler/lean.mjs';
import { apartSimulators, simulatorFile, simulatorSource } from './bundler/simulators.mjs';
import { examplesModule, readVendors, vendorsModule } from './bundler/vendors.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');

/** Where modules of the bundle believe to be: beside it, and the native shim, which alone asks for a URL, among its own sources. */
const PLACE = 'const auxctlPlace={dirname:__dirname,get url(){return require("node:url").pathToFileURL(require("node:path").join(__dirname,"../../native/src/load.js")).href}};';

const OPTIONS = {
  absWorkingDir: here,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  conditions: ['auxctl-source'],
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
};

/** Of what a plugin names. */
const MOST_BYTES = 8 * 1024 * 1024;

const vendors = await readVendors(join(here, '../vendors'));
await writeIfChanged(join(here, 'src/generated/vendors.ts'), vendorsModule(vendors));
await writeIfChanged(join(here, 'src/generated/examples.ts'), examplesModule(vendors));
await mkdir(dist, { recursive: true });
await copyLayouts();
await bundleSimulators();
await bundleKit();
await copyTemplate();
await cacheCode(await bundle());
await completionData();

/** Makes one file, in which what a command does not use stays a function that is never called. Returns its id. */
async function bundle() {
  const { metafile, outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [join(here, 'src/main.ts')],
    outfile: join(dist, 'auxctl.cjs'),
    write: false,
    define: { 'import.meta': 'auxctlPlace', AUXCTL_VENDORS: '"vendors"' },
    banner: { js: PLACE },
    plugins: [apartSimulators(), directImports(), leanLibraries()],
    metafile: true,
  });
  const { text = '' } = outputFiles[0] ?? {};
  const id = createHash('sha256').update(text).digest('hex').slice(0, 16);
  await replaceFile(join(dist, 'auxctl.cjs'), `// ${id}\n${text}`);
  await replaceFile(join(dist, 'modules.json'), JSON.stringify(metafile.inputs));
  return id;
}

/** Each in a file beside the layouts of its vendor, with what it uses of the core inside. */
async function bundleSimulators() {
  await Promise.all(vendors.filter(({ name }) => existsSync(simulatorSource(name))).map(({ name }) => build({
    ...OPTIONS, entryPoints: [simulatorSource(name)], outfile: join(dist, simulatorFile(name)), plugins: [directImports(), leanLibraries()],
  })));
}

/** The kit for the tests of plugins, in one file, with the core inside: `plugin new` links to it. */
async function bundleKit() {
  const folder = join(dist, 'kit');
  await build({
    ...OPTIONS, entryPoints: [join(here, '../kit/src/index.ts')], outfile: join(folder, 'index.js'), format: 'esm',
    define: { 'import.meta.url': 'auxctlPlace' },
    banner: { js: 'import{createRequire as auxctlRequire}from"node:module";const require=auxctlRequire(import.meta.url);const auxctlPlace=new URL("../../../native/src/load.js",import.meta.url).href;' },
  });
  const { name, version, license } = JSON.parse(await readFile(join(here, '../kit/package.json'), 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version, license, type: 'module', exports: './index.js' }));
}

/** What shells complete from: their programs, and what the tool itself says of the command line, the plugins and their names. */
async function completionData() {
  const folder = join(dist, 'completion');
  await rm(folder, { recursive: true, force: true });
  await cp(join(here, 'completion'), folder, { recursive: true });
  const env = { ...process.env, AUXCTL_PLUGINS: '' };
  const answers = [['command-line'], ['plugins'], ...vendors.map(({ name }) => ['index', name])];
  await Promise.all(answers.map(async (words) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(here, 'bin/auxctl'), '__complete', ...words, '--root', join(dist, 'nowhere')], { env, maxBuffer: MOST_BYTES });
    await writeFile(join(folder, words.join('-')), stdout);
  }));
}

async function copyTemplate() {
  await rm(join(dist, 'template'), { recursive: true, force: true });
  await cp(join(here, '../kit/template'), join(dist, 'template'), { recursive: true, filter: (path) => !path.includes('node_modules') });
}

async function cacheCode(id) {
  for (const file of await readdir(dist)) if (file.endsWith('.cache')) await rm(join(dist, file));
  // The same bytes from every build: nothing is compiled beside the main thread, and hashes are not seeded anew.
  await promisify(execFile)(process.execPath, ['--predictable', join(here, 'bundler/code-cache.cjs'), join(dist, 'auxctl.cjs'), join(dist, `auxctl-${id}.cache`)]);
}

async function copyLayouts() {
  await rm(join(dist, 'vendors'), { recursive: true, force: true });
  for (const { name, layouts } of vendors) {
    const into = join(dist, 'vendors', name, 'layouts');
    for (const [file, json] of layouts) {
      await mkdir(dirname(join(into, file)), { recursive: true });
      await writeFile(join(into, file), JSON.stringify(json));
    }
  }
}

async function writeIfChanged(path, text) {
  await mkdir(dirname(path), { recursive: true });
  const old = await readFile(path, 'utf8').catch(() => undefined);
  if (old !== text) await replaceFile(path, text);
}

async function replaceFile(path, text) {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
