import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleDocument } from '../layout/sample.fixture.js';
import { LayoutStore } from './store.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auxctl-store-'));
  for (const kind of ['registers', 'structures']) mkdirSync(join(folder, kind));
  const sample = sampleDocument('big');
  const common = { ...sample, kind: 'structures' as const, name: 'common', id: undefined, structure: undefined, effects: undefined };
  write('structures/common.json', common);
  write('registers/SAMPLE.json', sample);
  write('registers/OVERLAP.json', { ...sample, name: 'OVERLAP', structures: { sample: { sizeBits: 8, fields: [{ name: 'a', type: 'uint', offsetBits: 0, sizeBits: 9 }] } } });
  write('registers/IMPORTER.json', { ...sample, name: 'IMPORTER', structure: 'pair', structures: {}, enums: undefined, flags: undefined, imports: ['structures/common'] });
  write('registers/ORPHAN.json', { ...sample, name: 'ORPHAN', imports: ['structures/missing'] });
  write('registers/CYCLE_A.json', { ...sample, name: 'CYCLE_A', imports: ['structures/cycle_b'] });
  write('structures/cycle_b.json', { ...common, name: 'cycle_b', imports: ['registers/CYCLE_A'] });
  write('registers/RENAMED.json', sample);
  symlinkSync('/dev/zero', join(folder, 'registers/ENDLESS.json'));
  writeFileSync(join(folder, 'registers/BROKEN.json'), '{"format":');
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, json: unknown): void {
  writeFileSync(join(folder, file), JSON.stringify(json));
}

test('names are the files, sorted; a folder that is not there is empty', () => {
  const store = new LayoutStore(folder);
  expect(store.names('register')).toEqual(['BROKEN', 'CYCLE_A', 'ENDLESS', 'IMPORTER', 'ORPHAN', 'OVERLAP', 'RENAMED', 'SAMPLE']);
  expect(store.names('command')).toEqual([]);
  expect(new LayoutStore('/nonexistent').names('register')).toEqual([]);
});

test('an index is taken instead of the documents, and must be one', async () => {
  const index = { format: 'auxctl.layout-index/1', register: [{ name: 'SAMPLE', title: 'Sample', id: 1, sizeBytes: 16, effects: { read: 'inspect' } }], command: [], capability: [] };
  try {
    write('index.json', index);
    for (const isTrusted of [false, true]) expect(await new LayoutStore(folder, { isTrusted }).entries('register')).toEqual(index.register);
    expect(await new LayoutStore(folder).entries('command')).toEqual([]);
    write('index.json', { ...index, register: [{ name: 'SAMPLE' }] });
    await expect(new LayoutStore(folder).entries('register')).rejects.toMatchObject({ code: 'ERR_LAYOUT', hint: 'auxctl plugin index makes it anew.' });
  } finally {
    rmSync(join(folder, 'index.json'));
  }
});

test('a name is found whatever its case, and compiled once', async () => {
  const store = new LayoutStore(folder);
  expect(await store.codec('register', 'sample')).toBe(await store.codec('register', 'SAMPLE'));
});

test('a command that the driver never passes is explained by its name too', async () => {
  try {
    write('opcodes.json', {
      format: 'auxctl.opcodes/1', source: [{ document: 'd', revision: '1', section: 's' }], opcodes: [{ opcode: 1, name: 'ONE', scope: 'configuration', effect: 'inspect' }],
      refused: [{ reason: 'its data go to memory', commands: [{ opcode: 2, name: 'TWO' }] }],
    });
    for (const isTrusted of [false, true]) {
      const store = new LayoutStore(folder, { isTrusted });
      await expect(store.document('command', 'two')).rejects.toMatchObject({ code: 'ERR_NOT_PASSED', exitStatus: 4, command: 'TWO' });
      await expect(store.document('command', 'THREE')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME' });
      await expect(store.document('register', 'TWO')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME' });
    }
  } finally {
    rmSync(join(folder, 'opcodes.json'));
  }
});

test('what a document imports can be used', async () => {
  expect((await new LayoutStore(folder).codec('register', 'IMPORTER')).sizeBytes).toBe(2);
});

test.each([
  ['SAMPEL', 'ERR_UNKNOWN_NAME', 2, 'no register is called \'SAMPEL\''],
  ['../../etc/passwd', 'ERR_UNKNOWN_NAME', 2, 'no register is called \'../../etc/passwd\''],
  ['OVERLAP', 'ERR_LAYOUT', 1, 'registers/OVERLAP.json: sample: a: ends at bit 9, the structure at 8'],
  ['BROKEN', 'ERR_LAYOUT', 1, 'cannot be read as JSON'],
  ['CYCLE_A', 'ERR_LAYOUT', 1, 'imports itself'],
  ['RENAMED', 'ERR_LAYOUT', 1, 'registers/RENAMED.json holds registers/SAMPLE'],
  ['ENDLESS', 'ERR_LAYOUT', 1, 'is not a file'],
  ['ORPHAN', 'ERR_LAYOUT', 1, 'structures/missing.json cannot be read as JSON'],
])('%s: %s', async (name, code, exitStatus, message) => {
  await expect(new LayoutStore(folder).codec('register', name)).rejects.toMatchObject({ code, exitStatus, message: expect.stringContaining(message) as string });
});

test('an unknown name comes with the nearest ones', async () => {
  await expect(new LayoutStore(folder).codec('register', 'SAMPEL')).rejects.toMatchObject({ hint: expect.stringContaining('SAMPLE') as string });
});
