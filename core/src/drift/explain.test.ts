import type { JournalIntent, JournalObserved, JournalOutcome } from '@auxctl/schemas';
import { describe, expect, it } from 'vitest';
import { intentBody, type IntentBody } from '../journal/bodies.js';
import { intent, observed } from '../journal/journal.fixture.js';
import { explainDifferences, type DriftHistory, type SentCommand } from './explain.js';
import type { DriftDifference } from './types.js';

const AROUND = { host: 'h', user: { uid: 0 }, process: { pid: 5, executable: '/bin/x', commandLine: ['x'] } };
const CHAIN = { previous: '0'.repeat(64), hash: '0'.repeat(64) };

let sequence = 0;
const sent = (more: Parameters<typeof intent>[0], result: JournalOutcome['result'] | null = 'answered', time = '2026-01-01T00:00:00.000Z'): SentCommand => {
  sequence += 1;
  const body: IntentBody = intentBody(intent(more), { format: 'auxctl.journal/2', time, monotonicMs: 1 }, AROUND, undefined);
  const outcome: JournalOutcome | undefined = result === null ? undefined : { ...CHAIN, type: 'outcome', sequence: sequence + 1000, intent: sequence, format: 'auxctl.journal/2', time, monotonicMs: 2, durationMs: 1, result };
  return { intent: { ...CHAIN, ...body, sequence } satisfies JournalIntent, outcome };
};
const seen = (more: Parameters<typeof observed>[0] = {}): JournalObserved => ({ ...CHAIN, ...observed(more), sequence: 1 });

const difference = (more: Partial<DriftDifference> = {}): DriftDifference => ({
  group: 'register', subject: 'LAMP port=2', name: 'state', before: 'off (0)', after: 'on (1)', place: { type: 'register', register: 'LAMP', key: { port: 2n }, path: 'state', isReadOnly: false }, causes: [], ...more,
});
const stored = (more: Partial<DriftDifference> = {}): DriftDifference => difference({ group: 'stored', subject: 'item', name: 'VFS', set: 'next', place: { type: 'item', item: 'item', path: 'vfs' }, ...more });
const LAMP = { fields: { port: '2', state: 'on (1)' }, changes: [{ field: 'state', before: 'off (0)', after: 'on (1)' }] };
const verdict = (one: DriftDifference, history: Partial<DriftHistory>) => explainDifferences([one], { commands: [], observed: [], ...history })[0]?.verdict;

describe('a difference of a register', () => {
  it('is explained by the last command that left it as it is', () => {
    expect(verdict(difference(), { commands: [sent(LAMP)] })).toBe('explained');
    expect(verdict(difference(), { commands: [sent({ ...LAMP, changes: [{ field: 'state', before: 'off (0)', after: 'blue (2)' }] }), sent(LAMP)] })).toBe('explained');
  });

  it('is not, by a command that was refused, was not delivered, wrote elsewhere or another field', () => {
    for (const commands of [
      [sent(LAMP, 'refused')], [sent(LAMP, 'not-delivered')], [sent({ ...LAMP, register: 'FAN' })], [sent({ ...LAMP, fields: { port: '1' } })], [sent({ ...LAMP, fields: {} })],
      [sent({ ...LAMP, changes: [{ field: 'colour', before: '1', after: 'on (1)' }] })],
    ]) expect(verdict(difference(), { commands })).toBe('unexplained');
  });

  it('finds the place by index fields however they are shown, and without those that are zero', () => {
    const at = (port: bigint): DriftDifference => difference({ place: { type: 'register', register: 'LAMP', key: { port }, path: 'state', isReadOnly: false } });
    for (const [port, text] of [[2n, '0x2'], [2n, 'SECOND (2)'], [2n, '2']] as const) expect(verdict(at(port), { commands: [sent({ ...LAMP, fields: { port: text } })] })).toBe('explained');
    expect(verdict(at(0n), { commands: [sent({ ...LAMP, fields: {} })] })).toBe('explained');
    expect(verdict(at(2n), { commands: [sent({ ...LAMP, fields: { port: 'two' } })] })).toBe('unexplained');
  });

  it('was changed again where the last command left another value', () => {
    const commands = [sent(LAMP), sent({ ...LAMP, changes: [{ field: 'state', before: 'on (1)', after: 'blue (2)' }] })];
    expect(explainDifferences([difference()], { commands, observed: [] })[0]).toMatchObject({ verdict: 'changed-again', commands });
  });

  it('may be by a command without an answer', () => {
    expect(verdict(difference(), { commands: [sent(LAMP, null)] })).toBe('possible');
    expect(verdict(difference(), { commands: [sent(LAMP, 'timed-out')] })).toBe('possible');
  });

  it('may be by a command that says nothing of what it changes, or a raw one', () => {
    const { register: _register, changes: _changes, ...raw } = sent({}).intent;
    expect(verdict(difference(), { commands: [{ ...sent({}), intent: raw }] })).toBe('possible');
    const { changes: _none, ...write } = sent(LAMP).intent;
    expect(verdict(difference(), { commands: [{ ...sent({}), intent: write }] })).toBe('possible');
  });

  it('that nobody writes may follow from a write of its register', () => {
    const place = { type: 'register', register: 'LAMP', key: { port: 2n }, path: 'is_lit', isReadOnly: false } as const;
    expect(verdict(difference({ place: { ...place, isReadOnly: true } }), { commands: [sent(LAMP)] })).toBe('possible');
    expect(verdict(difference({ place }), { commands: [sent(LAMP)] })).toBe('unexplained');
  });

  it('was done by another program where one was seen writing there, unless a later command of this tool left it so', () => {
    expect(explainDifferences([difference()], { commands: [], observed: [seen()] })[0]).toMatchObject({ verdict: 'observed', observed: [{ process: { name: 'foreign' } }] });
    for (const more of [{ register: 'FAN', command: 'FAN' }, { result: 'not-passed' }, { effect: 'inspect' }] as const) expect(verdict(difference(), { observed: [seen(more)] })).toBe('unexplained');
    expect(verdict(difference(), { commands: [sent(LAMP, 'answered', '2026-01-01T00:00:01.000Z')], observed: [seen()] })).toBe('explained');
    expect(verdict(difference(), { commands: [sent(LAMP, 'answered', '2025-12-31T00:00:00.000Z')], observed: [seen()] })).toBe('observed');
  });

  it('may be by a command of another program that nobody could name', () => {
    const { register: _register, ...unnamed } = seen({ command: '0x1234', effect: 'invasive' });
    expect(verdict(difference(), { observed: [unnamed] })).toBe('possible');
  });
});

