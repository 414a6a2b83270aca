import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf, type Field, type LayoutDocument, type Structure } from '@auxctl/schemas';
import { importAdb, type LayoutImport } from '@auxctl/schemas/import';
import { expect, test } from 'vitest';
import { compileLayout } from '@auxctl/core';
import { leavesOf, walkedNodes, type Leaf } from './support/adb-walk.js';

const SAMPLE = fileURLToPath(new URL('../fixtures/adb/sample.adb', import.meta.url));
const MOST_MS = 3000;
const files = (process.env['AUXCTL_ADB'] ?? '').split(':').filter((file) => file !== '');
if (files.length === 0) process.stdout.write('skipped: a real register database, because AUXCTL_ADB names none\n');

function importFile(file: string): LayoutImport {
  const find = (name: string, from: string) => {
    const path = join(dirname(from), name);
    return existsSync(path) ? { file: path, text: readFileSync(path, 'utf8') } : undefined;
  };
  return importAdb(readFileSync(file, 'utf8'), { file, find, documentName: (path) => path.slice(dirname(file).length + 1), revision: 'test' });
}

function scopeOf(document: LayoutDocument, { documents }: LayoutImport): Map<string, Structure> {
  const found = importsOf(document, (path) => documents.get(path));
  if (!found.ok) throw new TypeError(`${document.name} cannot be loaded`);
  return new Map([document, ...found.value].flatMap(({ structures }) => Object.entries(structures)));
}

/** Every leaf of a structure. What holds a union, or a union's member that is no node, has no name of its own. */
function layoutLeaves(structures: ReadonlyMap<string, Structure>, name: string, baseBits = 0): Leaf[] {
  const fields = structures.get(name)?.fields ?? [];
  return fields.flatMap((field) => (field.type === 'reserved' ? [] : elementsOf(field).flatMap(([path, offsetBits]): Leaf[] => {
    const value = field.type === 'array' ? field.element : field;
    const at = baseBits + offsetBits;
    if (value.type === 'struct') return layoutLeaves(structures, value.structure, at).map(([below, ...place]) => [`${path}.${below}`, ...place]);
    if (value.type !== 'union') return [[path, at, value.sizeBits]];
    return value.variants.flatMap((variant) => {
      const inner = layoutLeaves(structures, variant.structure, at);
      const isOwn = structures.get(variant.structure)?.fields.some((each) => each.name === variant.name) === true && variant.structure.endsWith(`_${variant.name}`);
      return inner.map(([below, ...place]): Leaf => [`${path}.${isOwn ? '' : `${variant.name}.`}${below}`, ...place]);
    });
  }))).map(([path, ...place]) => [path.replace(/(^|\.)value\./g, '$1'), ...place]);
}

function elementsOf(field: Field): [path: string, offsetBits: number][] {
  if (field.type !== 'array') return [[field.name, field.offsetBits]];
  const count = field.count === 'rest' ? 1 : field.count;
  return Array.from({ length: count }, (_, index) => [`${field.name}[${index}]`, field.offsetBits + index * field.element.sizeBits]);
}

/** Leaves that only one side has; those of members that no value selects are reported, and no layout has them. */
function differences(imported: LayoutImport, text: string): { readonly nodes: number; readonly leaves: number; readonly lines: string[] } {
  const nodes = walkedNodes(text);
  const unselected = imported.problems.filter(({ rule, field }) => rule === 'selector' && field !== undefined).map(({ field }) => field ?? '');
  const lines: string[] = [];
  let [count, leaves] = [0, 0];
  for (const document of imported.documents.values()) {
    if (document.kind !== 'structures' || !nodes.has(document.name)) continue;
    const theirs = leavesOf(nodes, document.name, (name) => name === 'FULL').map(String);
    const ours = new Set(layoutLeaves(scopeOf(document, imported), document.name).map(String));
    count += 1;
    leaves += theirs.length;
    lines.push(...theirs.filter((leaf) => !ours.has(leaf) && !unselected.some((name) => leaf.includes(`${name}.`))).map((leaf) => `${document.name}: ${leaf} is in no layout`));
    const known = new Set(theirs);
    lines.push(...[...ours].filter((leaf) => !known.has(leaf)).map((leaf) => `${document.name}: ${leaf} is not in the file`));
  }
  return { nodes: count, leaves, lines };
}

test('the places of a database with every construct, by an independent reader', () => {
  const imported = importFile(SAMPLE);
  expect(imported.problems.map(({ line, rule, outcome }) => `${line} ${rule} ${outcome}`)).toEqual(['75 attribute left-out']);
  const text = readFileSync(SAMPLE, 'utf8') + readFileSync(join(dirname(SAMPLE), 'sub/sample_more.adb'), 'utf8');
  expect(differences(imported, text.replace(/<node name="uint64"[^]*?<\/node>/, ''))).toEqual({ nodes: 10, leaves: 125, lines: [] });
});

test('a wrong place is found', () => {
  const text = readFileSync(SAMPLE, 'utf8').replace('name="high" offset="0x0.31"', 'name="high" offset="0x0.30"');
  expect(differences(importFile(SAMPLE), text).lines).toContain('bits: high,1,1 is in no layout');
});

test('values from bytes written by hand', () => {
  const imported = importFile(SAMPLE);
  const decode = (name: string, bytes: string) => {
    const document = imported.documents.get(`structures/${name}`);
    const found = document === undefined ? undefined : importsOf(document, (path) => imported.documents.get(path));
    if (document === undefined || found?.ok !== true) throw new TypeError(`${name} cannot be loaded`);
    return compileLayout(document, found.value, name).decode(Buffer.from(bytes.replace(/\s/g, ''), 'hex'));
  };
  expect(decode('bits', '8000ff81 a5050000')).toMatchObject({ high: 1, middle: 0x1ff, low: 1, word_top: 0xa5, only_here: 0 });
  expect(decode('arrays', `${Buffer.from('sixteen letters!').toString('hex')} 00010002 00030004 00000506 0708090a 01234567 89abcdef a0000${'0'.repeat(3)} 0000aa00 00000001 ffffffff 00000000 ${'00'.repeat(16)} 0000000100000002 00000000`)).toMatchObject({
    text: [...Buffer.from('sixteen letters!')], halves: [1, 2, 3, 4], from_the_middle: [5, 6, 7, 8, 9, 10], nibbles: Array.from({ length: 16 }, (_, index) => index),
    flags: [1, 0, 1, ...Array<number>(17).fill(0)], single: 0xaa, words: [1, 0xffffffff, 0], wide: 0x100000002n,
  });
  expect(decode('pages_reg', '00070002 00000000 000004b0 00000000 00000000 00000000 00000000 00000000 00000000')).toMatchObject({ port: 7, select: 2, page: { millivolts: 0x4b0 } });
});

test.skipIf(files.length === 0).each(files)('%s', { timeout: 120_000 }, (file) => {
  const started = performance.now();
  const imported = importFile(file);
  expect(performance.now() - started).toBeLessThan(MOST_MS);
  expect(imported.takenCount).toBe(imported.definedCount);
  const { nodes, leaves, lines } = differences(imported, readFileSync(file, 'utf8'));
  expect(lines).toEqual([]);
  expect(nodes).toBe(imported.definedCount);
  expect(leaves).toBeGreaterThan(nodes);
  process.stdout.write(`${file}: ${leaves} leaves of ${nodes} nodes, those inside them counted with each, stand where an independent reader finds them\n`);
});
