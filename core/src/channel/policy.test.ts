import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../errors/classes.js';
import type { AccountSources } from '../policy/accounts.js';
import { policyUser, uidOf, unknownAccounts } from '../policy/accounts.js';
import { policyGuard } from '../policy/guard.js';
import { loadPolicy, readPolicy } from '../policy/load.js';
import { isPolicyThere } from '../policy/place.js';
import type { CommandIntent, CommandRecorder, RefusedCommand } from './recorder.js';
import { openSmall, SmallDevice } from './small-device.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'auxctl-policy-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

const owner = process.getuid?.() ?? 0;
const allow = { allow: 'invasive' } as const;
const WRITE = 2;

let files = 0;
function file(...rules: string[]): string {
  const path = join(folder, `${files += 1}.yaml`);
  writeFileSync(path, `format: auxctl.policy/1\n${rules.join('\n')}\n`, { mode: 0o644 });
  return path;
}

const accounts: AccountSources = {
  file: (path) => (path === '/etc/passwd' ? 'root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n' : 'ops:x:50:bob,alice\nwheel:x:10:\n'),
  ask: (program, words) => Promise.resolve(program === 'getent' && words.join(' ') === 'passwd 2000' ? 'ldap:x:2000:99::/:/bin/sh\n' : program === 'id' && words[1] === 'ldap' ? '99 50\n' : undefined),
  ownGroups: () => [0], ownUid: () => 0,
};

/** A recorder that keeps refusals. */
class Notebook implements CommandRecorder {
  readonly begun: CommandIntent[] = [];
  readonly refused: RefusedCommand[] = [];
  fault: Error | undefined;

  async begin(intents: readonly CommandIntent[]) {
    this.begun.push(...intents);
    return Promise.resolve({ end: () => Promise.resolve() });
  }

  async refuse(commands: readonly RefusedCommand[]) {
    await Promise.resolve();
    if (this.fault !== undefined) throw this.fault;
    this.refused.push(...commands);
  }
}

async function open(path: string, { reason, uid = 1000 }: { readonly reason?: string; readonly uid?: number } = {}) {
  const small = new SmallDevice();
  const notebook = new Notebook();
  const warnings: string[] = [];
  const policy = policyGuard({ load: async () => [await loadPolicy(path, { owner })], reason, uid, accounts, warn: (text) => { warnings.push(text); } });
  const channel = await openSmall(small, { identify: async () => Promise.resolve([{ name: 'serial', value: 'S1' }]) }, { recorder: notebook, policy });
  const sent = (): number => small.opcodes.filter((opcode) => opcode === WRITE).length;
  const write = async (fields: object) => channel.registers.write(await channel.registers.prepareWrite('LAMP', { ...fields }, allow), allow);
  return { small, notebook, warnings, channel, sent, write };
}

