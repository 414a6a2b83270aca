import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { faultLine, faultyFile } from './fault.js';
import { MOST_YAML_BYTES, parseYaml, readYaml, type YamlOutcome } from './read.js';

const schema = z.strictObject({
  format: z.literal('sample/1'),
  rules: z.array(z.strictObject({ name: z.string(), effect: z.enum(['inspect', 'configure']).optional(), users: z.array(z.union([z.string(), z.number().int().min(0)])).optional() })).optional(),
  fields: z.record(z.string().regex(/^[a-z]+$/, 'a name in lower case'), z.union([z.number(), z.bigint(), z.boolean(), z.null(), z.string()])).optional(),
});

const folder = mkdtempSync(join(tmpdir(), 'auxctl-yaml-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

/** `line:column: message` of every fault. */
async function faultsOf(text: string): Promise<string[]> {
  const outcome = await parseYaml(text, schema);
  return outcome.ok ? [] : outcome.faults.map((fault) => faultLine('f', fault).slice(2));
}

function valueOf<T>(outcome: YamlOutcome<T>): T | undefined {
  return outcome.ok ? outcome.file.value : undefined;
}

describe('parseYaml', () => {
  it('gives values, and the lines that they are on', async () => {
    const outcome = await parseYaml('# first\nformat: sample/1\nrules:\n  - name: one\n  - name: "two"\n    effect: configure\n', schema);
    expect(valueOf(outcome)).toEqual({ format: 'sample/1', rules: [{ name: 'one' }, { name: 'two', effect: 'configure' }] });
    expect(outcome.ok ? [['rules', 0], ['rules', 1], ['rules', 1, 'effect'], ['rules', 1, 'users', 4]].map((path) => outcome.file.lineOf(path)) : []).toEqual([4, 5, 6, 5]);
  });

  it('keeps whole numbers exactly, and a word of YAML 1.1 is a text', async () => {
    const outcome = await parseYaml('format: sample/1\nfields: { a: 0xffffffffffffffff, b: 17, c: yes, d: true, e: ~, f: 1.5, g: 15b3:1019, h: 1:30 }\n', schema);
    expect(valueOf(outcome)?.fields).toEqual({ a: 0xffff_ffff_ffff_ffffn, b: 17, c: 'yes', d: true, e: null, f: 1.5, g: '15b3:1019', h: '1:30' });
  });

  it('takes aliases, and refuses those that repeat too much, name nothing or contain themselves', async () => {
    expect(valueOf(await parseYaml('format: sample/1\nrules:\n - { name: a, users: &u [root, 7] }\n - { name: b, users: *u }\n', schema))?.rules?.[1]?.users).toEqual(['root', 7]);
    expect(await faultsOf('format: *nobody\n')).toEqual(['1:9: nothing before this is called &nobody']);
    expect(await faultsOf('format: &a [*a]\n')).toEqual(['1:13: more than 32 values are nested here']);
    const laughs = `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array<string>(10).fill(`*a${i}`).join(',')}]`).join('\n')}\n`;
    const started = performance.now();
    expect(await faultsOf(laughs)).toEqual([expect.stringMatching(/^\d+:\d+: more than 50000 values, those that aliases repeat among them$/)]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each<[what: string, text: string, faults: string[]]>([
    ['an unknown key, and what it may mean', 'format: sample/1\nrules:\n  - name: a\n    efect: configure\n', ['4:5: unknown key \'efect\'; did you mean effect?']],
    ['an unknown key that is like none', 'format: sample/1\nzzzzzz: 1\n', ['2:1: unknown key \'zzzzzz\'; there are format, rules, fields']],
    ['a repeated key', 'format: sample/1\nrules: []\n"rules": []\n', ['3:1: rules is there twice']],
    ['a merge key, which is none', 'format: sample/1\nrules:\n  - <<: {}\n    name: a\n', ['3:5: unknown key \'<<\'; there are name, effect, users']],
    ['a missing key', 'format: sample/1\nrules:\n  - name: a\n  - effect: inspect\n', ['4:5: rules[2].name is missing']],
    ['two faults, in order', 'rules:\n  - name: [1]\nformat: other\n', ['2:11: rules[1].name: invalid input: expected string, received array', '3:9: format: invalid input: expected "sample/1"']],
    ['a number where a text belongs', 'format: sample/1\nrules: [{ name: 007 }]\n', ['2:17: rules[1].name: invalid input: expected string, received number; in quotes it is a text']],
    ['no alternative fits', 'format: sample/1\nrules: [{ name: a, users: [x, {}] }]\n', ['2:31: rules[1].users[2]: invalid input: expected string, received object, or invalid input: expected number, received object']],
    ['a key that does not fit', 'format: sample/1\nfields: { BAD: 1 }\n', ['2:11: fields.BAD: a name in lower case']],
    ['a key that is no text', 'format: sample/1\n[a]: 1\n', ['2:1: a key is a text']],
    ['__proto__', 'format: sample/1\nfields: { __proto__: { x: 1 } }\n', ['2:11: this is no name for anything']],
    ['a tag', 'format: !secret sample/1\n', ['1:9: Unresolved tag: !secret']],
    ['a tab', 'format: sample/1\nrules:\n\t- name: a\n', ['3:1: Tabs are not allowed as indentation']],
    ['two documents', 'format: sample/1\n---\nformat: sample/1\n', ['2:1: Source contains multiple documents']],
    ['another YAML', '%YAML 1.1\n---\nformat: sample/1\n', ['1:1: this is YAML 1.1, and YAML 1.2 is read']],
    ['an open quote', 'format: "sample/1\n', ['2:1: Missing closing "quote']],
    ['nothing', '', ['1:1: the file: invalid input: expected object, received null']],
    ['columns in characters', 'format: "\u{1f600}\u{1f600}" # x\nrules: [{ name: "\u{1f600}", efect: 1 }]\n', ['1:9: format: invalid input: expected "sample/1"', '2:22: unknown key \'efect\'; did you mean effect?']],
  ])('says where: %s', async (_what, text, faults) => {
    expect(await faultsOf(text)).toEqual(faults);
  });

  it('shows the line, without what could steer a terminal, and only a part of a long one', async () => {
    const outcome = await parseYaml(`format: sample/1\nrules: [{ name: "${'n'.repeat(300)}", efect: 1, name2: "\u202e" }]\n`, schema);
    const excerpts = outcome.ok ? [] : outcome.faults.map(({ excerpt }) => excerpt);
    expect(excerpts).toHaveLength(2);
    for (const [line = '', marks = ''] of excerpts) {
      expect(line.length).toBeLessThan(140);
      expect(line).toMatch(/^ {4}2 \| …/);
      expect(line).not.toContain('\u202e');
      expect(['efect', 'name2']).toContain(line.slice(marks.indexOf('^'), marks.lastIndexOf('~') + 1));
    }
  });

  it('tells a hundred faults and how many more there are', async () => {
    const faults = await faultsOf(`format: sample/1\n${Array.from({ length: 150 }, (_, i) => `k${i}: 1`).join('\n')}\n`);
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toBe('101:1: 50 more faults are not shown');
  });
});

describe('faultyFile', () => {
  it('is an error that names file, line and column of each, and shows them', async () => {
    const outcome = await parseYaml('format: sample/1\nrule: []\n', schema);
    const error = faultyFile('ERR_POLICY_FILE', '/etc/p.yaml', outcome.ok ? [] : outcome.faults);
    expect(error).toMatchObject({ code: 'ERR_POLICY_FILE', exitStatus: 4, message: '/etc/p.yaml:2:1: unknown key \'rule\'; did you mean rules?', excerpt: ['    2 | rule: []', '      | ^~~~'] });
    expect(faultyFile('ERR_USAGE', 'p', [])).toMatchObject({ name: 'UsageError', exitStatus: 2 });
  });
});

describe('readYaml', () => {
  const file = (name: string, bytes: string | Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  it('reads a file, with a byte order mark or without', async () => {
    expect(valueOf(await readYaml(file('plain', 'format: sample/1\n'), schema))).toEqual({ format: 'sample/1' });
    expect(valueOf(await readYaml(file('marked', '\ufeffformat: sample/1\r\nrules: []\r\n'), schema))).toEqual({ format: 'sample/1', rules: [] });
  });

  it('refuses what is no file, is not there, is too large or is no UTF-8', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const code = 'ERR_FILE';
    await expect(readYaml(pipe, schema)).rejects.toMatchObject({ code, message: `${pipe} is not a file` });
    await expect(readYaml(folder, schema)).rejects.toMatchObject({ code, message: `${folder} is not a file` });
    await expect(readYaml(join(folder, 'none'), schema)).rejects.toMatchObject({ code, message: expect.stringContaining('ENOENT') as string });
    await expect(readYaml(file('large', '#'.repeat(MOST_YAML_BYTES + 1)), schema)).rejects.toMatchObject({ code, message: expect.stringContaining('more than 262144 bytes') as string });
    await expect(readYaml(file('latin', Uint8Array.of(0x61, 0x0a, 0x62, 0x0a, 0xe4, 0x0a)), schema)).rejects.toMatchObject({ code, message: `${join(folder, 'latin')}:3: this line is no UTF-8` });
    expect(await readYaml(file('most', `format: sample/1\n#${'#'.repeat(MOST_YAML_BYTES - 18)}`), schema)).toMatchObject({ ok: true });
  });

  it('asks about the open file before it is read', async () => {
    const refuse = (): never => { throw faultyFile('ERR_FILE', 'x', []); };
    await expect(readYaml(file('owned', 'format: sample/1\n'), schema, { check: refuse })).rejects.toMatchObject({ code: 'ERR_FILE' });
  });
});
