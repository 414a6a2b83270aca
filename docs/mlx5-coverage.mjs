import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importSource } from '../.ci/source.mjs';
import { top } from '../.ci/step.mjs';

const LAYOUTS = join(top, 'vendors/mlx5/layouts');
const START = '<!-- Made of vendors/mlx5/layouts by docs/generate.mjs; do not edit from here. -->';
const END = '<!-- to here -->';

/** docs/mlx5.md with the part that repeats what the data know made anew. */
export async function mlx5Page() {
  const page = readFileSync(join(top, 'docs/mlx5.md'), 'utf8');
  const [before, rest = ''] = page.split(START);
  const [, after = ''] = rest.split(END);
  return `${before}${START}\n\n${await coverage()}\n\n${END}${after}`;
}

async function coverage() {
  const { entryOf, importsOf, integerValue, scopeOf } = await importSource('schemas/src/model.ts');
  const documents = new Map(paths().map((path) => [path, JSON.parse(readFileSync(join(LAYOUTS, `${path}.json`), 'utf8'))]));
  const importedBy = (document) => importsOf(document, (path) => documents.get(path)).value;
  const all = [...documents.values()];
  const kind = (name) => all.filter((document) => document.kind === name);
  const fields = (document, roots) => fieldCount(roots, scopeOf(document, importedBy(document)).structures);
  const hex = (value) => `0x${integerValue(value).toString(16)}`;

  const registers = kind('register').map((document) => {
    const { sizeBytes } = entryOf('register', document, importedBy(document));
    const { structures } = scopeOf(document, importedBy(document));
    const indices = (structures.get(document.structure)?.fields ?? []).filter(({ access }) => access === 'INDEX');
    const required = indices.filter(({ default: value }) => value === undefined).map(({ name }) => name);
    return { document, sizeBytes, required, fields: fields(document, [document.structure]), readings: document.instances?.length ?? (required.length === 0 && document.effects.read !== undefined ? 1 : 0) };
  });
  const objects = kind('command').filter(({ object }) => object !== undefined).map((document) => ({ document, entry: entryOf('command', document, importedBy(document)) }));
  const capabilities = kind('capability').map((document) => ({ document, fields: fields(document, [document.structure]) }));
  const ofHeader = kind('structures').filter(({ source }) => source.length === 1 && source[0].document.startsWith('include/linux/mlx5/'));
  const { opcodes } = JSON.parse(readFileSync(join(LAYOUTS, 'opcodes.json'), 'utf8'));
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  return [
    table(['what', 'how many', 'fields'], [
      ['structures of the kernel\'s header', ofHeader.length, sum(ofHeader.map(ownFieldCount))],
      ['registers', registers.length, sum(registers.map((each) => each.fields))],
      ['readings of registers in a dump', sum(registers.map(({ readings }) => readings)), ''],
      ['types of capabilities', capabilities.length, sum(capabilities.map((each) => each.fields))],
      ['objects', objects.length, sum(objects.map(({ document }) => fields(document, [document.reply])))],
      ['commands with fields', kind('command').length, ''],
      ['items of non-volatile configuration', kind('nvconfig').length, sum(kind('nvconfig').map((document) => fields(document, [document.structure])))],
      ['opcodes with effect and scope', new Set(opcodes.map(({ opcode }) => opcode)).size, ''],
    ]),
    '### Registers\n\nIn brackets stand the fields that must be given; readings are those that a dump takes.',
    table(['register', 'id', 'bytes', 'fields', 'readings', 'write', 'what'], registers.map(({ document, sizeBytes, required, readings, fields: count }) => [
      `${document.name}${required.length === 0 ? '' : ` [${required.join(' ')}]`}`, hex(document.id), sizeBytes, count, readings, document.effects.write ?? '-', document.title,
    ])),
    '### Capabilities',
    table(['capability', 'type', 'fields', 'what'], capabilities.map(({ document, fields: count }) => [document.name, hex(document.id), count, document.title])),
    '### Objects\n\nIn brackets stand the fields that must be given.',
    table(['object', 'command', 'opcode', 'what'], objects.map(({ document, entry: { object } }) => [
      `${object.name}${object.key.length === 0 ? '' : ` [${object.key.join(' ')}]`}`, document.name, hex(document.opcode), object.title ?? document.title,
    ])),
  ].join('\n\n');
}

function paths() {
  return readdirSync(LAYOUTS, { recursive: true, encoding: 'utf8' }).filter((file) => /^\w+\/\w+\.json$/.test(file)).map((file) => file.slice(0, -'.json'.length)).sort();
}

/** Fields that hold values, those of inner structures counted once for each structure. */
function fieldCount(roots, structures) {
  const seen = new Set(roots);
  let count = 0;
  for (const name of seen) {
    for (const field of structures.get(name)?.fields ?? []) {
      const value = field.type === 'array' ? field.element : field;
      if (value.type === 'struct') seen.add(value.structure);
      else if (value.type === 'union') for (const { structure } of value.variants) seen.add(structure);
      else if (value.type !== 'reserved') count += 1;
    }
  }
  return count;
}

function ownFieldCount({ structures }) {
  return Object.values(structures).flatMap(({ fields }) => fields).filter(({ type }) => type !== 'reserved').length;
}

function table(head, rows) {
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}
