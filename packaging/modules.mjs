// Makes node_modules without a package manager and without a network, as a distribution builds: node packaging/modules.mjs FOLDER...
//
// Each FOLDER holds packages, such as `libraries` (which comes with the source) and /usr/share/nodejs; the first that has one counts.
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED, DISTRIBUTED, PACKAGES, SPEAKERS } from './libraries.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(top, 'node_modules');
const folders = process.argv.slice(2).map((folder) => resolve(folder));

for (const name of [...BUNDLED, ...SPEAKERS.keys(), ...DISTRIBUTED]) link(find(name), name);
for (const folder of PACKAGES) link(join(top, folder), JSON.parse(readFileSync(join(top, folder, 'package.json'), 'utf8')).name);

function find(name) {
  const folder = folders.find((each) => existsSync(join(each, name, 'package.json')));
  if (folder !== undefined) return join(folder, name);
  process.stderr.write(`${name} is in none of ${folders.join(', ')}\n`);
  process.exit(1);
}

function link(target, name) {
  const path = join(modules, name);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(target, path, 'dir');
}
