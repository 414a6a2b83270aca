import { createHash } from 'node:crypto';
import { chmodSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { journalRecordSchema, MOST_JOURNAL_LINE_BYTES } from '@auxctl/schemas';
import { describe, expect, it } from 'vitest';
import { FirmwareError, SystemCallError } from '../errors/classes.js';
import { failure, intent, journalCommands, State } from './journal.fixture.js';
import { readJournalKey } from './open.js';
import { isMeant, readJournal } from './read.js';
import { verifyJournal } from './verify.js';

const FILE = '000001.jsonl';

describe('what is recorded', () => {
  it('is who did what to which device, before it is sent, and what became of it', async () => {
    using state = new State();
    const record = await state.recorder({ reason: 'ticket 5' }).begin([intent()]);
    expect(state.lines()).toHaveLength(2);
    await record.end([{ ok: true, replyLengthBytes: 16 }]);
    const [file, sent, outcome] = state.lines().map((line) => journalRecordSchema.parse(JSON.parse(line)));
    expect(file).toMatchObject({ type: 'file', sequence: 1, previous: '0'.repeat(64), file: 1, oldest: { file: 1, sequence: 1 } });
    expect(sent).toMatchObject({
      type: 'intent', sequence: 2, previous: file?.hash, bootId: 'b', host: 'h', user: { uid: 0, loginUid: 1000, sudoUser: 'eve' }, process: { pid: 5, executable: '/bin/x', commandLine: ['x', 'reg', 'write'] },
      device: { address: 'small-0', pci: '1af4:0001', driver: 'small', firmware: '1.2' }, plugin: 'small', transport: 'sim', scope: 'configuration', effect: 'configure', command: 'LAMP', register: 'LAMP',
      request: { bytes: 4, sha256: createHash('sha256').update(Uint8Array.of(2, 7, 1, 50)).digest('hex') },
      fields: { state: '1' }, changes: [{ field: 'state', before: '0', after: '1' }], reason: 'ticket 5',
    });
    expect(outcome).toMatchObject({ type: 'outcome', intent: 2, result: 'answered', reply: { bytes: 16 } });
    expect(state.warnings).toEqual([]);
  });

  it.each([
    [new FirmwareError('no', { status: 5n, statusName: 'BUSY', syndrome: 0x1234n }), 8, { result: 'refused', code: 'ERR_FIRMWARE_STATUS', status: '0x5', statusName: 'BUSY', syndrome: '0x1234', reply: { bytes: 8 } }],
    [new SystemCallError('ERR_KERNEL_REFUSED', 'no', 'EPERM'), undefined, { result: 'not-delivered', errno: 'EPERM' }],
    [failure('ERR_TRANSPORT_TIMEOUT'), undefined, { result: 'timed-out', code: 'ERR_TRANSPORT_TIMEOUT' }],
    [failure('ERR_DEVICE_GONE'), undefined, { result: 'device-gone' }],
    [failure('ERR_ABORTED'), undefined, { result: 'aborted' }],
  ])('says of a failure what it was: %s', async (error, replyLengthBytes, expected) => {
    using state = new State();
    await (await state.recorder().begin([intent()])).end([{ ok: false, error, ...(replyLengthBytes === undefined ? {} : { replyLengthBytes }) }]);
    expect(JSON.parse(state.lines()[2] ?? '')).toMatchObject(expected);
  });

  it('is what a policy refused, which nobody waits for: with the request where there was one, and verified, filtered and listed like a command', async () => {
    using state = new State();
    const recorder = state.recorder({ reason: 'why not' });
    const { transport: _transport, scope: _scope, request: _request, ...early } = intent({ effect: 'invasive' });
    await recorder.refuse([
      { ...intent({ secrets: ['state'], fields: {} }), policy: { why: 'denied', file: '/etc/auxctl/policy.yaml', line: 7, rule: 'no lamps' } },
      { ...early, policy: { why: 'unusable', file: 'f'.repeat(1000) } },
    ]);
    const [, whole, bare] = state.lines().map((line) => journalRecordSchema.parse(JSON.parse(line)));
    expect(whole).toMatchObject({ type: 'refusal', sequence: 2, transport: 'sim', scope: 'configuration', effect: 'configure', register: 'LAMP', reason: 'why not', user: { loginUid: 1000 }, policy: { why: 'denied', file: '/etc/auxctl/policy.yaml', line: 7, rule: 'no lamps' } });
    expect(whole).toHaveProperty('request', { bytes: 4 });
    expect(bare).toMatchObject({ type: 'refusal', sequence: 3, effect: 'invasive', policy: { why: 'unusable', file: `${'f'.repeat(512)}...` } });
    for (const member of ['transport', 'scope', 'request']) expect(bare).not.toHaveProperty(member);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', records: 3, unfinished: { count: 0 } });
    expect((await journalCommands(state.path, { effect: 'invasive' }, 10)).commands).toEqual([{ intent: bare }]);
    expect((await journalCommands(state.path, { user: '1000' }, 1))).toMatchObject({ commands: [{ intent: { sequence: 3 } }], before: 1, unreadable: 0 });
  });

  it('has no secret: not as a field, not in the command line, not as a digest', async () => {
    using state = new State();
    const commandLine = ['call', 'dev', 'SET', 'password=hunter2', 'a.keys[2].x=hunter3', 'port=1', 'x=password=2'];
    const recorder = state.recorder({ surroundings: { host: 'h', user: { uid: 1 }, process: { pid: 1, executable: 'x', commandLine } } });
    await recorder.begin([intent({ secrets: ['password', 'keys'] })]);
    const [, record] = state.lines().map((line) => JSON.parse(line) as { process?: { commandLine: string[] }; request?: object });
    expect(record?.process?.commandLine).toEqual(['call', 'dev', 'SET', 'password=***', 'a.keys[2].x=***', 'port=1', 'x=password=2']);
    expect(record?.request).toEqual({ bytes: 4 });
  });

  it('is bounded, and says how much was left out', async () => {
    using state = new State();
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field${index}`, 'x'.repeat(100)]));
    const changes = Array.from({ length: 5000 }, (_, index) => ({ field: `f${index}`, before: '\u0000'.repeat(3000), after: 'y' }));
    const commandLine = Array.from({ length: 500 }, () => 'w'.repeat(10_000));
    await state.recorder({ reason: '\n'.repeat(10_000), surroundings: { host: 'h', user: { uid: 1 }, process: { pid: 1, executable: 'x', commandLine } } }).begin([intent({ fields, changes })]);
    const line = state.lines()[1] ?? '';
    expect(line.length).toBeLessThan(MOST_JOURNAL_LINE_BYTES);
    const record = JSON.parse(line) as { fields: object; changes: unknown[]; leftOut: number };
    expect(Object.keys(record.fields).length + record.changes.length + record.leftOut).toBe(10_000);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact' });
  });

  it('of several commands is in one piece', async () => {
    using state = new State();
    const record = await state.recorder().begin([intent({ command: 'A' }), intent({ command: 'B' })]);
    await record.end([{ ok: true, replyLengthBytes: 1 }, { ok: false, error: failure('ERR_ABORTED') }]);
    const { commands } = await journalCommands(state.path, {}, 10);
    expect(commands.map(({ intent: { command }, outcome }) => [command, outcome?.result])).toEqual([['A', 'answered'], ['B', 'aborted']]);
  });
});

describe('a writer that was stopped', () => {
  it('at any byte of what it wrote leaves a journal that verifies, and the next one says what it found', async () => {
    using state = new State();
    await state.fill(1);
    const [sealed, seal] = [state.read(FILE), state.read('seal.json')];
    await state.begin(1);
    const longer = state.read(FILE);
    let torn = 0;
    const lengths = [...Array.from({ length: Math.ceil((longer.length - sealed.length) / 7) }, (_, index) => sealed.length + 7 * index), longer.length - 1, longer.length];
    for (const length of lengths) {
      state.write(FILE, longer.subarray(0, length));
      state.write('seal.json', seal);
      const cut = await verifyJournal(state.path);
      expect(cut).toMatchObject({ state: 'intact', tornBytes: length >= longer.length - 1 ? 0 : length - sealed.length });
      await state.fill(1);
      expect(await verifyJournal(state.path), String(length)).toMatchObject({ state: 'intact', tornBytes: 0, unsealed: 0, recoveries: length === sealed.length ? 0 : 1, unfinished: { count: length >= longer.length - 1 ? 1 : 0 } });
      torn += Number(length > sealed.length);
    }
    expect(torn).toBeGreaterThan(50);
  });

  it('while it closed another\'s bytes leaves them to the third', async () => {
    using state = new State();
    await state.fill(1);
    const [sealed, seal] = [state.read(FILE), state.read('seal.json')];
    for (const rest of ['{"previous', '{"previous\n{"prev', '\n', '\n\n', '\0\0\0', 'x\n']) {
      state.write(FILE, Buffer.concat([sealed, Buffer.from(rest)]));
      state.write('seal.json', seal);
      await state.fill(1);
      expect(await verifyJournal(state.path), JSON.stringify(rest)).toMatchObject({ state: 'intact', recoveries: 1 });
      const recovery = state.lines().findIndex((line) => line.includes('"type":"recovery"'));
      expect(JSON.parse(state.lines()[recovery] ?? '')).toMatchObject({ torn: { bytes: rest.length } });
    }
  });

  it('between record and seal leaves a record that the next one names', async () => {
    using state = new State();
    await state.fill(1);
    const seal = state.read('seal.json');
    await state.begin(1);
    state.write('seal.json', seal);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', unsealed: 1 });
    await state.fill(1);
    expect(JSON.parse(state.lines()[4] ?? '')).toMatchObject({ type: 'recovery', unsealed: { from: 4, to: 4 } });
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', unsealed: 0, recoveries: 1, unfinished: { sequences: [4] } });
  });

  it('its bytes, once closed, cannot be changed either', async () => {
    using state = new State();
    await state.fill(1);
    state.write(FILE, Buffer.concat([state.read(FILE), Buffer.from('torn bytes')]));
    await state.fill(1);
    const whole = state.read(FILE).toString();
    for (const changed of [whole.replace('torn bytes', 'TORN bytes'), whole.replace('torn bytes\n', ''), whole.replace('torn bytes\n', 'torn bytes\n\n')]) {
      state.write(FILE, changed);
      expect(await verifyJournal(state.path)).toMatchObject({ state: 'broken' });
    }
  });
});

describe('nothing is sent', () => {
  const refused = expect.objectContaining({ code: 'ERR_JOURNAL', exitStatus: 4 }) as unknown;

  it.each([
    ['is cut off', (state: State) => { truncateSync(state.at(FILE), 10); }],
    ['goes on in another way than it was sealed', (state: State) => { writeFileSync(state.at(FILE), `${state.lines()[1] ?? ''}\n`, { flag: 'a' }); }],
    ['has a damaged seal', (state: State) => { state.write('seal.json', '{}'); }],
    ['is a folder that is a file', (state: State) => { state[Symbol.dispose](); writeFileSync(state.path, ''); }],
  ])('when the journal %s', async (_what, spoil) => {
    using state = new State();
    await state.fill(2);
    spoil(state);
    await expect(state.recorder().begin([intent()])).rejects.toEqual(refused);
  });

  it('when the seal and the writer disagree about a key', async () => {
    using plain = new State();
    await plain.fill(1);
    await expect(plain.fill(1, { key: Buffer.alloc(32) })).rejects.toEqual(refused);
    using keyed = new State();
    await keyed.fill(1, { key: Buffer.alloc(32) });
    await expect(keyed.fill(1)).rejects.toEqual(refused);
    await expect(keyed.fill(1, { key: Buffer.alloc(32, 1) })).rejects.toEqual(refused);
    await keyed.fill(1, { key: Buffer.alloc(32) });
  });

  it('but an outcome that cannot be recorded is no reason to fail: the command was sent', async () => {
    using state = new State();
    const record = await state.recorder().begin([intent()]);
    truncateSync(state.at(FILE), 5);
    await record.end([{ ok: true, replyLengthBytes: 1 }]);
    expect(state.warnings).toEqual([expect.stringContaining('is not in the journal')]);
  });
});

describe('files', () => {
  it('follow each other, and only the last ones are kept', async () => {
    using state = new State();
    for (let round = 0; round < 5; round++) await state.fill(6, { fileBytes: 3000, files: 4 });
    expect(state.files).toHaveLength(4);
    expect(state.files[0]).not.toBe(FILE);
    const found = await verifyJournal(state.path);
    expect(found).toMatchObject({ state: 'intact', files: 4 });
    expect(found.first).toBeGreaterThan(10);
    const [first] = state.lines(state.files[1]).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ type: 'file', continues: { hash: first?.['previous'] } });
  });

  it('are missed when they are gone, wherever they were', async () => {
    for (const at of [0, 1, 2, 3]) {
      using state = new State();
      for (let round = 0; round < 5; round++) await state.fill(6, { fileBytes: 3000, files: 4 });
      const name = state.files[at] ?? '';
      const bytes = state.read(name);
      rmSync(state.at(name));
      const { problems } = await verifyJournal(state.path);
      expect(problems[0]).toMatchObject({ kind: 'removed', file: state.at(name) });
      state.write(name, bytes);
      expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact' });
    }
  });

  it('may be begun and not sealed', async () => {
    using state = new State();
    await state.fill(3, { fileBytes: 2000 });
    const number = state.files.length;
    for (const rest of ['', '{"previous', '{"previous\n']) {
      state.write(`${String(number + 1).padStart(6, '0')}.jsonl`, rest);
      expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', tornBytes: rest.length });
    }
    await state.fill(2, { fileBytes: 2000 });
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', recoveries: 1 });
  });

  it('are for their owner only', async () => {
    using state = new State();
    await state.fill(1);
    expect(['', FILE, 'seal.json', 'lock'].map((name) => statSync(state.at(name)).mode % 0o1000)).toEqual([0o700, 0o600, 0o600, 0o600]);
    expect(existsSync(state.at('seal.json.new'))).toBe(false);
  });
});

describe('reading', () => {
  it('keeps the last ones, and counts those before', async () => {
    using state = new State();
    await state.fill(5);
    await state.recorder().begin([intent({ effect: 'invasive', device: { ...intent().device, address: 'other' } })]);
    const all = await journalCommands(state.path, {}, 3);
    expect(all).toMatchObject({ before: 3, unreadable: 0 });
    expect(all.commands.map(({ intent: { sequence }, outcome }) => [sequence, outcome?.intent])).toEqual([[8, 8], [10, 10], [12, undefined]]);
    expect((await journalCommands(state.path, { device: 'other' }, 3)).commands).toHaveLength(1);
    expect((await journalCommands(state.path, { effect: 'configure' }, 9)).commands).toHaveLength(5);
    for (const [user, count] of [['0', 6], ['1000', 6], ['eve', 6], ['7', 0]] as const) expect((await journalCommands(state.path, { user }, 9)).commands).toHaveLength(count);
    const [last] = all.commands.slice(-1);
    expect(last === undefined ? undefined : [isMeant(last.intent, { since: new Date(last.intent.time) }), isMeant(last.intent, { since: new Date('2027-01-01') })]).toEqual([true, false]);
  });

  it('passes over what is no record', async () => {
    using state = new State();
    await state.fill(1);
    state.write(FILE, `nonsense\n${state.read(FILE).toString()}`);
    let records = 0;
    await readJournal(state.path, (record) => { records += Number(record !== undefined); });
    expect(records).toBe(3);
    expect(await journalCommands(state.path, {}, 9)).toMatchObject({ unreadable: 1 });
  });
});

describe('a key', () => {
  it('is a file of at least sixteen bytes', () => {
    using state = new State();
    const path = `${state.path}/key`;
    writeFileSync(path, `${'k'.repeat(16)}\n`);
    expect(readJournalKey(path)).toHaveLength(16);
    writeFileSync(path, 'short\n');
    chmodSync(path, 0o600);
    expect(() => readJournalKey(path)).toThrow(expect.objectContaining({ code: 'ERR_JOURNAL' }));
    expect(() => readJournalKey(`${path}.none`)).toThrow(expect.objectContaining({ code: 'ERR_JOURNAL' }));
  });
});
