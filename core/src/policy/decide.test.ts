import { policySchema } from '@auxctl/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, judgesInspection } from './decide.js';
import { matchesGlob, matchesPath } from './glob.js';
import type { Policy, PolicyQuestion } from './types.js';

function policy(rules: readonly object[], otherwise?: 'allow' | 'deny'): Policy {
  const data = policySchema.parse({ format: 'auxctl.policy/1', rules, ...(otherwise === undefined ? {} : { default: otherwise }) });
  return { file: 'p', default: data.default ?? 'allow', ...(otherwise === undefined ? {} : { defaultLine: 2 }), rules: (data.rules ?? []).map((rule, index) => ({ ...rule, line: 10 * (index + 1) })) };
}

function question(more: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    user: { uid: 1000, name: 'alice', groups: ['1000', '27', 'ops'] }, reason: undefined,
    device: { address: '0000:3b:00.0', plugin: 'small', pci: '1af4:1000', driver: 'small_core', serial: 'SN42' },
    effect: 'configure', scope: 'configuration', commands: ['LAMP', 'ACCESS'], register: 'LAMP', changes: [{ field: 'state' }], ...more,
  };
}

describe('decide', () => {
  it('lets the first rule that fits decide, and the default where none does', () => {
    const deny = { action: 'deny', registers: 'LAMP' };
    const allow = { action: 'allow', registers: 'LA*' };
    expect(decide(policy([deny, allow]), question())).toMatchObject({ verdict: 'deny', line: 10, unknown: [] });
    expect(decide(policy([allow, deny]), question())).toMatchObject({ verdict: 'allow', line: 10 });
    expect(decide(policy([{ ...allow, users: 'bob' }, deny]), question())).toMatchObject({ verdict: 'deny', line: 20 });
    expect(decide(policy([{ ...deny, registers: 'OTHER' }], 'deny'), question())).toEqual({ verdict: 'deny', line: 2, change: { field: 'state' }, unknown: [] });
    expect(decide(policy([]), question())).toEqual({ verdict: 'allow', change: { field: 'state' }, unknown: [] });
  });

  it.each<[condition: object, fits: boolean]>([
    [{}, true], [{ users: 'alice' }, true], [{ users: [1000] }, true], [{ users: ['1000'] }, true], [{ users: 'ali' }, false], [{ users: 'root' }, false], [{ groups: 'ops' }, true], [{ groups: 27 }, true],
    [{ groups: 'wheel' }, false], [{ users: 'bob', groups: 'ops' }, true], [{ users: 'bob', groups: 'wheel' }, false],
    [{ devices: { address: '0000:3b:*' } }, true], [{ devices: { address: '0000:3c:*' } }, false], [{ devices: [{ address: 'x' }, { plugin: 'SMALL' }] }, true], [{ devices: { plugin: 'small', driver: 'other' } }, false],
    [{ devices: { pci: '1AF4' } }, true], [{ devices: { pci: '1af4:10??' } }, true], [{ devices: { pci: ['10de', '1af4:1001'] } }, false], [{ devices: { serial: 'sn*' } }, true], [{ devices: { driver: 'small_core' } }, true],
    [{ effects: 'configure' }, true], [{ effects: ['inspect', 'invasive'] }, false], [{ scopes: ['configuration', 'debug-write'] }, true], [{ scopes: 'debug-write' }, false],
    [{ commands: 'ACCESS' }, true], [{ commands: ['lamp'] }, true], [{ commands: 'RESET' }, false], [{ registers: 'LAMP' }, true], [{ registers: 'PORT' }, false],
    [{ fields: 'state' }, true], [{ fields: ['sta*', 'x'] }, true], [{ fields: 'other' }, false], [{ parameters: '*' }, false],
    [{ users: 'alice', devices: { plugin: 'small' }, registers: 'LAMP', fields: 'state', commands: 'ACCESS', scopes: 'configuration' }, true],
  ])('takes %j as fitting: %s', (condition, fits) => {
    expect(decide(policy([{ action: 'deny', ...condition }]), question()).verdict).toBe(fits ? 'deny' : 'allow');
    expect(decide(policy([{ action: 'allow', ...condition }], 'deny'), question()).verdict).toBe(fits ? 'allow' : 'deny');
  });

  it('judges each change by itself: one that is refused refuses all', () => {
    const rules = [{ action: 'allow', fields: 'state' }, { action: 'allow', fields: 'level' }, { action: 'deny', name: 'rest' }];
    const changes = (...fields: string[]) => question({ changes: fields.map((field) => ({ field })) });
    expect(decide(policy(rules), changes('state', 'level')).verdict).toBe('allow');
    expect(decide(policy(rules), changes('state', 'label', 'level'))).toMatchObject({ verdict: 'deny', line: 30, change: { field: 'label' } });
  });

  it('knows parameters of the stored configuration, and the items that hold them', () => {
    const change = (name: string) => question({ changes: [{ field: 'n', parameters: [name, 'item_1'] }] });
    for (const pattern of ['VFS', 'item*']) expect(decide(policy([{ action: 'deny', parameters: pattern }]), change('VFS')).verdict).toBe('deny');
    expect(decide(policy([{ action: 'deny', parameters: 'VFS' }]), change('OTHER')).verdict).toBe('allow');
  });

  it('takes a write of what is there already for allowed by a rule about fields, and a command that sets nothing for none', () => {
    const [allow, deny] = [policy([{ action: 'allow', fields: 'state' }], 'deny'), policy([{ action: 'deny', fields: '*' }])];
    expect([allow, deny].map((each) => decide(each, question({ changes: 'unchanged' })).verdict)).toEqual(['allow', 'allow']);
    expect([allow, deny].map((each) => decide(each, question({ changes: 'none' })).verdict)).toEqual(['deny', 'allow']);
    expect([allow, deny].map((each) => decide(each, question({ changes: [] })).verdict)).toEqual(['deny', 'allow']);
  });

  it.each<[condition: object, more: Partial<PolicyQuestion>, unknown: string]>([
    [{ fields: 'x' }, { changes: 'unknown' }, 'the fields'], [{ parameters: 'x' }, { changes: 'unknown' }, 'the parameters'], [{ registers: 'x' }, { register: undefined }, 'the register'],
    [{ commands: 'x' }, { commands: undefined }, 'the command'], [{ scopes: 'configuration' }, { scope: undefined }, 'the scope'],
    [{ devices: { serial: 'x' } }, { device: { ...question().device, serial: undefined } }, 'the serial number'],
    [{ users: 'x' }, { user: { uid: 5, name: undefined, groups: [] } }, 'the user\'s name'], [{ groups: 'x' }, { user: { uid: 5, name: 'n', groups: undefined } }, 'the user\'s groups'],
  ])('counts what is not known against the command: %j', (condition, more, unknown) => {
    expect(decide(policy([{ action: 'deny', ...condition }]), question(more))).toMatchObject({ verdict: 'deny', line: 10, unknown: [unknown] });
    expect(decide(policy([{ action: 'allow', ...condition }], 'deny'), question(more))).toMatchObject({ verdict: 'deny', line: 2, unknown: [unknown] });
  });

  it('knows that there is none where there is none', () => {
    const none = question({ register: null, device: { ...question().device, serial: null, driver: null, pci: null } });
    for (const condition of [{ registers: '*' }, { devices: { serial: '*' } }, { devices: { driver: '*' } }, { devices: { pci: '*' } }]) expect(decide(policy([{ action: 'deny', ...condition }]), none)).toMatchObject({ verdict: 'allow', unknown: [] });
  });

  it('demands a reason where a rule does, and a blank is none', () => {
    const rules = policy([{ action: 'allow', 'require-reason': true }]);
    expect([undefined, '', ' \t', 'ticket'].map((reason) => decide(rules, question({ reason })).verdict)).toEqual(['reason', 'reason', 'reason', 'allow']);
  });

  it('lets what only inspects pass unless a rule names it', () => {
    const inspect = question({ effect: 'inspect' });
    expect(decide(policy([{ action: 'deny' }], 'deny'), inspect).verdict).toBe('allow');
    expect(decide(policy([{ action: 'deny', effects: ['inspect', 'configure'] }]), inspect).verdict).toBe('deny');
    expect([policy([{ action: 'deny' }]), policy([{ action: 'allow', effects: 'inspect' }]), policy([{ action: 'deny', effects: 'inspect' }])].map(judgesInspection)).toEqual([false, false, true]);
  });
});