describe('a difference of stored configuration', () => {
  const ITEM = { register: 'CARRIER', item: 'item', changes: [{ field: 'vfs', before: '8', after: '16' }] };

  it('is explained by the record of its item, not by one of the register that carries all items', () => {
    expect(verdict(stored({ after: '16' }), { commands: [sent(ITEM)] })).toBe('explained');
    expect(verdict(stored({ after: '32' }), { commands: [sent(ITEM)] })).toBe('changed-again');
    expect(verdict(stored({ after: '16' }), { commands: [sent({ ...ITEM, item: 'other' })] })).toBe('unexplained');
  });

  it('was done by who was seen writing the register that carries items', () => {
    expect(verdict(stored(), { observed: [seen({ register: 'CARRIER' })], itemRegister: 'CARRIER' })).toBe('observed');
    expect(verdict(stored(), { observed: [seen({ register: 'CARRIER' })] })).toBe('unexplained');
  });

  it('in force after a reset is explained by what had been stored before', () => {
    expect(verdict(stored({ set: 'current', isActivation: true }), {})).toBe('activated');
  });

  it('may be by a reset of the item to values that the device does not show', () => {
    expect(verdict(stored(), { commands: [sent({ ...ITEM, changes: [] })] })).toBe('possible');
  });
});

describe('a difference of a driver\'s parameter', () => {
  const place = { type: 'kernel', parameter: 'max_macs', mode: 'driverinit', shows: [] } as const;
  const SET = { transport: 'kernel', command: 'DEVLINK_CMD_PARAM_SET', fields: { name: 'max_macs', mode: 'driverinit', value: '64' }, changes: [{ field: 'max_macs', before: '32', after: '64' }] } as const;

  it('is explained by the record of the parameter in its mode', () => {
    const one = difference({ group: 'driver', after: '64', place });
    const { register: _register, ...command } = sent(SET).intent;
    expect(verdict(one, { commands: [{ ...sent(SET), intent: command }] })).toBe('explained');
    expect(verdict(difference({ group: 'driver', after: '64', place: { ...place, mode: 'runtime' } }), { commands: [sent(SET)] })).toBe('unexplained');
  });

  it('that shows stored configuration has the same history', () => {
    const ITEM = { register: 'CARRIER', item: 'item', changes: [{ field: 'vfs', before: '8', after: '16' }] };
    const shown = difference({ group: 'driver', after: '16', place: { ...place, shows: [{ item: 'item', path: 'vfs' }] } });
    const verdicts = (history: Partial<DriftHistory>) => explainDifferences([stored({ after: '16' }), shown], { commands: [], observed: [], ...history }).map(({ verdict: each }) => each);
    expect(verdicts({ commands: [sent(ITEM)] })).toEqual(['explained', 'explained']);
    expect(verdicts({})).toEqual(['unexplained', 'unexplained']);
    expect(explainDifferences([shown], { commands: [sent(ITEM)], observed: [] })[0]?.verdict).toBe('unexplained');
  });
});
