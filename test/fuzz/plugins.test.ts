import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE, LayoutStore, objectsOf, openChannel, pluginFromFolder, summarizeRegisters, type LayoutKind } from '@auxctl/core';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { afterAll, expect, test } from 'vitest';
import { mutatedJson } from './support/mutate-json.js';
import { randomSource } from './support/random.js';
import { fuzzRuns } from './support/runs.js';

const SEED = 20_261_129;
const MOST_MS = 5_000;
const folder = mkdtempSync(join(tmpdir(), 'auxctl-fuzz-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** The same document with a few of its members changed, or its text broken. */
function mutated(text: string, random: () => number): string {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  if (random() < 0.05) return random() < 0.5 ? text.slice(0, Math.floor(random() * text.length)) : text.replace(/["{}[\],:]/, () => pick(['"', '{', ']', ',', '\0']) ?? '');
  return JSON.stringify(mutatedJson(JSON.parse(text), random));
}

/** Everything that the tool does with a plugin's data, from the list to a dump. */
async function useAll(): Promise<void> {
  const entry = pluginFromFolder(folder);
  const plugin = await entry.load();
  const layouts = new LayoutStore(entry.layoutsPath);
  await layouts.opcodes();
  await summarizeRegisters(layouts);
  await objectsOf(layouts);
  for (const kind of Object.keys(LAYOUT_FOLDERS) as LayoutKind[]) {
    for (const name of layouts.names(kind)) {
      const codec = await layouts.codec(kind, name);
      const bytes = codec.encode({}, new Uint8Array(codec.sizeBytes));
      codec.decode(bytes);
      codec.anomalies(bytes);
    }
  }
  const simulated = (await plugin.simulator?.())?.create({ index: 0 }) ?? expect.unreachable();
  await using channel = await openChannel(simulated.device, entry, { layouts, transport: await simulated.openTransport() });
  await channel.info();
  await channel.registers.read('LED');
  await channel.capability('FEATURES', 'current');
  await channel.dump({ begin: async () => undefined, layouts: async () => undefined, entries: async () => undefined, end: async () => undefined }, { host: { tool: '1.0.0' } });
}

const RUNS = fuzzRuns(600);

test(`${RUNS} plugins with mutated manifests and layouts: only documented errors, in bounded time`, { timeout: 60_000 + RUNS * 60 }, async () => {
  const random = randomSource(SEED);
  cpSync(join(import.meta.dirname, '../../kit/template'), folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file === 'manifest.json' || (file.startsWith('layouts/') && file.endsWith('.json')));
  expect(files.length).toBeGreaterThanOrEqual(10);
  const originals = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  await useAll();
  const ends = new Map<string, number>();
  let slowestMs = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const file = random() < 0.4 ? 'manifest.json' : files[Math.floor(random() * files.length)] ?? 'manifest.json';
    const text = mutated(originals.get(file) ?? '', random);
    writeFileSync(join(folder, file), text);
    const startMs = performance.now();
    const code = await useAll().then(() => 'used', (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : `${String(error)} in ${file}: ${text}`));
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
    if (code !== 'used') expect(Object.keys(CATALOGUE).filter((each) => each !== 'ERR_INTERNAL'), `${code} by ${file}: ${text.slice(0, 4_000)}`).toContain(code);
    ends.set(code, (ends.get(code) ?? 0) + 1);
    writeFileSync(join(folder, file), originals.get(file) ?? '');
  }
  expect(slowestMs).toBeLessThan(MOST_MS);
  expect(ends.get('used') ?? 0).toBeGreaterThan(RUNS / 50);
  expect(ends.get('ERR_PLUGIN') ?? 0).toBeGreaterThan(RUNS / 20);
  expect(ends.get('ERR_LAYOUT') ?? 0).toBeGreaterThan(RUNS / 20);
});