const word = fc.constantFrom('a', 'b', 'ab', 'LAMP', '*', 'l?mp', 'state', 'x[1].y', '');
const names = fc.constantFrom('a', 'b', '*', 'a*', 'LAMP', 'state');
const ruleData = fc.record({
  action: fc.constantFrom('allow', 'deny'), users: fc.constantFrom('a', 7, ['b', 0]), groups: names, devices: fc.record({ address: names, serial: names }, { requiredKeys: ['address'] }), effects: fc.constantFrom('configure', ['invasive']),
  scopes: fc.constantFrom('configuration', ['debug-write']), commands: names, registers: fc.array(names, { minLength: 1, maxLength: 3 }), parameters: names, fields: names, 'require-reason': fc.boolean(),
}, { requiredKeys: ['action'] }).chain((rule) => fc.subarray(Object.keys(rule).filter((key) => key !== 'action'), { maxLength: 2 }).map((kept) => (
  { ...Object.fromEntries(Object.entries(rule).filter(([key]) => kept.includes(key))), action: rule.action }))).map((rule) => (rule.action === 'deny' ? { ...rule, 'require-reason': undefined } : rule));
const asked = fc.record({
  user: fc.record({ uid: fc.nat(9), name: fc.option(word, { nil: undefined }), groups: fc.option(fc.array(word), { nil: undefined }) }), reason: fc.option(word, { nil: undefined }),
  device: fc.record({ address: word, plugin: word, pci: fc.option(word), driver: fc.option(word), serial: fc.option(fc.option(word), { nil: undefined }) }), effect: fc.constantFrom('inspect', 'configure', 'invasive'),
  scope: fc.constantFrom('configuration', 'debug-write', undefined), commands: fc.option(fc.array(word), { nil: undefined }), register: fc.option(fc.option(word), { nil: undefined }),
  changes: fc.oneof(fc.constantFrom('none', 'unchanged', 'unknown'), fc.array(fc.record({ field: word, parameters: fc.array(word) }, { requiredKeys: ['field'] }))),
}) as fc.Arbitrary<PolicyQuestion>;
const policies = fc.tuple(fc.array(ruleData, { maxLength: 6 }), fc.constantFrom<'allow' | 'deny' | undefined>('allow', 'deny', undefined)).map(([rules, otherwise]) => policy(rules, otherwise));