describe('a channel with a policy', () => {
  it('sends what no rule denies, and records nothing of it as refused', async () => {
    const { channel, write, sent, notebook } = await open(file('rules: [{ action: deny, fields: brightness }]'));
    await using _channel = channel;
    await write({ state: 3 });
    expect([sent(), notebook.begun.length, notebook.refused.length]).toEqual([1, 1, 0]);
  });

  it('refuses by every way that leads to the device, names the rule, records the refusal, and sends nothing', async () => {
    const path = file('rules:', '  - name: hands off', '    action: deny', '    registers: LAMP');
    const { channel, write, sent, notebook } = await open(path);
    await using _channel = channel;
    const raw = Uint8Array.of(WRITE, 7, 0, 9);
    const refused = { code: 'ERR_POLICY', exitStatus: 4, name: 'PolicyError', message: expect.stringContaining(`refused by the rule 'hands off' in ${path}:3; nothing was sent`) as string };
    await expect(write({ state: 3 })).rejects.toMatchObject(refused);
    await expect(channel.call('WRITE', { which: 7 }, allow)).rejects.toMatchObject(refused);
    await expect(channel.rpc(raw, { ...allow, replyLengthBytes: 3 })).rejects.toMatchObject(refused);
    await expect(channel.rpcBatch([{ request: Uint8Array.of(3, 0, 0, 0), replyLengthBytes: 3, scope: 'debug-read-only' }, { request: raw, replyLengthBytes: 3, scope: 'configuration' }], allow)).rejects.toMatchObject(refused);
    await expect(channel.callBatch([await channel.prepare('WRITE', { which: 7 }, allow)])).rejects.toMatchObject(refused);
    expect([sent(), notebook.begun.length]).toEqual([0, 0]);
    expect(notebook.refused.map(({ command, register, policy, serial, scope }) => [command, register, policy, serial, scope])).toEqual(
      ['LAMP', 'WRITE', 'WRITE', 'WRITE', 'WRITE'].map((command) => [command, 'LAMP', { why: 'denied', file: path, line: 3, rule: 'hands off' }, 'S1', 'configuration']));
    expect(notebook.refused[0]?.changes).toEqual([{ field: 'state', before: '1', after: '3' }]);
  });

  it('judges a read-modify-write by the fields that change', async () => {
    const { channel, write, sent } = await open(file('default: deny', 'rules: [{ action: allow, registers: lamp, fields: state }]'));
    await using _channel = channel;
    await write({ state: 3, brightness: 50 });
    await write({ state: 3 });
    expect(sent()).toBe(2);
    await expect(write({ state: 4, brightness: 51 })).rejects.toMatchObject({ code: 'ERR_POLICY', message: expect.stringMatching(/^LAMP: brightness is refused by the default of .*:2; nothing was sent$/) as string });
    await expect(channel.rpc(Uint8Array.of(WRITE, 7, 5, 50), { ...allow, replyLengthBytes: 3 })).rejects.toMatchObject({ code: 'ERR_POLICY' });
    expect(sent()).toBe(2);
  });

  it('takes what nobody can read for what a rule forbids', async () => {
    const { channel, small } = await open(file('rules: [{ action: deny, registers: OTHER }]'));
    await using _channel = channel;
    await expect(channel.rpc(Uint8Array.of(0x7f, 1, 2, 3), { ...allow, scope: 'debug-write-full', replyLengthBytes: 3 })).rejects.toMatchObject({ code: 'ERR_POLICY', message: expect.stringContaining('since the register could not be told') as string });
    expect(small.opcodes).not.toContain(0x7f);
  });

  it('demands a reason, and is content with one', async () => {
    const path = file('rules: [{ action: allow, name: why, require-reason: true }]');
    const without = await open(path);
    await expect(without.write({ state: 3 })).rejects.toMatchObject({ code: 'ERR_POLICY', message: expect.stringContaining('needs a reason: so says the rule \'why\'') as string, hint: expect.stringContaining('--reason') as string });
    expect(without.notebook.refused).toMatchObject([{ policy: { why: 'reason-missing', line: 2, rule: 'why' } }]);
    const withOne = await open(path, { reason: 'ticket 5' });
    await withOne.write({ state: 3 });
    expect([without.sent(), withOne.sent()]).toEqual([0, 1]);
    await Promise.all([without, withOne].map(async ({ channel }) => channel.close()));
  });

  it('knows users and groups, and the serial number that the device tells', async () => {
    const [byGroup, bySerial] = [file('rules: [{ action: deny, groups: ops }]'), file('default: deny', 'rules: [{ action: allow, devices: { serial: S1 }, users: [alice, 2000] }]')];
    for (const [path, uid, isSent] of [[byGroup, 1000, false], [byGroup, 2000, false], [byGroup, 0, true], [bySerial, 1000, true], [bySerial, 2000, true], [bySerial, 0, false]] as const) {
      const { channel, write, sent } = await open(path, { uid });
      await write({ state: 3 }).catch((error: unknown) => { expect(error).toMatchObject({ code: 'ERR_POLICY' }); });
      expect([path, uid, sent()]).toEqual([path, uid, Number(isSent)]);
      await channel.close();
    }
  });

  it('refuses nevertheless when the refusal cannot be recorded', async () => {
    const { channel, write, sent, notebook } = await open(file('rules: [{ action: deny }]'));
    await using _channel = channel;
    notebook.fault = new UsageError('ERR_JOURNAL', 'the disk is full');
    await expect(write({ state: 3 })).rejects.toMatchObject({ code: 'ERR_POLICY', message: expect.stringMatching(/nothing was sent, and the refusal could not be recorded: the disk is full$/) as string });
    expect(sent()).toBe(0);
  });

  it('lets what only inspects pass, unless a rule names it: of several readings the others are sent', async () => {
    const changing = await open(file('rules: [{ action: deny }]'));
    expect((await changing.channel.registers.read('LAMP')).fields).toMatchObject({ state: 1 });
    const naming = await open(file('rules: [{ action: deny, effects: inspect, registers: LAMP }]'));
    await expect(naming.channel.registers.read('LAMP')).rejects.toMatchObject({ code: 'ERR_POLICY' });
    const outcomes = await naming.channel.callBatch([await naming.channel.registers.prepareRead('LAMP'), await naming.channel.prepare('ASK', {})]);
    expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code))).toEqual(['ERR_POLICY', 'ok']);
    expect(naming.small.opcodes).toEqual([3]);
    expect(naming.notebook.refused).toEqual([]);
    await Promise.all([changing, naming].map(async ({ channel }) => channel.close()));
  });

  it('refuses what changes a device when the policy cannot be used, says where, and warns once of what inspects', async () => {
    const path = file('rules:', '  - action: alow');
    const { channel, write, sent, notebook, warnings } = await open(path);
    await using _channel = channel;
    await channel.registers.read('LAMP');
    await channel.registers.read('LAMP');
    expect(warnings).toEqual([expect.stringContaining(`${path}:3:13: `)]);
    await expect(write({ state: 3 })).rejects.toMatchObject({ code: 'ERR_POLICY_FILE', exitStatus: 4, message: expect.stringContaining(`${path}:3:13: `) as string, excerpt: [expect.stringContaining('action: alow'), expect.stringContaining('^~~~')] });
    expect(sent()).toBe(0);
    expect(notebook.refused).toMatchObject([{ command: 'LAMP', policy: { why: 'unusable' } }]);
  });
});

