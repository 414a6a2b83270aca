import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentText, importIfc, importOverridesSchema, type HeaderImport } from '@auxctl/schemas/import';
import { parseLayoutDocument, type LayoutDocumentOf } from '@auxctl/schemas';
import { describe, expect, test } from 'vitest';
import { compare } from './support/compare.js';
import { besideIn, KERNEL_HEADER, kernelHeaders } from './support/header.js';
import { hasCompiler, measure } from './support/program.js';
import { typesOf } from './support/rows.js';

const VENDOR = fileURLToPath(new URL('../../vendors/mlx5', import.meta.url));
const STRUCTURES = join(VENDOR, 'layouts/structures');
const SEEDS = [7, 0x51f0e35c2ab1];

const headers = kernelHeaders();
const skip = 'reason' in headers ? headers.reason : hasCompiler() ? undefined : 'there is no cc';
if (skip !== undefined) process.stdout.write(`skipped: mlx5's structures against the kernel's header: ${skip}\n`);

/** What the importer makes of the header with mlx5's corrections. */
function imported(folder: string): HeaderImport {
  const overrides = importOverridesSchema.parse(JSON.parse(readFileSync(join(VENDOR, 'overrides.json'), 'utf8')));
  return importIfc(readFileSync(join(folder, KERNEL_HEADER), 'utf8'), {
    file: KERNEL_HEADER, find: besideIn(folder), documentName: (file) => file, revision: 'Linux 7.2.13', license: 'GPL-2.0 OR Linux-OpenIB',
    overrides: { file: 'overrides.json', value: overrides },
  });
}

/** The documents of structures that name the header, or one beside it, as their only source. */
function committed(): Map<string, string> {
  const texts = readdirSync(STRUCTURES).map((file) => [`structures/${file.replace(/\.json$/, '')}`, readFileSync(join(STRUCTURES, file), 'utf8')] as const);
  return new Map(texts.filter(([path, text]) => {
    const [first, ...others] = parsed(path, text).source;
    return others.length === 0 && first?.document.startsWith(dirname(KERNEL_HEADER)) === true && /^(struct|union) \w+$/.test(first.section);
  }));
}

function parsed(name: string, text: string): LayoutDocumentOf<'structures'> {
  const document = parseLayoutDocument(name, JSON.parse(text));
  if (!document.ok || document.value.kind !== 'structures') throw new TypeError(`${name} is no document of structures`);
  return document.value;
}

describe.skipIf(skip !== undefined)('mlx5\'s structures', () => {
  const made = imported('folder' in headers ? headers.folder : '');
  const kept = committed();

  test('are exactly what vendors/mlx5/generate.mjs makes of the header', () => {
    expect(made.problems.filter(({ outcome }) => outcome === 'left-out')).toEqual([]);
    expect([...kept.keys()].sort()).toEqual([...made.documents.keys()].sort());
    expect([...made.documents].filter(([name, document]) => kept.get(name) !== documentText(document)).map(([name]) => name)).toEqual([]);
  });

  test('agree with a C compiler, names and kinds of the corrections taken into account', { timeout: 120_000 }, () => {
    const ours: HeaderImport = { ...made, documents: new Map([...kept].map(([name, text]) => [name, parsed(name, text)])) };
    const types = typesOf(ours);
    const results = SEEDS.map((seed) => compare(ours, types, measure(join('folder' in headers ? headers.folder : '', KERNEL_HEADER), types, seed)));
    expect(results.flatMap(({ differences }) => differences)).toEqual([]);
    const [first] = results;
    process.stdout.write(`mlx5: ${first?.types} structures and ${first?.members} members have the compiler's sizes and places; ${first?.packed} values packed, decoded and encoded, ${SEEDS.length} times\n`);
    expect(first?.types).toBe(made.definedCount);
    expect(first?.members).toBe(made.definitions.reduce((sum, { origins }) => sum + origins.length, 0));
    expect(first?.types).toBeGreaterThan(700);
    expect((first?.members ?? 0) + (first?.packed ?? 0)).toBeGreaterThan(15_000);
  });
});
