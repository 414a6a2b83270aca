import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkLayoutSet, manifestSchema } from '@auxctl/schemas';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { jsonMutations } from './support/mutate-json.js';
import { fuzzRuns } from './support/runs.js';

/** Manifests and layouts that nobody would write: what checks them tells what is wrong, and never throws. */

vi.setConfig({ testTimeout: 3_600_000 });

const plugin = fileURLToPath(new URL('../../kit/template', import.meta.url));
const layouts = join(plugin, 'layouts');
const FILES = readdirSync(layouts, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json')).sort();
const read = (file: string): unknown => JSON.parse(readFileSync(join(plugin, file), 'utf8'));
const documents = new Map(FILES.map((file) => [file, read(`layouts/${file}`)]));
const manifest = read('manifest.json');

test('mutated layouts are faults that are told, or layouts that work', () => {
  const tally = { faulty: 0, good: 0 };
  const one = fc.constantFrom(...FILES).chain((file) => fc.tuple(fc.constant(file), jsonMutations(documents.get(file))));
  fc.assert(fc.property(one, ([file, json]) => {
    const problems = checkLayoutSet(new Map(documents).set(file, json));
    tally[problems.length === 0 ? 'good' : 'faulty'] += 1;
    for (const problem of problems) expect(problem.message).toBeTypeOf('string');
  }), { numRuns: fuzzRuns(1_500) });
  expect(tally.faulty).toBeGreaterThan(300);
  expect(tally.good).toBeGreaterThan(0);
});

test('mutated manifests are refused or valid, and nothing is thrown that is not told', () => {
  const tally = { refused: 0, valid: 0 };
  fc.assert(fc.property(jsonMutations(manifest), (json) => {
    tally[manifestSchema.safeParse(json).success ? 'valid' : 'refused'] += 1;
  }), { numRuns: fuzzRuns(1_500) });
  expect(tally.refused).toBeGreaterThan(300);
  expect(tally.valid).toBeGreaterThan(0);
});
