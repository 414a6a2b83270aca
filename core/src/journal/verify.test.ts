import { mkdirSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { State } from './journal.fixture.js';
import { verifyJournal } from './verify.js';

const FILE = '000001.jsonl';
const RUNS = { numRuns: 150 };

describe('a journal that was changed afterwards', () => {
  const state = new State();
  let whole: Buffer;
  let lines: string[];
  beforeAll(async () => {
    await state.fill(12);
    whole = state.read(FILE);
    lines = state.lines();
  });
  afterAll(() => { state[Symbol.dispose](); });

  const check = async (bytes: string | Uint8Array) => {
    state.write(FILE, bytes);
    return verifyJournal(state.path);
  };
  const text = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

  it('is whole before', async () => {
    expect(lines).toHaveLength(25);
    expect(await check(whole)).toEqual({ state: 'intact', files: 1, records: 25, first: 1, last: 25, seal: 'plain', unsealed: 0, tornBytes: 0, recoveries: 0, unfinished: { count: 0, sequences: [] }, problems: [] });
  });

  it('shows any edit of any byte, in its line', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const edited = Buffer.from(whole);
      edited[at] = (edited[at] ?? 0) ^ change;
      const { state: found, problems } = await check(edited);
      const line = whole.subarray(0, at).toString().split('\n').length;
      expect(found).toBe('broken');
      expect(problems[0]).toMatchObject({ line, sequence: line });
    }), RUNS);
  });

  it('shows the removal of any records', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(lines.length - 1), fc.integer({ min: 1, max: 25 }), async (at, count) => {
      const { state: found, problems: [first] } = await check(text(lines.toSpliced(at, count)));
      expect(found).toBe('broken');
      expect(first?.sequence).toBe(at + 1);
      expect(first?.kind).toBe(at + count < lines.length ? 'removed' : 'truncated');
    }), RUNS);
  });

  it('shows any two records that changed places, and one that is there twice', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(lines.length - 1), fc.nat(lines.length - 1), async (a, b) => {
      fc.pre(a !== b);
      const moved = [...lines];
      [moved[a], moved[b]] = [lines[b] ?? '', lines[a] ?? ''];
      expect((await check(text(moved))).state).toBe('broken');
      expect((await check(text(lines.toSpliced(a, 0, lines[b] ?? '')))).state).toBe(a === lines.length ? 'intact' : 'broken');
    }), RUNS);
  });

  it('shows a cut at any byte, and says after which record', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
      const { state: found, problems } = await check(whole.subarray(0, length));
      expect(found).toBe('broken');
      const records = whole.subarray(0, length).toString().split('\n').length - 1;
      const isWhole = whole.subarray(0, length + 1).toString().split('\n').length - 1 > records;
      expect(problems.at(-1)).toMatchObject({ kind: 'truncated', sequence: records + 1 + Number(isWhole) });
    }), RUNS);
  });

  it('shows records that were made anew from some record on', async () => {
    using other = new State();
    await other.fill(12, { reason: 'another' });
    for (let at = 1; at < lines.length; at++) {
      const { state: found, problems } = await check(text([...lines.slice(0, at), ...other.lines().slice(at)]));
      expect(found).toBe('broken');
      expect(problems[0]).toMatchObject({ kind: 'edited', line: at === 1 ? lines.length : at + 1 });
    }
  });

  it('shows bytes put between records', async () => {
    for (const extra of ['', 'x', '{}', lines[3] ?? '']) expect((await check(text(lines.toSpliced(7, 0, extra)))).state).toBe('broken');
  });

  it('shows a seal that is gone, changed, or of another time', async () => {
    state.write(FILE, whole);
    const seal = state.read('seal.json').toString();
    for (const changed of ['', '{}', seal.replace(/"sequence":25/, '"sequence":24'), seal.replace(/"hash":"./, '"hash":"g'), seal.replace(/"bytes":\d/, '"bytes":9')]) {
      state.write('seal.json', changed);
      expect(await verifyJournal(state.path), changed).toMatchObject({ state: 'broken' });
    }
    rmSync(state.at('seal.json'));
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'broken', seal: 'missing', problems: [{ kind: 'seal' }] });
    state.write('seal.json', seal);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact' });
  });
});

describe('a journal', () => {
  it('that does not exist is absent', async () => {
    using state = new State();
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'absent', records: 0, problems: [] });
    mkdirSync(state.at(''));
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'absent' });
  });

  it('shows commands whose outcome is not known', async () => {
    using state = new State();
    await state.fill(2);
    await state.begin(2);
    await state.fill(1);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', unfinished: { count: 2, sequences: [6, 7] } });
  });

  it('with a key shows a seal that somebody without the key made', async () => {
    using state = new State();
    const key = Buffer.alloc(32, 1);
    await state.fill(2, { key });
    expect(await verifyJournal(state.path, { key })).toMatchObject({ state: 'intact', seal: 'proven' });
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', seal: 'unproven' });
    expect(await verifyJournal(state.path, { key: Buffer.alloc(32, 2) })).toMatchObject({ state: 'broken', problems: [{ kind: 'seal' }] });
    const seal = JSON.parse(state.read('seal.json').toString()) as { mac?: string };
    delete seal.mac;
    state.write('seal.json', JSON.stringify(seal));
    expect(await verifyJournal(state.path, { key })).toMatchObject({ state: 'broken', problems: [{ kind: 'seal', message: 'the seal was made without a key' }] });
  });

  it('can be given up on', async () => {
    using state = new State();
    await state.fill(1);
    await expect(verifyJournal(state.path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });
});
