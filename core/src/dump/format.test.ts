import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dumpEntrySchema, dumpLineSchema, type DumpEntry } from '@auxctl/schemas';
import { RELEASE } from '@auxctl/schemas/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { present } from '../present/present.js';
import { chunksOf, dumpText, ENTRIES, ORIGIN } from './dump.fixture.js';
import { decodeEntry, loadDump, type Dump } from './dump.js';
import { loadDumpFile } from './file.js';
import type { DumpLimits } from './limits.js';

const text = await dumpText();
const lines = text.split('\n').slice(0, -1);

const load = async (content: string | Uint8Array, limits: Partial<DumpLimits> = {}): Promise<Dump> => loadDump(chunksOf(content), { name: 'f', limits });
const fault = (message: string | RegExp) => expect.objectContaining({ code: 'ERR_DUMP', exitStatus: 2, message: expect.stringMatching(message) as string }) as Error;

async function loadFile(content: string | Uint8Array): Promise<Dump> {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-dump-'));
  try {
    writeFileSync(join(folder, 'f'), content);
    return await loadDumpFile(join(folder, 'f'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('what was written is what is read', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,30}$/).filter((each) => each !== '__proto__');
  const integer = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => `0x${value.toString(16)}`));
  const key = fc.option(fc.dictionary(name, integer, { maxKeys: 4, noNullPrototype: true }).map((values) => ({ key: values })), { nil: {} });
  const subject = fc.oneof(
    fc.tuple(fc.constantFrom('register', 'object', 'segment', 'parameter'), name, key).map(([kind, each, more]) => ({ kind, name: each, ...more })),
    fc.tuple(name, fc.constantFrom('current', 'maximum')).map(([each, mode]) => ({ kind: 'capability', name: each, mode })),
  );
  const hex = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  const failure = fc.record({ code: fc.constant('ERR_REPLY'), message: fc.string({ minLength: 1, unit: 'binary' }) });
  const answer = fc.oneof(fc.record({ bytes: hex }), fc.record({ failure }), fc.record({ failure, bytes: hex }));
  const entry = fc.tuple(subject, answer).map(([each, more]) => dumpEntrySchema.parse({ type: 'entry', subject: each, ...more }));

  test('whatever the entries, and however the bytes come', async () => {
    await fc.assert(fc.asyncProperty(fc.array(entry, { maxLength: 12 }), fc.integer({ min: 1, max: 5000 }), async (entries: readonly DumpEntry[], chunkBytes) => {
      const dump = await loadDump(chunksOf(await dumpText(entries), chunkBytes));
      expect(dump.entries).toEqual(entries);
      expect(dump.header).toEqual({ type: 'header', format: 'auxctl.dump/2', ...ORIGIN });
      expect(dump.partial).toBeUndefined();
    }), { numRuns: 100 });
  });

  test('from a file, packed or not, whatever its name', async () => {
    expect((await loadFile(text)).entries).toEqual(ENTRIES);
    expect((await loadFile(gzipSync(text))).entries).toEqual(ENTRIES);
  });

  test('and it decodes with nothing else', async () => {
    const { entries: [first, refused, plain], layouts } = await load(text);
    const { codec, raw, anomalies } = await decodeEntry(first ?? expect.unreachable(), layouts) ?? expect.unreachable();
    expect(present(codec, raw)).toMatchObject({ temperature: { unit: 'C' }, state: { text: 'unknown (10)' } });
    expect(anomalies.map(({ type }) => type)).toContain('reserved-bits');
    await expect(decodeEntry(refused ?? expect.unreachable(), layouts)).resolves.toBeUndefined();
    await expect(decodeEntry(plain ?? expect.unreachable(), layouts)).resolves.toBeUndefined();
    await expect(decodeEntry({ ...first ?? expect.unreachable(), bytes: '00' }, layouts)).rejects.toMatchObject({ code: 'ERR_REPLY' });
    await expect(decodeEntry({ ...first ?? expect.unreachable(), layout: 'registers/OTHER' }, layouts)).rejects.toMatchObject({ code: 'ERR_LAYOUT' });
  });

  test('every line keeps the published schema', () => {
    for (const line of lines) expect(dumpLineSchema.safeParse(JSON.parse(line)).success).toBe(true);
  });
});

