// Makes layouts/structures of the kernel's header, with the corrections of overrides.json:
//   AUXCTL_KERNEL_HEADERS=FOLDER node vendors/bnxt/generate.mjs [--check]
// FOLDER holds include/linux/bnxt, as the headers of a distribution's kernel do. Of the header's commands, those that layouts/commands/
// describes become structures/NAME, with request and reply.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGenerated } from '../../.ci/generate.mjs';
import { importSource } from '../../.ci/source.mjs';

const HEADER = 'include/linux/bnxt/hsi.h';
const REVISION = 'Linux 7.2.13';
const LICENSE = 'GPL-2.0';
/** What no command holds: the names of error codes. */
const SHARED = ['ret_codes'];

const here = dirname(fileURLToPath(import.meta.url));
const layouts = 'vendors/bnxt/layouts';
const headers = process.env['AUXCTL_KERNEL_HEADERS'];
if (headers === undefined) fail('AUXCTL_KERNEL_HEADERS names no folder with include/linux/bnxt');

const { documentText, formatImportProblem, importHsi, importOverridesSchema } = await importSource('schemas/src/import/index.ts');
const imported = importHsi(readFileSync(join(headers, HEADER), 'utf8'), {
  file: HEADER, find: () => undefined, documentName: (file) => file, revision: REVISION, license: LICENSE,
  overrides: { file: 'overrides.json', value: importOverridesSchema.parse(JSON.parse(readFileSync(join(here, 'overrides.json'), 'utf8'))) },
});
const faults = imported.problems.filter(({ outcome }) => outcome === 'left-out').filter(({ rule }) => rule !== 'constant');
if (faults.length > 0) fail(faults.map(formatImportProblem).join('\n'));

const wanted = names('commands').filter((name) => imported.documents.has(`commands/${name}`));
const made = new Map([
  ...wanted.map((name) => structuresOf(imported.documents.get(`commands/${name}`))),
  ...SHARED.map((name) => imported.documents.get(`structures/${name}`)),
].map((document) => [`${layouts}/structures/${document.name}.json`, documentText(document)]));
writeGenerated(made);
for (const name of names('structures').filter((each) => isFromHeader(each) && !made.has(`${layouts}/structures/${each}.json`))) {
  process.stdout.write(`${layouts}/structures/${name}.json is of no command here\n`);
  if (process.argv.includes('--check')) process.exitCode = 1;
  else rmSync(join(here, 'layouts/structures', `${name}.json`));
}
process.stdout.write(`${wanted.length} of ${[...imported.documents.keys()].filter((path) => path.startsWith('commands/')).length} commands of ${HEADER}\n`);

/** The structures of a command, without what else a command's document says. */
function structuresOf({ format, name, byteOrder, source, imports, structures, enums, flags }) {
  const title = `Request and reply of ${name}`;
  return { format, kind: 'structures', name: name.toLowerCase(), title, byteOrder, source, ...(imports === undefined ? {} : { imports }), structures, ...(enums === undefined ? {} : { enums }), ...(flags === undefined ? {} : { flags }) };
}

function names(kind) {
  return readdirSync(join(here, 'layouts', kind)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
}

/** Was this document made by an earlier run? Those that are written by hand name other sources, or other parts of the header. */
function isFromHeader(name) {
  const { source } = JSON.parse(readFileSync(join(here, 'layouts/structures', `${name}.json`), 'utf8'));
  return source.every(({ document, section }) => document === HEADER && /^struct \w+$/.test(section));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
