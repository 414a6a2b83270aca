import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const top = join(import.meta.dirname, '../..');

/** Run before the import: whatever reaches for a file, the network, a process or an addon ends the program. Node's own loader needs `readFile` of `fs/promises`. */
const GUARD = `
const refuse = (what) => () => { throw new Error('an import reached for ' + what); };
for (const [name, members] of Object.entries({
  fs: ['openSync', 'readFileSync', 'readdirSync', 'statSync', 'existsSync', 'writeFileSync', 'readFile', 'open', 'readdir', 'watch'],
  'fs/promises': ['open', 'readdir', 'stat', 'writeFile'],
  net: ['connect', 'createConnection', 'createServer'],
  child_process: ['spawn', 'spawnSync', 'exec', 'execFile', 'execFileSync', 'fork'],
  worker_threads: ['Worker'],
})) for (const member of members) require('node:' + name)[member] = refuse(name + '.' + member);
process.dlopen = refuse('an addon');
for (const timer of ['setTimeout', 'setInterval', 'setImmediate']) globalThis[timer] = refuse(timer);
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auxctl-imports-'));
  writeFileSync(join(folder, 'guard.cjs'), GUARD);
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(file: string): string {
  return execFileSync(process.execPath, ['--require', join(folder, 'guard.cjs'), '--input-type=module', '-e', `await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write('imported')`], { encoding: 'utf8' });
}

/** A vendor that is data alone has no module. */
const vendors = readdirSync(join(top, 'vendors')).map((name) => `vendors/${name}`).filter((name) => existsSync(join(top, name, 'src/index.ts')));

test.each(['schemas', 'native', 'core', ...vendors, 'examples/acme'])('importing %s does nothing', async (name) => {
  const outfile = join(folder, `${name.replace('/', '-')}.mjs`);
  await build({ entryPoints: [join(top, name, 'src/index.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['auxctl-source'], logLevel: 'error' });
  expect(load(outfile)).toBe('imported');
});

test('the guard itself notices', () => {
  const file = join(folder, 'guilty.mjs');
  writeFileSync(file, 'import { readFileSync } from "node:fs"; readFileSync("/dev/null");');
  expect(() => load(file)).toThrow(/an import reached for fs.readFileSync/);
});
