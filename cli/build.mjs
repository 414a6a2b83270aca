import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { directImports } from './bundler/direct-imports.mjs';
import { leanLibraries } from './bundler/lean.mjs';
import { chunksOf, closureOf, idsOf, packTexts } from './bundler/packs.mjs';
import { apartSimulators, simulatorFile, simulatorSource } from './bundler/simulators.mjs';
import { examplesModule, readVendors, vendorsModule } from './bundler/vendors.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');

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

/** The numbers of files of code: of what reaches real devices, and of all that need not be quick. */
const [REACHING, REST] = [3, 4];

/** Of what a plugin names. */
const MOST_BYTES = 8 * 1024 * 1024;

/** For the tool while it is built. */
const QUIET = { ...process.env, AUXCTL_PLUGINS: '' };

const vendors = await readVendors(join(here, '../vendors'));
await writeIfChanged(join(here, 'src/generated/vendors.ts'), vendorsModule(vendors));
await writeIfChanged(join(here, 'src/generated/examples.ts'), examplesModule(vendors));
await mkdir(dist, { recursive: true });
await copyLayouts();
await bundleSimulators();
await bundleKit();
await copyTemplate();
await bundle();
await helpFile();
await completionData();

/**
 * Makes the files of code: one of what all of the commands load that have to be quick, two of what only lists and only descriptions load, one of what lists
 * load for real devices, and one of the rest, so that they read no more than they need.
 */
async function bundle() {
  const chunks = await chunksOf({
    ...OPTIONS,
    entryPoints: [join(here, 'src/main.ts')],
    define: { 'import.meta': 'auxctlPlace', AUXCTL_VENDORS: '"vendors"' },
    plugins: [apartSimulators(), directImports(), leanLibraries('esm')],
  });
  const { generic, lists, describes } = quickLines();
  await writePacks([chunks]);
  const listed = await loadedBy(chunks, lists);
  const described = await loadedBy(chunks, describes);
  // Simulated devices are not reached by what real ones are reached by.
  const from = (folder) => chunks.filter(({ inputs }) => inputs.some((path) => path.startsWith(folder))).map(({ name }) => name);
  const reached = closureOf(chunks, from(`../vendors/${generic}/src/`));
  // Of the native shim, which is large, a list uses little.
  for (const name of closureOf(chunks, from('../native/src/'))) listed.add(name);
  const kindOf = ({ name }) => (listed.has(name) ? (described.has(name) ? 0 : 1) : described.has(name) ? 2 : reached.has(name) ? REACHING : REST);
  const packs = Array.from({ length: REST + 1 }, (_, kind) => chunks.filter((chunk) => kindOf(chunk) === kind));
  await writePacks(packs);
  await warm(packs.length, [...lists, ...describes], REACHING);
  const ids = idsOf(packs);
  await replaceFile(join(dist, 'modules.json'), JSON.stringify(Object.fromEntries(chunks.map(({ name, inputs }) => [ids.get(name), inputs]))));
}

/** Lines of the commands that have to be quick, and the plugin that takes any device: a list asks it on every machine. */
function quickLines() {
  const generic = vendors.find(({ manifest }) => manifest.match.includes('pci:*'))?.name ?? '';
  const { name = '', manifest } = vendors.find((each) => each.manifest.examples?.register !== undefined) ?? {};
  return { generic, lists: [['list', '--json'], ['list', '--sim', generic]], describes: [['reg', 'describe', name, manifest?.examples.register.split(' ')[0] ?? '']] };
}

async function writePacks(packs) {
  const texts = await packTexts(packs);
  for (const [number, text] of texts.entries()) await replaceFile(join(dist, `auxctl-${number}.cjs`), text);
  const isOurs = (file) => texts.some((_, number) => file === `auxctl-${number}.cjs`);
  for (const file of await readdir(dist)) if (/^auxctl.*\.(cache|cjs)$/.test(file) && !isOurs(file)) await rm(join(dist, file));
}

/** The names of the chunks that command lines load, while all are in one file. */
async function loadedBy(chunks, lines) {
  const list = join(dist, 'loaded.json');
  await warm(1, lines, '', list);
  const loaded = JSON.parse(await readFile(list, 'utf8'));
  await rm(list);
  return new Set([...idsOf([chunks])].flatMap(([name, id]) => (loaded.includes(id) ? [name] : [])));
}

/** Runs command lines, and keeps what was compiled for them, and all of the file `eager`, which they do not run; with `list` writes there, instead, what they loaded. */
async function warm(count, lines, eager, ...list) {
  // The same bytes from every build: nothing is compiled beside the main thread, and hashes are not seeded anew.
  const words = ['--predictable', join(here, 'bundler/code-cache.cjs'), dist, String(count), String(eager), JSON.stringify(lines), ...list];
  await promisify(execFile)(process.execPath, words, { env: QUIET, maxBuffer: MOST_BYTES });
}

/** What `auxctl --help` prints where nobody watches: it is read from here, for which nothing else need be loaded. */
async function helpFile() {
  const file = join(dist, 'help.txt');
  await rm(file, { force: true });
  const { stdout } = await promisify(execFile)(process.execPath, [join(here, 'bin/auxctl'), '--help'], { env: QUIET });
  await replaceFile(file, stdout);
}

/** Each in a file beside the layouts of its vendor, with what it uses of the core inside. */
async function bundleSimulators() {
  await Promise.all(vendors.filter(({ name }) => existsSync(simulatorSource(name))).map(({ name }) => build({
    ...OPTIONS, entryPoints: [simulatorSource(name)], outfile: join(dist, simulatorFile(name)), plugins: [directImports(), leanLibraries('cjs')],
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
  const answers = [['command-line'], ['plugins'], ...vendors.map(({ name }) => ['index', name])];
  await Promise.all(answers.map(async (words) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(here, 'bin/auxctl'), '__complete', ...words, '--root', join(dist, 'nowhere')], { env: QUIET, maxBuffer: MOST_BYTES });
    await writeFile(join(folder, words.join('-')), stdout);
  }));
}

async function copyTemplate() {
  await rm(join(dist, 'template'), { recursive: true, force: true });
  await cp(join(here, '../kit/template'), join(dist, 'template'), { recursive: true, filter: (path) => !path.includes('node_modules') });
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
