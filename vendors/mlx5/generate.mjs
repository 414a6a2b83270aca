// Makes layouts/structures of the kernel's header, with the corrections of overrides.json:
//   AUXCTL_KERNEL_HEADERS=FOLDER node vendors/mlx5/generate.mjs [--check]
// FOLDER holds include/linux/mlx5, as the headers of a distribution's kernel do.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGenerated } from '../../.ci/generate.mjs';
import { importSource } from '../../.ci/source.mjs';

const HEADER = 'include/linux/mlx5/mlx5_ifc.h';
const REVISION = 'Linux 7.2.13';
const LICENSE = 'GPL-2.0 OR Linux-OpenIB';

const here = dirname(fileURLToPath(import.meta.url));
const layouts = 'vendors/mlx5/layouts';
const headers = process.env['AUXCTL_KERNEL_HEADERS'];
if (headers === undefined) fail('AUXCTL_KERNEL_HEADERS names no folder with include/linux/mlx5');

const { documentText, formatImportProblem, importIfc, importOverridesSchema } = await importSource('schemas/src/import/index.ts');
const imported = importIfc(readFileSync(join(headers, HEADER), 'utf8'), {
  file: HEADER, find, documentName: (file) => file, revision: REVISION, license: LICENSE,
  overrides: { file: 'overrides.json', value: importOverridesSchema.parse(JSON.parse(readFileSync(join(here, 'overrides.json'), 'utf8'))) },
});
const faults = imported.problems.filter(({ outcome }) => outcome === 'left-out');
if (faults.length > 0) fail(faults.map(formatImportProblem).join('\n'));
const present = readdirSync(join(here, 'layouts/structures')).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
const clashes = present.filter((name) => imported.documents.has(`structures/${name}`) && !isFromHeader(name));
if (clashes.length > 0) fail(`written by hand and imported: ${clashes.join(', ')}`);

writeGenerated(new Map([...imported.documents].map(([path, document]) => [`${layouts}/${path}.json`, documentText(document)])));
for (const name of present.filter((each) => isFromHeader(each) && !imported.documents.has(`structures/${each}`))) {
  process.stdout.write(`${layouts}/structures/${name}.json is of no structure in the header\n`);
  if (process.argv.includes('--check')) process.exitCode = 1;
  else rmSync(join(here, 'layouts/structures', `${name}.json`));
}
process.stdout.write(`${imported.documents.size} structures of ${HEADER}\n`);

/** Headers in quotes stand beside the one that includes them. */
function find(name, from) {
  const file = `${dirname(from)}/${name}`;
  const path = join(headers, file);
  return existsSync(path) ? { file, text: readFileSync(path, 'utf8') } : undefined;
}

/** Was this document made by an earlier run? Those that are written by hand name other sources, or several. */
function isFromHeader(name) {
  const { source } = JSON.parse(readFileSync(join(here, 'layouts/structures', `${name}.json`), 'utf8'));
  return source.length === 1 && source[0].document.startsWith(`${dirname(HEADER)}/`) && /^(struct|union) \w+$/.test(source[0].section);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