describe('what was changed or cut is refused, with its line', () => {
  test('any bit flipped', async () => {
    const bytes = Buffer.from(text);
    await fc.assert(fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      await expect(load(changed)).rejects.toThrow(fault(/^f:\d+: /));
    }), { numRuns: 2000 });
  });

  test('any line left out, doubled, or exchanged with the next', async () => {
    for (const at of lines.keys()) {
      const variants = [lines.toSpliced(at, 1), lines.toSpliced(at, 0, lines[at] ?? ''), lines.toSpliced(at, 2, ...lines.slice(at, at + 2).reverse())];
      for (const variant of variants) if (variant.join() !== lines.join()) await expect(load(`${variant.join('\n')}\n`)).rejects.toThrow(fault(/^f:\d+: /));
    }
  });

  test('cut off anywhere', async () => {
    for (const at of [...Array(200).keys()].map((step) => Math.floor((step * text.length) / 200))) await expect(load(text.slice(0, at))).rejects.toThrow(fault(/^f:\d+: /));
    await expect(load(text.slice(0, -1))).rejects.toThrow(fault('its last line has no end'));
    await expect(load(`${lines.slice(0, -1).join('\n')}\n`)).rejects.toThrow(fault('f:6: the file was cut off: its last line, which holds the checksum, is missing'));
    await expect(loadFile(gzipSync(text).subarray(0, -12))).rejects.toThrow(fault('cut off or changed'));
  });

  test.each<[string, (text: string) => string, string]>([
    ['a layout', (whole) => whole.replace('"unit":"C"', '"unit":"F"'), 'f:2: the layout registers/SAMPLE was changed: its digest does not fit'],
    ['an entry', (whole) => whole.replace('c0ffee', 'c0ffef'), 'f:6: the checksum or the counts do not fit'],
    ['a field that nobody knows', (whole) => whole.replace('"afterMs":3', '"colour":3'), 'f:3: '],
    ['something after the end', (whole) => `${whole}{}\n`, 'f:7: the dump ended before this line'],
    ['a line of another kind', (whole) => whole.replace('"type":"entry"', '"type":"entrance"'), 'f:3: the line is no layout, no entry and no end'],
    ['blanks in the last line', (whole) => whole.replace(/}\n$/, ' }\n'), 'f:6: '],
  ])('%s', async (_what, change, message) => {
    expect(change(text)).not.toBe(text);
    await expect(load(change(text))).rejects.toThrow(fault(`^${message}`));
  });
});

describe('what is no dump of this format is refused', () => {
  test.each([
    ['', 'f:1: the file is empty'],
    ['\n', 'f:1: this is not a dump of auxctl'],
    ['[1]\n', 'f:1: this is not a dump of auxctl'],
    ['{"format":"other/1"}\n', 'f:1: this is not a dump of auxctl'],
    [lines.slice(1).join('\n'), 'f:1: this is not a dump of auxctl'],
    [Buffer.of(0x7f, 0x45, 0x4c, 0x46, 10), 'f:1: this is not a dump of auxctl'],
  ])('%j', async (content, message) => {
    await expect(load(content)).rejects.toThrow(fault(message));
  });

  test('another version says which, and which release reads it', async () => {
    const newer = text.replace('auxctl.dump/2', 'auxctl.dump/3').replace(/"tool":"[^"]*"/, '"tool":"4.5.6"');
    await expect(load(newer)).rejects.toMatchObject({ code: 'ERR_DUMP', message: `f:1: this is a dump of the format auxctl.dump/3, which auxctl 4.5.6 wrote and reads, and so does every later one; this auxctl is ${RELEASE} and reads auxctl.dump/2` });
    await expect(load(text.replace('auxctl.dump/2', 'auxctl.dump/1'))).rejects.toMatchObject({ code: 'ERR_DUMP', message: expect.stringContaining('which no release reads: make it anew') as string });
    const layouts = text.replace('"format":"auxctl.layout/1"', '"format":"auxctl.layout/7"');
    await expect(load(layouts)).rejects.toMatchObject({ code: 'ERR_DUMP', message: expect.stringMatching(/^f:2: this is a layout of the format auxctl\.layout\/7, which .* reads auxctl\.layout\/1$/) as string });
  });

  test('a file that cannot be read says why', async () => {
    await expect(loadDumpFile('/nonexistent')).rejects.toMatchObject({ code: 'ERR_FILE', message: '/nonexistent cannot be read: ENOENT' });
    await expect(loadDumpFile('/')).rejects.toMatchObject({ code: 'ERR_FILE', message: '/ is a folder' });
  });
});

describe('limits hold', () => {
  test.each<[string, Partial<DumpLimits>, RegExp]>([
    ['of a line', { lineBytes: 500 }, /^f:2: the line is longer than 500 bytes/],
    ['of the number of lines', { lines: 3 }, /^f:4: more than 3 lines/],
    ['of the whole', { totalBytes: 1000 }, /^f:2: more than 1000 bytes, unpacked/],
  ])('%s', async (_what, limits, message) => {
    await expect(load(text, limits)).rejects.toThrow(fault(message));
  });

  test('a small file of many bytes is given up early', async () => {
    const started = performance.now();
    const { heapUsed } = process.memoryUsage();
    await expect(loadFile(gzipSync(Buffer.concat([Buffer.from(`${lines[0] ?? ''}\n`), Buffer.alloc(256 * 1024 * 1024, 'x')])))).rejects.toThrow(fault('is longer than'));
    expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(64 * 1024 * 1024);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

test('a layout that breaks the rules is not compiled', async () => {
  const { header, layouts: { documents } } = await load(text);
  const document = structuredClone(documents.get('registers/SAMPLE') ?? expect.unreachable());
  const [first] = document.structures['sample']?.fields ?? [];
  Object.assign(first ?? expect.unreachable(), { sizeBits: 30 });
  const { DumpLayouts } = await import('./layouts.js');
  const layouts = new DumpLayouts();
  layouts.add('registers/SAMPLE', document);
  await expect(layouts.codecAt('registers/SAMPLE')).rejects.toMatchObject({ code: 'ERR_LAYOUT', message: expect.stringMatching(/overlap/) as string });
  expect(header.tool).toBe('1.2.3');
});
