// How long a file of 10,000 saved registers takes: read, checked, and every one decoded, in a process that does so for the first time.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSource } from '../../.ci/source.mjs';
import { median, round } from './measure.mjs';

const REGISTERS = 10_000;
const ROUNDS = 5;
const LAYOUTS = 'vendors/mlx5/layouts';

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function measureSavedRegisters() {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-bench-'));
  try {
    const file = join(folder, 'registers.dump');
    const kinds = await writeRegisters(file);
    const runs = Array.from({ length: ROUNDS }, () => JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), file], { encoding: 'utf8' })));
    const decodeMs = median(runs.map((run) => run.decodeMs));
    const wholeMs = median(runs.map((run) => run.decodeMs + run.loadMs));
    return [
      { what: `decode ${REGISTERS} saved registers of ${kinds} kinds, in a fresh process`, measured: `${round((REGISTERS / decodeMs) * 1000, 0)} a second`, reference: '', value: round(decodeMs, 0), limit: 1000, bound: 'most', unit: 'ms' },
      { what: 'the same, with reading the file and checking it and its layouts', measured: `${round((REGISTERS / wholeMs) * 1000, 0)} a second`, reference: '', value: round(wholeMs, 0), limit: 2000, bound: 'most', unit: 'ms' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeRegisters(file) {
  const { DumpWriter, LayoutStore } = await importSource('core/src/index.ts');
  const store = new LayoutStore(LAYOUTS, { isTrusted: true });
  const names = store.names('register');
  let text = '';
  const writer = new DumpWriter((lines) => { text += lines; });
  await writer.begin({ created: new Date(0).toISOString(), tool: '0.0.0', device: { address: 'bench', transport: 'sim', identity: [] }, plugin: { name: 'mlx5' } });
  for (const name of names) await writer.layouts((await store.withImports('register', name)).map(([, document]) => document));
  for (let number = 0; number < REGISTERS; number++) {
    const name = names[number % names.length];
    const { sizeBytes } = await store.codec('register', name);
    const bytes = Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 37 + number) % 251)).toString('hex');
    await writer.entries([{ type: 'entry', subject: { kind: 'register', name, key: { number } }, layout: `registers/${name}`, bytes }]);
  }
  await writer.end();
  writeFileSync(file, text);
  return names.length;
}

async function measureOnce(file) {
  const { decodeEntry, loadDumpFile } = await importSource('core/src/index.ts');
  const startMs = performance.now();
  const dump = await loadDumpFile(file);
  const loadedMs = performance.now();
  let fields = 0;
  for (const entry of dump.entries) fields += Object.keys((await decodeEntry(entry, dump.layouts)).fields).length;
  if (fields < REGISTERS) throw new Error(`only ${fields} fields`);
  return { loadMs: loadedMs - startMs, decodeMs: performance.now() - loadedMs };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(JSON.stringify(await measureOnce(process.argv[2])));