describe('every policy', () => {
  it('decides every question, by a rule of its own or its default, and the same each time', () => {
    let decided = 0;
    fc.assert(fc.property(policies, asked, (each, ask) => {
      const decision = decide(each, ask);
      decided += 1;
      expect(['allow', 'deny', 'reason']).toContain(decision.verdict);
      if (decision.rule !== undefined) expect(each.rules).toContain(decision.rule);
      else expect(decision.verdict).toBe(ask.effect === 'inspect' ? 'allow' : each.default);
      expect(decide(each, ask)).toEqual(decision);
    }), { numRuns: 2000 });
    expect(decided).toBe(2000);
  });

  it('does not change its mind for rules after the one that decides, and knows more certainly what it knows', () => {
    let [byRule, certain] = [0, 0];
    fc.assert(fc.property(policies, asked, fc.array(ruleData, { maxLength: 3 }), (each, ask, more) => {
      const one = typeof ask.changes === 'string' ? ask : { ...ask, changes: ask.changes.slice(0, 1) };
      const decision = decide(each, one);
      if (decision.rule !== undefined) {
        byRule += 1;
        const upTo = each.rules.slice(0, each.rules.indexOf(decision.rule) + 1);
        expect(decide({ ...each, rules: [...upTo, ...policy(more).rules] }, one)).toEqual(decision);
      }
      if (decision.unknown.length > 0) return;
      certain += 1;
      const told: PolicyQuestion = { ...one, commands: one.commands ?? ['zz'], register: one.register === undefined ? 'zz' : one.register, scope: one.scope ?? 'configuration', changes: one.changes === 'unknown' ? [{ field: 'zz' }] : one.changes };
      expect(decide(each, told).verdict).toBe(decision.verdict);
    }), { numRuns: 2000 });
    expect(byRule).toBeGreaterThan(200);
    expect(certain).toBeGreaterThan(200);
  });
});

describe('patterns', () => {
  it.each([['*', '', true], ['', '', true], ['', 'a', false], ['a*c', 'abc', true], ['a*c', 'abcd', false], ['A?C', 'abc', true], ['a?c', 'ac', false], ['**a', 'bba', true], ['a.c', 'abc', false], ['[ab]', 'a', false], ['*b*d*', 'abcde', true]])('%s and %s: %s', (pattern, text, fits) => {
    expect(matchesGlob(pattern, text)).toBe(fits);
  });

  it('are quick also where they could be slow', () => {
    const started = performance.now();
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(10_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each([['lanes', 'lanes[2].speed', true], ['lanes[2]', 'lanes[2].speed', true], ['lane', 'lanes[2]', false], ['speed', 'lanes[2].speed', false], ['*speed', 'lanes[2].speed', true], ['a.b', 'a.b.c', true], ['a', 'a', true]])('of fields: %s and %s: %s', (pattern, path, fits) => {
    expect(matchesPath(pattern, path)).toBe(fits);
  });
});
