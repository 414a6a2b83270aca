// Installs all tarballs together in an empty folder, as a user would, and uses them there: nothing of the workspace is in reach.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../../.ci/step.mjs';

const MOST_MS = 300_000;
const COMPILER = { strict: true, exactOptionalPropertyTypes: true, module: 'NodeNext', target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], skipLibCheck: false, types: ['node'], outDir: 'out', rootDir: '.' };
/** What each program prints on a simulated device. */
const SCRIPTS = [
  { name: 'list-devices', words: ['--sim', 'mlx5'], prints: /^sim-mlx5-0 {2}NVIDIA {2}ConnectX-6 Dx {2}firmware=22\.43\.1014/ },
  { name: 'raw-command', words: ['sim-mlx5-0', `0101${'0000'.repeat(7)}`, '--reply', '272', '--sim', 'mlx5'], prints: /^00[0-9a-f]{542}\n$/ },
  { name: 'dump-to-file', words: ['sim-mlx5-0', 'a.dump', '--sim', 'mlx5'], prints: /^a\.dump: \d+ bytes\n$/ },
];
const TOOL = [
  { words: ['--version'], prints: /^auxctl \d+\.\d+\.\d+\n$/ },
  { words: ['list', '--sim', 'mlx5'], prints: /sim-mlx5-0 .*NVIDIA ConnectX-6 Dx/ },
  { words: ['reg', 'describe', 'mlx5', 'PAOS'], prints: /admin_status/ },
  { words: ['reg', 'read', 'sim-mlx5-0', 'PAOS', 'local_port=1', '--sim', 'mlx5'], prints: /oper_status +up \(1\)/ },
  { words: ['plugin', 'new', 'gizmo'], prints: /gizmo/ },
  { words: ['plugin', 'check', 'gizmo'], prints: /checks: \d+ passed, .*no fault/ },
];

/**
 * @param {string} folder empty
 * @param {ReadonlyMap<string, string>} tarballs by package folder
 * @returns {{ name: string, faults: string[], skipped?: string }[]} one entry a check
 */
export function checkInstalled(folder, tarballs) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'somebody', version: '1.0.0', private: true, type: 'module' }));
  const installed = run(folder, 'npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts', ...tarballs.values(), ...tools()]);
  const results = [{ name: 'npm install', faults: installed.status === 0 ? [] : [installed.said] }];
  if (installed.status !== 0) return results;
  const scope = join(folder, 'node_modules/@auxctl');
  results.push({ name: 'npm has installed what the tarballs hold, and nothing of the registry in their place', faults: readdirSync(scope).length === tarballs.size && !installed.said.includes('ERESOLVE') ? [] : readdirSync(scope) });
  return [...results, ...libraries(folder, [...tarballs.keys()]), ...programs(folder), ...tool(folder), addon(folder, installed.said)];
}

/** The compiler and the types of Node.js, as the workspace has them. */
function tools() {
  return ['typescript', '@types/node'].map((name) => `${name}@${JSON.parse(readFileSync(join(top, 'node_modules', name, 'package.json'), 'utf8')).version}`);
}

/** Every entry of every library can be imported, and every plugin is found by its package's name. */
function libraries(folder, packages) {
  const manifests = packages.map((each) => JSON.parse(readFileSync(join(folder, 'node_modules/@auxctl', each.split('/').at(-1) ?? '', 'package.json'), 'utf8')));
  const entries = manifests.flatMap(({ name, exports = {} }) => Object.keys(exports).filter((entry) => !entry.endsWith('.json')).map((entry) => name + entry.slice(1)));
  const plugins = packages.filter((each) => each.startsWith('vendors/')).map((each) => `@auxctl/${each.slice('vendors/'.length)}`);
  writeFileSync(join(folder, 'import-all.mjs'), `
    for (const entry of ${JSON.stringify(entries)}) if (Object.keys(await import(entry)).length === 0) throw new TypeError(entry + ' exports nothing');
    const { pluginFromPackage, findDevices } = await import('@auxctl/core');
    const names = ${JSON.stringify(plugins)};
    const found = await findDevices(names.map((name) => pluginFromPackage(name, import.meta.dirname)), { root: '/nonexistent', simulated: names.map((name) => name.slice('@auxctl/'.length)) });
    for (const { device, open } of found) { const channel = await open({ timeoutMs: 20000 }); console.log(device.address, (await channel.info()).identity.length); await channel[Symbol.asyncDispose](); }
  `);
  const { status, stdout, said } = run(folder, process.execPath, ['import-all.mjs']);
  const rows = stdout.trimEnd().split('\n');
  return [{ name: `${entries.length} entries can be imported, and ${plugins.length} plugins open a simulated device`, faults: status === 0 && plugins.every((name) => rows.some((row) => row.startsWith(`sim-${name.slice('@auxctl/'.length)}-0`))) ? [] : [said] }];
}

