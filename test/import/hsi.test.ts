import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importHsi, type HeaderImport } from '@auxctl/schemas/import';
import { describe, expect, test } from 'vitest';
import { compare, type Comparison } from './support/compare.js';
import { kernelHeaders } from './support/header.js';
import { masksOf, measureMasks, type MeasuredMask } from './support/masks.js';
import { hasCompiler, measure, STRUCTURES_HEADER } from './support/program.js';
import { typesOf, type Row } from './support/rows.js';

const SAMPLE = fileURLToPath(new URL('../fixtures/hsi/sample_hsi.h', import.meta.url));
const KERNEL_HEADER = 'include/linux/bnxt/hsi.h';
const SEEDS = [3, 0x2545f4914f6cd];
const MOST_MS = 3000;

const headers = kernelHeaders();
const kernelHeader = 'folder' in headers && existsSync(join(headers.folder, KERNEL_HEADER)) ? join(headers.folder, KERNEL_HEADER) : undefined;
const compiler = hasCompiler();
if (!compiler) process.stdout.write('skipped: layouts of little-endian structures against a C compiler, because there is no cc\n');
if (kernelHeader === undefined) process.stdout.write(`skipped: ${KERNEL_HEADER}: ${'reason' in headers ? headers.reason : `there is none in ${headers.folder}`}\n`);

function importFile(file: string): HeaderImport {
  const find = (name: string, from: string) => {
    const path = join(dirname(from), name);
    return existsSync(path) ? { file: path, text: readFileSync(path, 'utf8') } : undefined;
  };
  return importHsi(readFileSync(file, 'utf8'), { file, find, documentName: (path) => path.slice(dirname(file).length + 1), revision: 'test' });
}

/** Sizes, places and values of everything that an import made. */
function check(header: string, imported: HeaderImport): Comparison {
  const types = typesOf(imported);
  const results = SEEDS.map((seed) => compare(imported, types, measure(header, types, seed, STRUCTURES_HEADER)));
  const [first] = results;
  if (first === undefined) throw new TypeError('nothing was compared');
  expect(results.flatMap(({ differences }) => differences)).toEqual([]);
  expect(first.types).toBe(imported.definedCount);
  expect(first.members).toBe(imported.definitions.reduce((sum, { origins }) => sum + origins.length, 0));
  process.stdout.write(`${header}: ${first.types} structures and ${first.members} members have the compiler's sizes and places; ${first.packed} values packed, decoded and encoded, ${SEEDS.length} times\n`);
  return first;
}

/** The masks of which no layout has the bits under their name, or as a whole member. */
function missingMasks(imported: HeaderImport, masks: readonly MeasuredMask[]): MeasuredMask[] {
  const rows = new Map(typesOf(imported).map(({ type, leaves, own }) => [type, [...own, ...leaves]]));
  const arrays = arrayParts(imported);
  return masks.filter(({ tag, member, name, offsetBits, sizeBits }) => {
    const found = [...rows.get(`struct ${tag}`) ?? [], ...arrays.get(`struct ${tag}`) ?? []].filter((row) => row.offsetBits === offsetBits && row.sizeBits === sizeBits);
    return !found.some(({ names }) => name.toLowerCase().endsWith((names.at(-1) ?? '-').toLowerCase()) || names.at(-1) === member);
  });
}

/** The parts of members of structures in arrays, at their places in the first element. */
function arrayParts({ definitions, documents }: HeaderImport): Map<string, Pick<Row, 'names' | 'offsetBits' | 'sizeBits'>[]> {
  return new Map(definitions.map(({ type, document, origins }) => {
    const structures = documents.get(document)?.structures ?? {};
    return [type, origins.flatMap(({ structure, field: name, baseBits }) => {
      const field = structures[structure]?.fields.find((each) => each.name === name);
      const value = field?.type === 'array' ? field.element : field;
      const parts = value?.type === 'struct' ? structures[value.structure]?.fields ?? [] : [];
      return parts.map((part) => ({ names: [part.name], offsetBits: baseBits + (field?.offsetBits ?? 0) + part.offsetBits, sizeBits: part.sizeBits }));
    })];
  }));
}

describe.skipIf(!compiler)('layouts made from a header of little-endian structures agree with a C compiler', () => {
  test('every construct of the format', () => {
    const imported = importFile(SAMPLE);
    expect(imported.problems.map(({ structure, field, rule, outcome }) => `${structure}.${field} ${rule} ${outcome}`)).toEqual(['hwrm_sample_get_output.port byte-order as-bytes']);
    const { types, members, packed } = check(SAMPLE, imported);
    expect([types, members, packed]).toEqual([9, 52, 44]);
  });

  test('its masks are the header\'s', () => {
    const masks = masksOf(readFileSync(SAMPLE, 'utf8'));
    expect(masks.map(({ tag, member, name }) => `${tag}.${member} ${name}`)).toContain('hwrm_sample_get_output.cfg[0].bandwidth SAMPLE_GET_RESP_BANDWIDTH_UNIT');
    expect(masks).toHaveLength(8);
    expect(missingMasks(importFile(SAMPLE), measureMasks(SAMPLE, masks)).map(({ name }) => name)).toEqual(['COMPLETION_ERRORS']);
  });

  test('a wrong place or size is found', () => {
    const imported = importFile(SAMPLE);
    const measured = measure(SAMPLE, typesOf(imported), 1, STRUCTURES_HEADER);
    const changed = new Map(imported.documents);
    changed.set('structures/aligned', JSON.parse(JSON.stringify(changed.get('structures/aligned')).replace('"name":"b","offsetBits":32', '"name":"b","offsetBits":24')) as never);
    const wrong = { ...imported, documents: changed };
    expect(compare(wrong, typesOf(wrong), measured).differences).toContain('struct aligned.b: bit 24, 32 bits; the compiler says bit 32, 32 bits');
  });

  test.skipIf(kernelHeader === undefined)('the largest public header', { timeout: 120_000 }, () => {
    const header = kernelHeader ?? '';
    const started = performance.now();
    const imported = importFile(header);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    expect(imported.takenCount).toBe(imported.definedCount);
    expect(new Set(imported.problems.map(({ rule }) => rule))).toEqual(new Set(['byte-order', 'constant']));
    const { types, members, packed } = check(header, imported);
    expect(types).toBeGreaterThan(400);
    expect(members + packed).toBeGreaterThan(8000);
    const masks = masksOf(readFileSync(header, 'utf8'));
    const missing = missingMasks(imported, measureMasks(header, masks));
    const silent = missing.filter(({ tag, member }) => !imported.problems.some(({ rule, structure, field }) => rule === 'constant' && structure === tag && field === member));
    const isOuter = (name: string): boolean => masks.some((inner) => inner.name.startsWith(`${name}_`));
    expect(silent.filter(({ name }) => !isOuter(name) && !/_(UNUSED|RSVD)_?\d*$/.test(name))).toEqual([]);
    process.stdout.write(`${header}: ${masks.length - missing.length} of ${masks.length} masks have their bits in a layout; the others stand around masks, are unused, or are reported\n`);
    expect(masks.length - missing.length).toBeGreaterThan(250);
  });
});
