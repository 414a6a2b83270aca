import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AuxctlError, compareDumps, decodeEntry, DumpWriter, loadDump, loadDumpFile, LayoutStore, present, type Dump } from '@auxctl/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzzRuns } from './support/runs.js';

/** How many mutated dumps: 100,000 where there is time for them. */
const RUNS = fuzzRuns(1500);
const MOST_MS = 5000;
const MOST_HEAP_BYTES = 256 * 1024 * 1024;
const DOCUMENTED = ['ERR_DUMP', 'ERR_LAYOUT', 'ERR_REPLY', 'ERR_USAGE'];
const LIMITS = { totalBytes: 8 * 1024 * 1024 };

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const scratch = mkdtempSync(join(tmpdir(), 'auxctl-fuzz-'));
afterAll(() => { rmSync(scratch, { recursive: true }); });

let text = '';
let lines: Json[] = [];
let original: Dump;

beforeAll(async () => {
  const store = new LayoutStore(join(import.meta.dirname, '../../vendors/mlx5/layouts'));
  const writer = new DumpWriter((more) => { text += more; });
  await writer.begin({ created: '2031-02-03T04:05:06.789Z', tool: '1.2.3', device: { address: 'fuzz', transport: 'sim', identity: [{ name: 'firmware', value: '1.2.3' }] }, plugin: { name: 'mlx5', version: '1.0.0' } });
  for (const name of ['PAOS', 'MTMP', 'MCIA']) {
    await writer.layouts((await store.withImports('register', name)).map(([, document]) => document));
    const { sizeBytes } = await store.codec('register', name);
    await writer.entries([{ type: 'entry', subject: { kind: 'register', name, key: { local_port: 1 } }, layout: `registers/${name}`, afterMs: 1, bytes: '5a'.repeat(sizeBytes) }]);
  }
  await writer.entries([{ type: 'entry', subject: { kind: 'capability', name: 'X', mode: 'current' }, failure: { code: 'ERR_REPLY', message: 'short', status: '0x1' }, bytes: '00' }]);
  await writer.end();
  lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Json);
  original = await loadDump(chunks(text));
});

async function* chunks(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Promise.resolve(Buffer.from(content));
}

/** Everything that the tool does with a dump. Returns the code of the error that it ends with. */
async function useDump(load: () => Promise<Dump>): Promise<string> {
  try {
    const dump = await load();
    for (const entry of dump.entries) {
      const decoded = await decodeEntry(entry, dump.layouts);
      if (decoded === undefined) continue;
      present(decoded.codec, decoded.raw);
      expect(decoded.anomalies).toBeInstanceOf(Array);
    }
    const { differences } = await compareDumps(original, dump, { withVolatile: true });
    return differences.length > 0 ? 'different' : 'same';
  } catch (error) {
    if (error instanceof AuxctlError && DOCUMENTED.includes(error.code)) return error.code;
    throw error;
  }
}

const WEIRD: Json[] = [null, true, -1, 0, 1, 7, 64, 65, 2 ** 27, 2 ** 53, 1.5, '', 'x', '0x10', 'ff', '__proto__', 'constructor', 'registers/PAOS', 'structures/NOSUCH', 'x'.repeat(5000), [], {}, [[]], { type: 'struct', structure: 'paos_reg', sizeBits: 8 }];

interface Mutation {
  /** Which line, and which way down into it: each step takes one of the children there are. */
  readonly line: number;
  readonly steps: readonly number[];
  readonly action: 'replace' | 'remove' | 'double' | 'exchange';
  readonly value: Json;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  line: fc.nat({ max: 7 }), steps: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 8 }),
  action: fc.constantFrom('replace', 'remove', 'double', 'exchange'), value: fc.constantFrom(...WEIRD),
});

