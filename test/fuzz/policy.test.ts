import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide, parseYaml, readPolicy, type CommandQuestion, type PolicyQuestion } from '@auxctl/core';
import { policySchema } from '@auxctl/schemas';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { mutations } from './support/mutate.js';
import { fuzzRuns } from './support/runs.js';

const MOST_MS = 5000;
const RUNS = fuzzRuns(1000);
const TIMEOUT_MS = 120_000 + RUNS * 20;

const SAMPLE = `# a policy
format: auxctl.policy/1
default: deny
rules:
  - name: "operators"
    action: allow
    groups: &who [ops, 27]
    effects: [configure]
    registers: [PAOS, 'P*']
    require-reason: true
  - action: deny
    users: *who
    devices: [{ address: 0000:3b:*, pci: 15b3 }, { serial: SN?2 }]
    fields: |
      state
  - {action: allow, commands: 0x904, scopes: configuration, parameters: NUM_OF_VFS}
`;
const WORDS = ['&a', '*a', '*who', '<<: *who', '? ', '- ', ': ', '\n', '\t', '  ', '{', '}', '[', ']', '"', '\'', '|', '>', '#', '!!str', '!!binary', '%YAML 1.1\n---\n', '---', '...', '~', 'null', 'true', '1e400', '0x', '.inf', '99999999999999999999', '__proto__', 'constructor', 'action: deny', 'rules:', '\0', '\u{1f600}', '\u2028', '\ufeff', '\\x'];

const questions: PolicyQuestion[] = (['configure', 'inspect'] as const).map((effect) => ({
  user: { uid: 0, name: 'root', groups: ['0'] }, reason: undefined, device: { address: '0000:3b:00.0', plugin: 'p', pci: '15b3:1019', driver: null, serial: undefined },
  effect, scope: 'configuration', commands: ['X'], register: 'PAOS', changes: [{ field: 'state' }] satisfies CommandQuestion['changes'],
}));

const folder = mkdtempSync(join(tmpdir(), 'auxctl-fuzz-policy-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

/** Of the processor: other programs on the machine do not count. */
function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

describe('policies', () => {
  test(`${RUNS} mutated files are policies that decide, or have faults with places; in bounded time`, { timeout: TIMEOUT_MS }, async () => {
    let [sound, faulty] = [0, 0];
    await fc.assert(fc.asyncProperty(mutations(SAMPLE, WORDS), async (text) => {
      const started = process.cpuUsage();
      const path = join(folder, 'policy.yaml');
      writeFileSync(path, text);
      const outcome = await readPolicy(path);
      if (outcome.ok) {
        sound += 1;
        for (const question of questions) expect(['allow', 'deny', 'reason']).toContain(decide(outcome.policy, question).verdict);
        for (const { line } of outcome.policy.rules) expect(line).toBeLessThanOrEqual(text.split('\n').length);
      } else {
        faulty += 1;
        expect(outcome.faults.length).toBeGreaterThan(0);
        for (const { line, column, excerpt } of outcome.faults) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          for (const shown of excerpt) expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }
      expect(processorMs(started)).toBeLessThan(MOST_MS);
    }), { numRuns: RUNS });
    expect(faulty).toBeGreaterThan(RUNS / 4);
    expect(sound + faulty).toBeGreaterThanOrEqual(RUNS);
  });

  test('the beginning of a file, wherever it is cut', { timeout: TIMEOUT_MS }, async () => {
    let cut = 0;
    for (let end = 0; end < SAMPLE.length; end += 1) {
      const outcome = await parseYaml(SAMPLE.slice(0, end), policySchema);
      if (!outcome.ok) expect(outcome.faults[0]?.line).toBeGreaterThan(0);
      cut += 1;
    }
    expect(cut).toBe(SAMPLE.length);
  });

  test.each([
    ['open brackets', '['.repeat(100_000)], ['open braces', '{a: '.repeat(50_000)], ['dashes', '- '.repeat(100_000)], ['question marks', '? '.repeat(60_000)], ['keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['one key', 'k: 1\n'.repeat(20_000)], ['steps', Array.from({ length: 600 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')], ['anchors', '&a '.repeat(60_000)], ['aliases', `a: &a [x]\n${Array.from({ length: 10_000 }, (_, index) => `k${index}: *a`).join('\n')}`],
    ['laughs', `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array<string>(10).fill(`*a${index}`).join(',')}]`).join('\n')}`],
    ['a snake', 'a: &a [b, *a]\nc: &c { d: *c }'], ['documents', '---\na\n'.repeat(20_000)], ['a long line', `a: "${'x'.repeat(200_000)}`],
  ])('%s are faults, soon', { timeout: TIMEOUT_MS }, async (_what, text) => {
    const started = process.cpuUsage();
    const outcome = await parseYaml(text, policySchema);
    expect(outcome).toMatchObject({ ok: false });
    if (!outcome.ok) expect(outcome.faults.length).toBeLessThanOrEqual(101);
    expect(processorMs(started)).toBeLessThan(MOST_MS);
  });
});
