import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSchema } from '@auxctl/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCHEMAS } from '../../cli/src/schemas/index.js';
import type { DriftDocument } from '../../cli/src/schemas/state.js';
import { Session } from './support/session.js';

const DEVICE = 'sim-mlx5-0';
const CHANGE = ['--allow', 'configure', '--yes'];

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'auxctl-drift-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const state = (name: string): string[] => ['--state', join(folder, name)];
const host = (sim = 'mlx5'): { own: Session; foreign: Session } => {
  const own = new Session(['--sim', sim, ...state('own')]);
  // Another program: what it does is in a journal that nobody asks.
  return { own, foreign: new Session(['--sim', sim, ...state('foreign')], own.simulators) };
};
const drift = async (session: Session, ...words: string[]): Promise<{ status: number; document: DriftDocument }> => {
  const { status, data, said } = await session.run(['drift', ...words, '--json']);
  expect(data, said).not.toBe('');
  return { status, document: SCHEMAS['auxctl.drift/1']?.parse(JSON.parse(data)) as DriftDocument };
};
const told = ({ devices }: DriftDocument) => devices.flatMap(({ differences }) => differences.map(({ name, set, before, after, verdict }) => [name, set, before, after, verdict]));

describe('drift', () => {
  it('tells what this tool did from what another program did, and from both', async () => {
    const { own, foreign } = host();
    expect((await own.run(['baseline', 'save', DEVICE])).status).toBe(0);
    expect(await drift(own, DEVICE)).toMatchObject({ status: 0, document: { counts: { differences: 0 }, journal: { state: 'absent' } } });

    expect((await own.run(['nvconfig', 'set', DEVICE, 'NUM_OF_VFS=16', ...CHANGE, '--reason', 'more guests'])).status).toBe(0);
    expect(told((await drift(own, DEVICE)).document)).toEqual([['NUM_OF_VFS', 'next', '8', '16', 'explained']]);

    expect((await foreign.run(['nvconfig', 'set', DEVICE, 'SRIOV_EN=1', ...CHANGE])).status).toBe(0);
    const { status, document } = await drift(own, DEVICE);
    expect([status, document.counts]).toEqual([7, { differences: 2, explained: 1, unexplained: 1 }]);
    expect(told(document)).toEqual([['SRIOV_EN', 'next', 'False (0)', 'True (1)', 'unexplained'], ['NUM_OF_VFS', 'next', '8', '16', 'explained']]);

    expect((await foreign.run(['nvconfig', 'set', DEVICE, 'NUM_OF_VFS=32', ...CHANGE])).status).toBe(0);
    expect(told((await drift(own, DEVICE)).document)).toContainEqual(['NUM_OF_VFS', 'next', '8', '32', 'changed-again']);
    const { data } = await own.run(['drift', DEVICE]);
    expect(data).toMatch(/NUM_OF_VFS, next boot: 8 -> 32 .*\n +not explained: something has changed it after #2, .*: MNVDA .*"more guests"\n/);
    expect(data).toMatch(/2 differences from baseline default of .*: 0 explained by the journal, 2 not\nthe journal in .* is intact/);
  });

  it('names registers by what they are, and finds writes of them in the journal', async () => {
    const { own, foreign } = host();
    await own.run(['baseline', 'save', DEVICE]);
    for (const [session, word] of [[own, 'pptx=0'], [foreign, 'pprx=0']] as const) expect((await session.run(['reg', 'write', DEVICE, 'PFCC', 'local_port=1', word, ...CHANGE])).status).toBe(0);
    const { document } = await drift(own, DEVICE);
    const found = document.devices[0]?.differences ?? [];
    expect(found.map(({ group, subject }) => `${group} ${subject}`)).toEqual(found.map(() => 'register PFCC local_port=1'));
    // What is in force follows from what was set, by either.
    expect(Object.fromEntries(found.map(({ name, verdict }) => [name, verdict]))).toEqual({ pptx: 'explained', aptx: 'possible', pprx: 'unexplained', aprx: 'possible' });
    expect(found.find(({ name }) => name === 'pprx')?.causes).toContainEqual({ command: 'reg write PFCC', by: 'auxctl', effect: 'configure' });
  });

  it('compares one device with another, without what tells them apart', async () => {
    const { own } = host('mlx5:2');
    expect((await drift(own, 'sim-mlx5-1', '--against', DEVICE)).document).toMatchObject({ against: { kind: 'device' }, counts: { differences: 0 }, devices: [{ areTwoDevices: true, leftOut: expect.any(Number) as number }] });
    await own.run(['nvconfig', 'set', 'sim-mlx5-1', 'NUM_OF_VFS=16', ...CHANGE]);
    expect(told((await drift(own, 'sim-mlx5-1', '--against', DEVICE)).document)).toEqual([['NUM_OF_VFS', 'next', '8', '16', 'explained']]);
  });

  it('compares two reports, and a device with a dump', async () => {
    const { own } = host();
    const [before, after, dump] = ['before.json.gz', 'after.json', 'before.dump.gz'].map((name) => join(folder, name)) as [string, string, string];
    await own.run(['report', DEVICE, '-o', before]);
    await own.run(['dump', DEVICE, '-o', dump]);
    await own.run(['nvconfig', 'set', DEVICE, 'NUM_OF_VFS=16', ...CHANGE]);
    await own.run(['report', DEVICE, '-o', after]);
    const unasked = new Session([]);
    expect(told((await drift(unasked, '--against', before, '--with', after, '--state', join(folder, 'none'))).document)).toEqual([['NUM_OF_VFS', 'next', '8', '16', 'unexplained']]);
    expect(told((await drift(own, DEVICE, '--against', dump)).document)).toEqual([['NUM_OF_VFS', 'next', '8', '16', 'explained']]);
  });

  it('says that a device is gone, or new', async () => {
    const { own } = host('mlx5:2');
    await own.run(['baseline', 'save', 'sim-mlx5-0', 'sim-mlx5-1']);
    const one = new Session(['--sim', 'mlx5', ...state('own'), '--root', folder]);
    const { status, document } = await drift(one);
    expect([status, document.devices.map(({ status: how }) => how)]).toEqual([7, ['compared', 'gone']]);
  });
});

describe('baselines', () => {
  it('are not overwritten unasked, listed with what cannot be read, and removed', async () => {
    const { own } = host();
    await own.run(['baseline', 'save', DEVICE]);
    expect(await own.run(['baseline', 'save', DEVICE, '--json'])).toMatchObject({ status: 2, said: expect.stringContaining('--replace') as string });
    expect((await own.run(['baseline', 'save', DEVICE, '--replace', '--json'])).status).toBe(0);
    writeFileSync(join(folder, 'own/baselines/broken.json.gz'), 'x');
    const { data } = await own.run(['baseline', 'list', '--json']);
    expect(JSON.parse(data)).toMatchObject({ baselines: [{ name: 'broken', problem: expect.stringContaining('no JSON') as string }, { name: 'default', devices: [DEVICE], problem: null }] });
    expect((await own.run(['baseline', 'remove', 'default'])).status).toBe(0);
    expect(await own.run(['baseline', 'show', '--json'])).toMatchObject({ status: 2, said: expect.stringContaining('ERR_UNKNOWN_NAME') as string });
    for (const name of ['../x', '', '.hidden', 'a/b']) expect((await own.run(['baseline', 'save', DEVICE, '--name', name])).status).toBe(2);
  });
});

describe('a report', () => {
  it('is there without any device, and says so', async () => {
    const { status, data } = await new Session(['--root', folder]).run(['report', '--json']);
    expect([status, reportSchema.parse(JSON.parse(data)).problems]).toMatchObject([0, [{ code: 'ERR_NO_DEVICE' }]]);
  });

  it('is text, JSON or a page that needs nothing else, with the same in it', async () => {
    const { own } = host();
    await own.run(['nvconfig', 'set', DEVICE, 'NUM_OF_VFS=16', ...CHANGE]);
    for (const name of ['r.txt', 'r.json', 'r.html']) expect((await own.run(['report', DEVICE, '-o', join(folder, name)])).status).toBe(0);
    const [text, json, page] = ['r.txt', 'r.json', 'r.html'].map((name) => readFileSync(join(folder, name), 'utf8')) as [string, string, string];
    expect(text).toMatch(/stored +NUM_OF_VFS +8 +8 +16/);
    expect(reportSchema.parse(JSON.parse(json)).devices[0]?.changed).toEqual([{ kind: 'stored', name: 'NUM_OF_VFS', title: expect.any(String) as string, default: '8', current: '8', next: '16' }]);
    expect(page).toMatch(/<td>NUM_OF_VFS<\/td><td>8<\/td><td>8<\/td><td>16<\/td>/);
    expect(page).not.toMatch(/(?:src|href)=|https?:|@import|url\(/);
    expect((page.match(/<details/g) ?? []).length).toBeGreaterThan(250);
  });

  it('without what tells devices apart holds none of it, and can be compared where the key is the same', async () => {
    const { own } = host('mlx5:2');
    const [a, b] = ['a.json', 'b.json'].map((name) => join(folder, name)) as [string, string];
    for (const file of [a, b]) expect((await own.run(['report', DEVICE, '--redact', '-o', file])).status).toBe(0);
    const [one, two] = [a, b].map((file) => reportSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
    expect(one?.redaction).toEqual(two?.redaction);
    expect(readFileSync(a, 'utf8')).not.toContain('SIM26X00000');
    expect((await drift(new Session(state('none')), '--against', a, '--with', b)).document.counts.differences).toBe(0);
  });
});
