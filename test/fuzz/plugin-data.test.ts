import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuxctlError, LayoutStore, openChannel, pluginFromFolder } from '@auxctl/core';
import { checkLayoutSet, manifestSchema } from '@auxctl/schemas';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { jsonMutations } from './support/mutate-json.js';
import { fuzzRuns } from './support/runs.js';

/** Manifests and layouts that nobody would write, through everything that reads them: only documented errors, and the tool lives on. */

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

test('folders with mutated files open, describe and read, or say what is wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-fuzz-'));
  const tally = { told: 0, worked: 0 };
  try {
    const all = readdirSync(plugin, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(plugin, join(entry.parentPath, entry.name)));
    for (const file of all) write(folder, file, readFileSync(join(plugin, file)));
    const choices = ['manifest.json', ...FILES.map((file) => `layouts/${file}`)];
    const one = fc.constantFrom(...choices).chain((file) => fc.tuple(fc.constant(file), jsonMutations(read(file))));
    await fc.assert(fc.asyncProperty(one, async ([file, json]) => {
      write(folder, file, JSON.stringify(json));
      try {
        await use(folder);
        tally.worked += 1;
      } catch (error) {
        if (!(error instanceof AuxctlError)) throw error;
        expect(error.code).not.toBe('ERR_INTERNAL');
        tally.told += 1;
      }
      write(folder, file, readFileSync(join(plugin, file)));
    }), { numRuns: Math.min(fuzzRuns(200), 5_000) });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(tally.told).toBeGreaterThan(20);
  expect(tally.worked).toBeGreaterThan(0);
});

function write(folder: string, file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
}

/** What the tool does with a plugin: lists it, opens its simulated device, and reads everything that it names. */
async function use(folder: string): Promise<void> {
  const entry = pluginFromFolder(folder);
  const { simulator } = await entry.load();
  const simulated = (await simulator?.())?.create({ index: 0 });
  if (simulated === undefined) return;
  const store = new LayoutStore(entry.layoutsPath);
  await using channel = await openChannel(simulated.device, entry, { transport: await simulated.openTransport(), layouts: store, timeoutMs: 1_000 });
  await channel.info();
  for (const name of store.names('register')) await channel.registers.read(name);
  for (const name of store.names('capability')) await channel.capability(name, 'current');
  await channel.call('GET_VERSION');
}
