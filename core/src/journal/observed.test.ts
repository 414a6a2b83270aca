import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { journalRecordSchema } from '@auxctl/schemas';
import { describe, expect, it } from 'vitest';
import { intent, journalCommands, observed, State, watchRecord } from './journal.fixture.js';
import { journalEntries, readJournal, type JournalFilter } from './read.js';
import { verifyJournal } from './verify.js';

const KEY = new TextEncoder().encode('k'.repeat(16));

describe('what others did', () => {
  it('is in the same chain, and read beside what this tool did, in the order of the records', async () => {
    using state = new State();
    await state.observe(watchRecord());
    await state.fill(1);
    await state.observe(observed(), observed({ effect: 'invasive', command: undefined, register: undefined, plugin: undefined }));
    await state.begin(1);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', records: 7, unfinished: { count: 1 } });
    const { entries, before, unreadable } = await journalEntries(state.path, {}, 10);
    expect(entries.map((entry) => (entry.type === 'command' ? [entry.intent.sequence, entry.outcome?.result] : [entry.observed.sequence, entry.observed.command]))).toEqual([[3, 'answered'], [5, 'LAMP'], [6, undefined], [7, undefined]]);
    expect([before, unreadable]).toEqual([0, 0]);
    expect((await journalCommands(state.path, {}, 10)).commands.map(({ intent: { sequence } }) => sequence)).toEqual([3, 7]);
    expect(await journalEntries(state.path, {}, 2)).toMatchObject({ before: 2, entries: [{ observed: { sequence: 6 } }, { intent: { sequence: 7 } }] });
  });

  it('is found by device, time, user and effect, with when anybody watched', async () => {
    using state = new State();
    await state.observe(
      watchRecord(), observed(), observed({ time: '2026-01-02T00:00:00.000Z', user: undefined }), observed({ device: { address: 'other-0', source: 'kernel' }, effect: 'invasive' }),
      observed({ device: { source: 'unknown', candidates: ['small-0', 'other-0'] } }), observed({ device: { source: 'unknown' } }), watchRecord({ event: 'lost', why: 'overrun', lost: 3 }), watchRecord({ event: 'ended' }),
    );
    const sequences = async (filter: JournalFilter) => (await journalEntries(state.path, filter, 10)).entries.map((entry) => (entry.type === 'observed' ? entry.observed.sequence : undefined));
    expect(await sequences({})).toEqual([3, 4, 5, 6, 7]);
    expect(await sequences({ device: 'small-0' })).toEqual([3, 4, 6]);
    expect(await sequences({ device: 'other-0' })).toEqual([5, 6]);
    expect(await sequences({ since: new Date('2026-01-01T12:00:00Z') })).toEqual([4]);
    expect(await sequences({ until: new Date('2026-01-01T12:00:00Z'), device: 'other-0' })).toEqual([5, 6]);
    expect(await sequences({ user: '7' })).toEqual([3, 5, 6, 7]);
    expect(await sequences({ user: '1001', effect: 'invasive' })).toEqual([5]);
    expect(await sequences({ user: 'undefined' })).toEqual([]);
    const { watches, before } = await journalEntries(state.path, { device: 'small-0' }, 2);
    expect([before, watches.map(({ event, lost }) => [event, lost])]).toEqual([1, [['lost', 3], ['ended', undefined]]]);
  });
});

describe('a journal of the first format', () => {
  const old = (name: string): State => {
    const state = new State();
    mkdirSync(state.at(''));
    cpSync(fileURLToPath(new URL(`../../../test/fixtures/formats/journal-1/${name}`, import.meta.url)), state.at(''), { recursive: true });
    return state;
  };

  it('is read and verified as it is', async () => {
    using state = old('plain');
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', records: 8, seal: 'plain', problems: [], unfinished: { count: 1 } });
    expect((await journalCommands(state.path, {}, 9)).commands.map(({ intent: { format }, outcome }) => [format, outcome?.format])).toEqual([...Array.from({ length: 3 }, () => ['auxctl.journal/1', 'auxctl.journal/1']), ['auxctl.journal/1', undefined]]);
  });

  it.each([['plain', undefined], ['keyed', KEY]] as const)('goes on in the second, %s', async (name, key) => {
    using state = old(name);
    const before = readFileSync(state.at('000001.jsonl'), 'utf8');
    await (await state.recorder({ key }).begin([intent()])).end([{ ok: true, replyLengthBytes: 4 }]);
    expect(readFileSync(state.at('000001.jsonl'), 'utf8').startsWith(before)).toBe(true);
    expect(await verifyJournal(state.path, key === undefined ? {} : { key })).toMatchObject({ state: 'intact', seal: key === undefined ? 'plain' : 'proven', problems: [] });
    expect(JSON.parse(readFileSync(state.at('seal.json'), 'utf8'))).toMatchObject({ format: 'auxctl.journal/2' });
    const formats = new Set<string>();
    await readJournal(state.path, (record) => formats.add(journalRecordSchema.parse(record).format));
    expect([...formats]).toEqual(['auxctl.journal/1', 'auxctl.journal/2']);
  });

  it('that was sealed with a key is not taken for one with another, nor for one of the second', async () => {
    using state = old('keyed');
    expect(await verifyJournal(state.path, { key: new TextEncoder().encode('x'.repeat(16)) })).toMatchObject({ state: 'broken' });
    state.write('seal.json', readFileSync(state.at('seal.json'), 'utf8').replace('journal/1', 'journal/2'));
    expect(await verifyJournal(state.path, { key: KEY })).toMatchObject({ state: 'broken', problems: [{ kind: 'seal' }] });
  });
});

describe('a journal of a newer format', () => {
  const newer = (text: string): string => text.replaceAll('auxctl.journal/2', 'auxctl.journal/3');
  const refusal = { code: 'ERR_FILE', message: expect.stringContaining('of the format auxctl.journal/3, which a newer auxctl reads') as string };

  it('is neither verified nor read nor gone on with', async () => {
    using state = new State();
    await state.fill(1);
    state.write('seal.json', newer(readFileSync(state.at('seal.json'), 'utf8')));
    await expect(verifyJournal(state.path)).rejects.toMatchObject(refusal);
    await expect(journalEntries(state.path, {}, 1)).rejects.toMatchObject(refusal);
    await expect(state.begin(1)).rejects.toMatchObject({ ...refusal, code: 'ERR_JOURNAL' });
  });

  it('is refused for a record after an older seal too', async () => {
    using state = new State();
    await state.fill(1);
    const text = readFileSync(state.at('000001.jsonl'), 'utf8');
    state.write('000001.jsonl', `${text}${newer(text.split('\n')[1] ?? '')}\n`);
    await expect(journalEntries(state.path, {}, 1)).rejects.toMatchObject(refusal);
  });
});