/** The scripts of examples/, and what the packages' own READMEs show, under a strict compiler that also reads the libraries' declarations. */
function programs(folder) {
  const shown = ['core', 'schemas', 'kit'].flatMap((name) => {
    const [, code] = /```ts\n(.*?)```/s.exec(readFileSync(join(folder, 'node_modules/@auxctl', name, 'README.md'), 'utf8')) ?? [];
    if (code === undefined) return [];
    writeFileSync(join(folder, `readme-${name}.ts`), code);
    return [`readme-${name}.ts`];
  });
  const scripts = readdirSync(join(top, 'examples/scripts')).filter((file) => file.endsWith('.ts'));
  for (const file of scripts) copyFileSync(join(top, 'examples/scripts', file), join(folder, file));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER, files: [...scripts, ...shown] }));
  const compiled = run(folder, process.execPath, ['node_modules/typescript/bin/tsc']);
  return [
    { name: `${scripts.length} scripts and ${shown.length} examples of READMEs compile`, faults: compiled.status === 0 && shown.length === 3 ? [] : [compiled.said, `${shown.length} READMEs show a program`] },
    ...SCRIPTS.map(({ name, words, prints }) => ({ name, faults: printed(run(folder, process.execPath, [`out/${name}.js`, ...words]), prints) })),
  ];
}

function tool(folder) {
  mkdirSync(join(folder, 'work'));
  return TOOL.map(({ words, prints }) => ({ name: `auxctl ${words.join(' ')}`, faults: printed(run(join(folder, 'work'), join(folder, 'node_modules/.bin/auxctl'), words), prints) }));
}

/** Built while installing, and found by the tool and by the library. */
function addon(folder, said) {
  const name = 'the native addon is built and loads, for the tool too';
  const hasCompiler = spawnSync('c++', ['--version']).status === 0 && spawnSync('make', ['--version']).status === 0;
  if (!hasCompiler) return { name, faults: [], skipped: 'there is no C++ compiler or no make' };
  const loaded = run(folder, process.execPath, ['--input-type=module', '-e', 'import { loadNative } from "@auxctl/native"; console.log(typeof loadNative().openChannel);']);
  const doctor = run(folder, join(folder, 'node_modules/.bin/auxctl'), ['doctor', '--sim', 'mlx5']);
  const isBuilt = existsSync(join(folder, 'node_modules/@auxctl/native/build/Release/auxctl.node'));
  return { name, faults: [...(isBuilt ? [] : [`it was not built: ${said}`]), ...printed(loaded, /^function\n$/), ...(doctor.said.includes('The native addon is there.') ? [] : [doctor.said])] };
}

function printed({ status, stdout, said }, pattern) {
  return status === 0 && pattern.test(stdout) ? [] : [`ended with ${status}: ${said}`];
}

/** A program with nothing of this process's surroundings that could lead it back into the workspace. */
function run(folder, program, words) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|NODE_|AUXCTL_)/i.test(name) || /^npm_config_(registry|cache|cafile|proxy|https_proxy|noproxy|userconfig)$/i.test(name) || name === 'NODE_EXTRA_CA_CERTS');
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd: folder, encoding: 'utf8', timeout: MOST_MS, env: { ...Object.fromEntries(kept), AUXCTL_PLUGINS: '', STATE_DIRECTORY: join(folder, 'state') } });
  return { status, stdout, said: `${error?.message ?? ''}${stdout}${stderr}` };
}