/** A copy of the lines with a part of one replaced, removed, doubled, or exchanged with the one beside it. */
function mutated(mutations: readonly Mutation[]): Json[] {
  const copy = structuredClone(lines);
  for (const { line, steps, action, value } of mutations) {
    let at: Json = copy;
    let key = String(line % copy.length);
    for (const step of steps) {
      const child: Json | undefined = Reflect.get(at as object, key) as Json | undefined;
      const keys = typeof child === 'object' && child !== null ? Object.keys(child) : [];
      if (keys.length === 0) break;
      at = child as Json;
      key = keys[step % keys.length] ?? '';
    }
    change(at as Json[] | Record<string, Json>, key, action, value);
  }
  return copy;
}

function change(at: Json[] | Record<string, Json>, key: string, action: Mutation['action'], value: Json): void {
  if (Array.isArray(at)) {
    const index = Number(key);
    if (action === 'remove') at.splice(index, 1);
    else if (action === 'double') at.splice(index, 0, structuredClone(at[index] ?? null));
    else if (action === 'exchange') at.splice(index, 2, ...at.slice(index, index + 2).reverse());
    else at[index] = structuredClone(value);
  } else if (action === 'remove') {
    Reflect.deleteProperty(at, key);
  } else {
    Object.defineProperty(at, key, { value: structuredClone(value), enumerable: true, configurable: true, writable: true });
  }
}

/** Writes lines as a writer would, with digests, counts and a checksum that fit: what is wrong inside is found by nothing else. */
function signed(all: readonly Json[]): string {
  let body = '';
  const counts = { layouts: 0, entries: 0, failures: 0 };
  for (const line of all) {
    const type = typeof line === 'object' && line !== null && !Array.isArray(line) ? line['type'] : undefined;
    if (type === 'end') continue;
    if (type === 'layout') counts.layouts += 1;
    if (type === 'entry') counts.entries += 1;
    if (type === 'entry' && Object.hasOwn(line as object, 'failure')) counts.failures += 1;
    const document = type === 'layout' ? JSON.stringify((line as Record<string, Json>)['document'] ?? null) : '';
    body += type === 'layout' ? `{"type":"layout","path":${JSON.stringify((line as Record<string, Json>)['path'] ?? null)},"digest":"${sha256(document)}","document":${document}}\n` : `${JSON.stringify(line)}\n`;
  }
  return `${body}${JSON.stringify({ type: 'end', ...counts, sha256: sha256(body) })}\n`;
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

test('a signed dump is what was signed', async () => {
  expect(signed(lines)).toBe(text);
  expect(await useDump(async () => loadDump(chunks(text)))).toBe('same');
});

test('a mutated dump that is signed again gives only documented errors, in bounded time and memory', { timeout: RUNS * 20 + 60_000 }, async () => {
  const outcomes = new Map<string, number>();
  await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
    const content = signed(mutated(mutations));
    const started = performance.now();
    const outcome = await useDump(async () => loadDump(chunks(content), { limits: LIMITS }));
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }), { numRuns: RUNS });
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed).toBeLessThan(MOST_HEAP_BYTES);
  for (const outcome of ['same', 'different', 'ERR_DUMP', 'ERR_LAYOUT']) expect(outcomes.get(outcome), JSON.stringify([...outcomes])).toBeGreaterThan(0);
});

test('bytes changed anywhere in a file, packed or not, are found, or change nothing', { timeout: RUNS * 20 + 60_000 }, async () => {
  const packed = gzipSync(text);
  await fc.assert(fc.asyncProperty(fc.boolean(), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }), fc.option(fc.nat()), async (isPacked, changes, cut) => {
    const whole = isPacked ? packed : Buffer.from(text);
    const bytes = Buffer.from(cut === null ? whole : whole.subarray(0, cut % whole.length));
    for (const [at, value] of bytes.length === 0 ? [] : changes) bytes[at % bytes.length] = value;
    const file = join(scratch, 'f');
    writeFileSync(file, bytes);
    const outcome = await useDump(async () => loadDumpFile(file, { limits: LIMITS }));
    expect(['ERR_DUMP', 'same']).toContain(outcome);
    if (!isPacked && !bytes.equals(whole)) expect(outcome).toBe('ERR_DUMP');
  }), { numRuns: Math.ceil(RUNS / 3) });
});
