import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importIfc, type HeaderImport } from '@auxctl/schemas/import';
import { describe, expect, test } from 'vitest';
import { compare, type Comparison } from './support/compare.js';
import { KERNEL_HEADER, kernelHeaders } from './support/header.js';
import { hasCompiler, measure } from './support/program.js';
import { typesOf } from './support/rows.js';

const SAMPLE = fileURLToPath(new URL('../fixtures/ifc/sample_ifc.h', import.meta.url));
const SEEDS = [1, 0x9e3779b97f4a7];
const MOST_MS = 3000;

const headers = kernelHeaders();
const kernelHeader = 'folder' in headers ? join(headers.folder, KERNEL_HEADER) : undefined;

function importFile(file: string): HeaderImport {
  const find = (name: string, from: string) => {
    const path = join(dirname(from), name);
    return existsSync(path) ? { file: path, text: readFileSync(path, 'utf8') } : undefined;
  };
  return importIfc(readFileSync(file, 'utf8'), { file, find, documentName: (path) => path.slice(dirname(file).length + 1), revision: 'test' });
}

/** Fields that stand in no C member: unions without a name, what holds a union, and what fills one up. */
function withoutMember(imported: HeaderImport): number {
  return imported.definitions.reduce((sum, { document, origins }) => {
    const known = new Set(origins.map(({ structure, field }) => `${structure}.${field}`));
    const fields = Object.entries(imported.documents.get(document)?.structures ?? {}).flatMap(([structure, { fields: all }]) => all.map((field) => ({ ...field, key: `${structure}.${field.name}` })));
    const unknown = fields.filter(({ key }) => !known.has(key));
    expect(unknown.filter(({ name: field, type }) => !/^union_at_|^value$/.test(field) && type !== 'reserved')).toEqual([]);
    return sum + unknown.length;
  }, 0);
}

function fieldCount({ documents }: HeaderImport): number {
  return [...documents.values()].flatMap(({ structures }) => Object.values(structures)).reduce((sum, { fields }) => sum + fields.length, 0);
}

function wholeCount({ definitions }: HeaderImport): number {
  return definitions.flatMap(({ origins }) => origins).filter(({ field }) => field === undefined).length;
}

function check(header: string, imported: HeaderImport): Comparison {
  const types = typesOf(imported);
  const results = SEEDS.map((seed) => compare(imported, types, measure(header, types, seed)));
  const [first] = results;
  if (first === undefined) throw new TypeError('nothing was compared');
  expect(results.flatMap(({ differences }) => differences)).toEqual([]);
  expect(first.types).toBe(imported.documents.size);
  expect(first.members).toBe(fieldCount(imported) - withoutMember(imported) + wholeCount(imported));
  process.stdout.write(`${header}: ${first.types} structures and ${first.members} members have the compiler's sizes and places; ${first.packed} values, inner structures included, packed, decoded and encoded, ${SEEDS.length} times\n`);
  return first;
}

const compiler = hasCompiler();
if (!compiler) process.stdout.write('skipped: layouts against a C compiler, because there is no cc\n');
if ('reason' in headers) process.stdout.write(`skipped: the kernel's header: ${headers.reason}\n`);

describe.skipIf(!compiler)('layouts made from a header agree with a C compiler', () => {
  test('every construct of the format', () => {
    const imported = importFile(SAMPLE);
    expect(imported.problems.map(({ structure, field, rule, outcome }) => `${structure}.${field} ${rule} ${outcome}`)).toEqual([
      'sample_ifc_either_list_bits.pair flexible as-bytes', 'sample_ifc_either_list_bits.later flexible as-bytes',
    ]);
    const { types, members, packed } = check(SAMPLE, imported);
    expect([types, members, packed]).toEqual([14, 56, 35]);
  });

  test('a wrong place, width or size is found', () => {
    const imported = importFile(SAMPLE);
    const types = typesOf(imported);
    const measured = measure(SAMPLE, types, 1);
    const changed = new Map(imported.documents);
    const text = JSON.stringify(changed.get('structures/pair')).replace('"offsetBits":4,', '"offsetBits":3,');
    changed.set('structures/pair', JSON.parse(text) as never);
    const wrong = { ...imported, documents: changed };
    const differences = compare(wrong, typesOf(wrong), measured).differences;
    expect(differences).toContain('struct sample_ifc_pair_bits.y: bit 3, 12 bits; the compiler says bit 4, 12 bits');
    expect(differences.filter((line) => /decoded|other bytes/.test(line)).length).toBeGreaterThan(2);
    const shorter = types.map((type) => (type.name === 'port' ? { ...type, sizeBits: type.sizeBits - 8 } : type));
    expect(compare(imported, shorter, measured).differences).toEqual([expect.stringContaining('the compiler says 352')]);
  });

  test.skipIf(kernelHeader === undefined)('the kernel\'s largest header', { timeout: 120_000 }, () => {
    const started = performance.now();
    const imported = importFile(kernelHeader ?? '');
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    expect(imported.documents.size).toBe(imported.definedCount);
    expect(imported.problems.filter(({ outcome }) => outcome === 'left-out')).toEqual([]);
    const { types, members, packed } = check(kernelHeader ?? '', imported);
    expect(types).toBeGreaterThan(600);
    expect(members + packed).toBeGreaterThan(15_000);
  });
});
