import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checked, folder, json, line, run, top, type Ended, type Folder } from './support/auxctl.js';

const page = readFileSync(join(top, 'docs/policy.md'), 'utf8');
const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
const shown = Array.from(page.matchAll(/```\n\$ auxctl ([^\n]*)\n([^]*?)```/g), ([, words = '', output = '']) => ({ words, output }));

const RULES = (...rules: string[]): string => ['format: auxctl.policy/1', 'rules:', ...rules, ''].join('\n');
const WRITE = 'reg write sim-faulty-0 STATE slot=1 lanes[2]=9 mode=calm --allow configure --yes';

/** A root with a policy, with a state directory beside it. */
class Root implements Disposable {
  readonly #folder: Folder = folder();

  constructor(policy?: string) {
    mkdirSync(this.#folder.at('root/etc/auxctl'), { recursive: true });
    for (const name of ['sys', 'proc', 'dev']) mkdirSync(this.#folder.at(`root/${name}`));
    if (policy !== undefined) writeFileSync(this.file, policy, { mode: 0o644 });
  }

  get file(): string {
    return this.#folder.at('root/etc/auxctl/policy.yaml');
  }

  get journal(): string {
    return this.#folder.at('state/journal');
  }

  async line(text: string, ...more: string[]): Promise<Ended> {
    return line([text, '--root', this.#folder.at('root'), '--state', this.#folder.at('state'), ...more].join(' '));
  }

  async document(text: string): Promise<Record<string, unknown>> {
    return json([text, '--root', this.#folder.at('root'), '--state', this.#folder.at('state')].join(' '));
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

describe('the page about the policy', () => {
  it.each(shown)('shows what it does: $words', async ({ words, output }) => {
    using scratch = folder();
    writeFileSync(scratch.at('policy.yaml'), example);
    expect(await run(words.split(' '), { cwd: scratch.path })).toMatchObject({ status: 0, stderr: '', stdout: output });
  });

  it('has so many of them', () => {
    expect(shown).toHaveLength(5);
  });
});

describe('a policy', () => {
  it('refuses before anything is opened, names the rule, and the journal shows it', async () => {
    using root = new Root(RULES('  - name: hands off', '    action: deny', '    registers: STATE', '    devices: { address: sim-faulty-0 }'));
    const ended = await root.line(WRITE);
    expect(ended).toMatchObject({ status: 4, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`^auxctl: sim-faulty-0: STATE: lanes\\[2\\] is refused by the rule 'hands off' in ${root.file}:3; nothing was sent\\nhint: `));
    expect(await root.line(WRITE.replace('--allow configure', ''))).toMatchObject({ status: 4, stderr: expect.stringContaining('was not allowed') as string });
    expect(await root.document('journal list')).toMatchObject({ commands: [{ intent: { type: 'refusal', command: 'STATE', register: 'STATE', policy: { why: 'denied', file: root.file, line: 3, rule: 'hands off' } }, outcome: null }] });
    expect((await root.line('journal list')).stdout).toMatch(/STATE +configure +refused by policy \(hands off\)/);
    expect((await root.line('journal show 2')).stdout).toMatch(/^policy +denied, .*policy\.yaml:3, hands off$/m);
    expect(await root.document('journal verify')).toMatchObject({ state: 'intact', records: 2 });
  });

  it('lets pass what it allows, with a reason where it demands one', async () => {
    using root = new Root(RULES('  - { action: allow, registers: STATE, require-reason: true }').replace('rules', 'default: deny\nrules'));
    expect(await root.line(WRITE)).toMatchObject({ status: 4, stderr: expect.stringMatching(/needs a reason: so says the rule in .*policy\.yaml:4; nothing was sent\nhint: Add --reason TEXT/) as string });
    expect(await root.line(WRITE, '--reason', 'ticket-5')).toMatchObject({ status: 0 });
    expect(await root.document('journal list')).toMatchObject({ commands: [{ intent: { policy: { why: 'reason-missing' } } }, { intent: { reason: 'ticket-5' }, outcome: { result: 'answered' } }] });
  });

  it('never allows what --allow does not', async () => {
    using root = new Root(RULES('  - action: allow'));
    expect(await root.line(WRITE.replace('--allow configure', ''))).toMatchObject({ status: 4, stderr: expect.stringContaining('that was not allowed; nothing was sent') as string });
  });

  it.each([['a fault', RULES('  - acton: deny')], ['nothing', ''], ['what is no text', 'format: auxctl.policy/1\n# \xff'], ['too much', `format: auxctl.policy/1\n${'#'.repeat(300_000)}`]])('refuses changes, and lets inspect with a warning, when there is %s in it', async (_what, text) => {
    using root = new Root('');
    writeFileSync(root.file, Buffer.from(text, 'latin1'));
    const refused = await root.line(WRITE);
    expect(refused).toMatchObject({ status: 4, stdout: '' });
    expect(refused.stderr).toContain(root.file);
    const read = await root.line('reg read sim-faulty-0 STATE slot=1');
    expect(read).toMatchObject({ status: 0 });
    expect(read.stderr).toMatch(/^warning: .*policy\.yaml.*; what changes a device is refused until it is repaired\n$/);
    expect(await root.document('journal list')).toMatchObject({ commands: [{ intent: { type: 'refusal', policy: { why: 'unusable' } } }] });
  });

  it('is not in force when others may write it, which check says too', async () => {
    using root = new Root(RULES('  - action: allow'));
    chmodSync(root.file, 0o666);
    expect(await root.line(WRITE)).toMatchObject({ status: 4, stderr: expect.stringContaining('can be written by others than root') as string });
    const check = await root.line('policy check --json');
    expect(check.status).toBe(2);
    expect(checked(check.stdout)).toMatchObject({ state: 'faulty', untrusted: expect.stringContaining('others than root') as string, faults: [] });
  });

  it('is checked: each fault with its place, and where there is none', async () => {
    using root = new Root(RULES('  - action: deny', '    efects: inspect', '    groups: no-such-group-here', '    name: 7'));
    const check = await root.line('policy check');
    expect(check).toMatchObject({ status: 2, stderr: '' });
    expect(check.stdout).toBe(`${root.file}:4:5: unknown key 'efects'; did you mean effects?\n    4 |     efects: inspect\n      |     ^~~~~~\n${root.file}:6:11: rules[1].name: invalid input: expected string, received number; in quotes it is a text\n    6 |     name: 7\n      |           ^\n${root.file}: 2 faults\n`);
    using none = new Root();
    expect(await none.document('policy check')).toMatchObject({ state: 'absent' });
    expect(await none.line(WRITE)).toMatchObject({ status: 0 });
    writeFileSync(root.file, RULES('  - action: deny', '    groups: no-such-group-here'));
    expect(await root.document('policy check')).toMatchObject({ state: 'sound', rules: 1, notes: [{ line: 3, message: 'there is no group no-such-group-here here' }] });
  });

  it('is in force whatever the command line and the environment say', async () => {
    using root = new Root(RULES('  - action: deny'));
    expect(await root.line(WRITE, '--policy', '/dev/null')).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown option') as string });
    expect(existsSync(root.journal)).toBe(false);
  });

  it('is explained for every kind of command', async () => {
    using root = new Root(RULES('  - { action: deny, name: one, fields: mode }', '  - { action: deny, effects: [inspect, invasive], name: two }'));
    const verdicts = await Promise.all(['reg write sim-faulty-0 STATE slot=1 mode=calm', 'reg write sim-faulty-0 STATE slot=1 lanes[2]=9', 'reg read sim-faulty-0 STATE slot=1', 'call sim-faulty-0 WIPE'].map(async (words) => {
      const [noun = '', ...rest] = words.split(' ');
      const device = rest.find((word) => word.startsWith('sim-')) ?? '';
      return (await root.document(`policy explain ${device} ${[noun, ...rest.filter((word) => word !== device)].join(' ')}`))['verdict'];
    }));
    expect(verdicts).toEqual(['deny', 'allow', 'deny', 'deny']);
    expect(await root.line('policy explain sim-faulty-0 fly away')).toMatchObject({ status: 2, stderr: expect.stringContaining('Give one of reg write') as string });
  });
});