describe('a policy\'s file', () => {
  const load = async (path: string) => loadPolicy(path, { owner }).then(() => 'loaded', (error: unknown) => (error as Error & { code: string }).code);

  it('is in force only when nobody else could change it: not the file, not a folder above, not a link', async () => {
    const safe = file();
    expect(await load(safe)).toBe('loaded');
    const [shared, link, dangling] = [join(folder, 'shared'), join(folder, 'link.yaml'), join(folder, 'dangling.yaml')];
    mkdirSync(shared);
    writeFileSync(join(shared, 'p.yaml'), 'format: auxctl.policy/1\n');
    chmodSync(shared, 0o777);
    symlinkSync(join(shared, 'p.yaml'), link);
    symlinkSync(join(folder, 'nothing'), dangling);
    const writable = file();
    chmodSync(writable, 0o666);
    for (const path of [writable, join(shared, 'p.yaml'), link, dangling, join(folder, 'none.yaml'), folder]) expect([path, await load(path)]).toEqual([path, 'ERR_POLICY_FILE']);
    chmodSync(shared, 0o755);
    expect(await load(link)).toBe('loaded');
    expect([safe, dangling, join(folder, 'none.yaml'), join(folder, 'none/p.yaml')].map(isPolicyThere)).toEqual([true, true, false, false]);
  });

  it.runIf(owner === 0)('is root\'s', async () => {
    await expect(loadPolicy(file(), { owner: 12_345 })).resolves.toMatchObject({ rules: [] });
    const { chownSync } = await import('node:fs');
    const path = file();
    chownSync(path, 12_345, 0);
    await expect(loadPolicy(path)).rejects.toMatchObject({ code: 'ERR_POLICY_FILE', message: `the policy in ${path} cannot be trusted: ${path} belongs to user 12345, not to root` });
  });

  it.each([
    ['rules: [{ action: allow, users: [] }]', '2:33: rules[1].users'], ['rules: [{ action: deny, require-reason: true }]', '2:41: rules[1].require-reason: only a rule that allows'],
    ['rules: [{ action: deny, devices: {} }]', '2:34: rules[1].devices: says nothing about the device'], ['rules: [{ action: deny, effects: [inspect], devices: { serial: x } }]', '2:54: rules[1].devices: a serial number is found out by inspecting'],
    ['rules: [{ name: a }]', '2:9: rules[1].action is missing'], ['default: maybe', '2:10: default: '], ['include: other.yaml', '2:1: unknown key \'include\''], ['rules: [{ action: deny, users: [-1] }]', '2:33: rules[1].users'],
    ['rules: [{ action: deny, devices: { pci: nonsense } }]', '2:41: rules[1].devices.pci: vendor and device'],
  ])('says where %s is wrong', async (line, expected) => {
    const outcome = await readPolicy(file(line));
    expect(outcome.ok ? [] : outcome.faults.map((fault) => `${fault.line}:${fault.column}: ${fault.message}`)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('accounts', () => {
  it('are found in the system\'s files, and by its own programs where they are in none', async () => {
    const policy = await loadPolicy(file('rules: [{ action: deny, users: [alice, nobody-here], groups: [ops, wheel, 7, typo] }]'), { owner });
    expect(await policyUser(1000, [policy], accounts)).toEqual({ uid: 1000, name: 'alice', groups: ['1000', '50', 'ops'] });
    expect(await policyUser(2000, [policy], accounts)).toEqual({ uid: 2000, name: 'ldap', groups: ['99', '50', 'ops'] });
    expect(await policyUser(3000, [policy], accounts)).toEqual({ uid: 3000, name: undefined, groups: undefined });
    expect(await policyUser(1000, [], accounts)).toEqual({ uid: 1000, name: undefined, groups: [] });
    expect(await uidOf('alice', accounts)).toBe(1000);
    await expect(uidOf('-x', accounts)).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME' });
    expect((await unknownAccounts(policy, accounts)).map(({ text }) => text)).toEqual(['there is no user nobody-here here', 'there is no group typo here']);
  });
});
