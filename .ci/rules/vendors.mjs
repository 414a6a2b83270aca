import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../step.mjs';

export const title = 'a vendor\'s folder has exactly its parts';

const REQUIRED = ['README.md', 'layouts', 'manifest.json', 'package.json', 'sim', 'src', 'test', 'tsconfig.build.json'];
/** For layouts that are made from a header: the program that makes them, and its corrections. */
const OPTIONAL = ['generate.mjs', 'overrides.json'];
const PASSED_OVER = new Set(['node_modules', 'dist']);
const SOURCES = new Set(['index', 'transport', 'commands', 'registers', 'capabilities', 'diagnostics', 'identity', 'resources', 'nvconfig', 'firmware']);

export async function check() {
  const faults = readdirSync(join(top, 'vendors')).flatMap((vendor) => {
    const here = readdirSync(join(top, 'vendors', vendor)).filter((name) => !PASSED_OVER.has(name));
    const sources = readdirSync(join(top, 'vendors', vendor, 'src')).filter((name) => !SOURCES.has(name.replace(/(\.test)?\.ts$/, '')));
    return [
      ...REQUIRED.filter((name) => !here.includes(name)).map((name) => `vendors/${vendor}: ${name} is missing`),
      ...here.filter((name) => !REQUIRED.includes(name) && !OPTIONAL.includes(name)).map((name) => `vendors/${vendor}: ${name} does not belong here`),
      ...sources.map((name) => `vendors/${vendor}/src: ${name} is none of ${[...SOURCES].join(', ')}`),
      ...strangeSamples(`vendors/${vendor}/test/golden`),
    ];
  });
  return { faults };
}

/** `plugin check` takes what stands here for samples of layouts; what other programs printed stands in a folder named after them. */
function strangeSamples(folder) {
  if (!existsSync(join(top, folder))) return [];
  const files = readdirSync(join(top, folder));
  const samples = files.filter((name) => name.endsWith('.hex')).map((name) => name.replace('.hex', '.json'));
  const strange = samples.filter((name) => !files.includes(name) || !('layout' in JSON.parse(readFileSync(join(top, folder, name), 'utf8'))));
  return [...strange.map((name) => `${folder}/${name} is no sample of a layout`), ...(samples.length === 0 ? [`${folder} holds no samples`] : [])];
}
