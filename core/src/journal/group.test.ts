import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verifyJournal } from './verify.js';
import { State } from './journal.fixture.js';

const FOR_A_GROUP = 0o2770;
const FILE = '000001.jsonl';
const PERMISSIONS = 0o7777;

function sharedState(): State {
  const state = new State();
  mkdirSync(state.at(''));
  chmodSync(state.at(''), FOR_A_GROUP);
  return state;
}

/** Runs with a mask for new files, as a service or a login has one. */
async function masked<T>(mask: number, action: () => Promise<T>): Promise<T> {
  const before = process.umask(mask);
  try {
    return await action();
  } finally {
    process.umask(before);
  }
}

const modes = (state: State, ...names: readonly string[]): number[] => names.map((name) => statSync(state.at(name)).mode & PERMISSIONS);

describe('a folder that is made for a group', () => {
  it.each([['022', 0o022], ['077', 0o077], ['0', 0]] as const)('has files for the group, with the mask %s', async (_text, mask) => {
    using state = sharedState();
    await masked(mask, async () => { await state.fill(30, { fileBytes: 2000 }); });
    expect(state.files.length).toBeGreaterThan(3);
    expect(modes(state, '', 'seal.json', 'lock', ...state.files)).toEqual([FOR_A_GROUP, ...Array<number>(2 + state.files.length).fill(0o660)]);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact' });
  });

  it.each([['2750', 0o2750], ['770', 0o770], ['2700', 0o2700]] as const)('is not one of mode %s', async (_text, mode) => {
    using state = sharedState();
    chmodSync(state.at(''), mode);
    await masked(0, async () => { await state.fill(1); });
    expect(modes(state, '', 'seal.json', 'lock', FILE)).toEqual([mode, 0o600, 0o600, 0o600]);
  });

  it('takes up a journal that was for its owner', async () => {
    using state = new State();
    await state.fill(1);
    chmodSync(state.at(''), FOR_A_GROUP);
    await state.fill(1);
    expect(modes(state, 'seal.json', 'lock', FILE)).toEqual([0o660, 0o660, 0o660]);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact' });
  });
});

describe('a name that leads elsewhere', () => {
  const VICTIM = 'somebody else\'s';

  it.each([FILE, 'lock', 'seal.json'])('is not followed: %s', async (name) => {
    using state = sharedState();
    await state.fill(1);
    const victim = `${state.path}/victim`;
    renameSync(state.at(name), victim);
    const before = readFileSync(victim);
    symlinkSync(victim, state.at(name));
    await expect(state.fill(1)).rejects.toMatchObject({ code: 'ERR_JOURNAL', cause: { code: 'ELOOP' } });
    expect(readFileSync(victim)).toEqual(before);
  });

  it.each([['a symbolic link', symlinkSync], ['another name of a file', linkSync]] as const)('is replaced where the next seal is prepared: %s', async (_what, plant) => {
    using state = sharedState();
    await state.fill(1);
    const victim = `${state.path}/victim`;
    writeFileSync(victim, VICTIM);
    plant(victim, state.at('seal.json.new'));
    await state.fill(1);
    expect(readFileSync(victim, 'utf8')).toBe(VICTIM);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact' });
  });

  it('is not written by a second name of the same file', async () => {
    using state = sharedState();
    await state.fill(1);
    linkSync(state.at(FILE), `${state.path}/victim`);
    const before = state.read(FILE);
    await expect(state.fill(1)).rejects.toMatchObject({ code: 'ERR_JOURNAL', message: expect.stringContaining(FILE) as string });
    expect(state.read(FILE)).toEqual(before);
  });

  it.each([FILE, 'lock'])('is not waited for where it is a pipe: %s', async (name) => {
    using state = sharedState();
    await state.fill(1);
    rmSync(state.at(name));
    execFileSync('mkfifo', [state.at(name)]);
    await expect(state.fill(1)).rejects.toMatchObject({ code: 'ERR_JOURNAL' });
  });
});
