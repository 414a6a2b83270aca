import type { PolicyDevice } from '@auxctl/schemas';
import { matchesGlob, matchesPath } from './glob.js';
import type { CommandQuestion, Policy, PolicyChange, PolicyDecision, PolicyQuestion, PolicyRule } from './types.js';

/** Does a condition hold? The name of what is not known, where that decides. */
type Answer = boolean | string;

/** What is judged by itself: one change of a command, or that there is none, or that nobody knows. */
type Judged = PolicyChange | Exclude<PolicyQuestion['changes'], readonly unknown[]>;

/** What a rule is about that says nothing of effects. */
const CHANGING: readonly string[] = ['configure', 'invasive'];

/**
 * What a policy says of a command. Each of its changes is judged by itself, by the first rule that fits; one that is refused refuses all. What is not
 * known counts against the command: a rule that denies fits, a rule that allows does not.
 */
export function decide(policy: Policy, question: PolicyQuestion): PolicyDecision {
  const { changes } = question;
  const judged: readonly Judged[] = typeof changes === 'string' ? [changes] : changes.length === 0 ? ['none'] : changes;
  const decisions = judged.map((each) => decideOne(policy, question, each));
  return decisions.find(({ verdict }) => verdict === 'deny') ?? decisions.find(({ verdict }) => verdict === 'reason') ?? decisions[0] ?? { verdict: 'deny', unknown: [] };
}

/** Has a policy a rule that could refuse what only inspects? */
export function judgesInspection({ rules }: Policy): boolean {
  return rules.some((rule) => rule.action === 'deny' && effectsOf(rule).includes('inspect'));
}

function decideOne(policy: Policy, question: PolicyQuestion, judged: Judged): PolicyDecision {
  const change = typeof judged === 'string' ? {} : { change: judged };
  const unknown = new Set<string>();
  for (const rule of policy.rules) {
    const answers = conditions(rule, question, judged);
    if (answers.includes(false)) continue;
    const doubts = answers.filter((answer) => typeof answer === 'string');
    for (const doubt of doubts) unknown.add(doubt);
    if (doubts.length > 0 && rule.action === 'allow') continue;
    return { verdict: verdictOf(rule, question), rule, line: rule.line, ...change, unknown: [...unknown] };
  }
  const verdict = question.effect === 'inspect' ? 'allow' : policy.default;
  const isSaid = question.effect !== 'inspect' && policy.defaultLine !== undefined;
  return { verdict, ...(isSaid ? { line: policy.defaultLine } : {}), ...change, unknown: [...unknown] };
}

function verdictOf(rule: PolicyRule, { reason = '' }: PolicyQuestion): PolicyDecision['verdict'] {
  if (rule.action === 'deny') return 'deny';
  return rule['require-reason'] === true && reason.trim() === '' ? 'reason' : 'allow';
}

function conditions(rule: PolicyRule, question: PolicyQuestion, judged: Judged): Answer[] {
  const { effect, scope, commands, register, device } = question;
  return [
    effectsOf(rule).includes(effect), isUser(rule, question), isDevice(listOf(rule.devices), device),
    holds(rule.scopes, 'the scope', scope, (each, value) => each === value),
    holds(rule.commands, 'the command', commands, (each, names) => names.some((name) => matchesGlob(each, name))),
    holds(rule.registers, 'the register', register, matchesGlob),
    isParameter(rule, judged), isField(rule, judged),
  ];
}

function effectsOf({ effects }: PolicyRule): readonly string[] {
  return effects === undefined ? CHANGING : listOf(effects);
}

/** A condition of patterns on a value; one that is left out holds. */
function holds<P, V>(patterns: P | readonly P[] | undefined, what: string, value: V | null | undefined, fits: (pattern: P, value: V) => boolean): Answer {
  if (patterns === undefined) return true;
  if (value === undefined) return what;
  return value !== null && listOf(patterns).some((pattern) => fits(pattern, value));
}

function isUser({ users, groups }: PolicyRule, { user }: PolicyQuestion): Answer {
  if (users === undefined && groups === undefined) return true;
  const isIn = (accounts: typeof users, ids: readonly string[], isWhole: boolean, what: string): Answer => {
    const wanted = listOf(accounts ?? []).map(String);
    if (wanted.some((each) => ids.includes(each))) return true;
    return !isWhole && wanted.length > 0 ? what : false;
  };
  return either([
    isIn(users, [String(user.uid), ...(user.name === undefined ? [] : [user.name])], user.name !== undefined, 'the user\'s name'),
    isIn(groups, user.groups ?? [], user.groups !== undefined, 'the user\'s groups'),
  ]);
}

function isDevice(wanted: readonly PolicyDevice[], device: CommandQuestion['device']): Answer {
  if (wanted.length === 0) return true;
  return either(wanted.map(({ address, plugin, pci, driver, serial }) => all([
    holds(address, 'the address', device.address, matchesGlob), holds(plugin, 'the plugin', device.plugin, matchesGlob), holds(pci, 'the PCI id', device.pci, matchesPci),
    holds(driver, 'the driver', device.driver, matchesGlob), holds(serial, 'the serial number', device.serial, matchesGlob),
  ])));
}

/** `1af4` is the vendor alone. */
function matchesPci(pattern: string, pci: string): boolean {
  return matchesGlob(pattern.includes(':') ? pattern : `${pattern}:*`, pci);
}

function isParameter({ parameters }: PolicyRule, judged: Judged): Answer {
  if (parameters === undefined) return true;
  if (judged === 'unknown') return 'the parameters';
  return typeof judged !== 'string' && listOf(parameters).some((pattern) => (judged.parameters ?? []).some((name) => matchesGlob(pattern, name)));
}

/** To write what is there already is within every allowance, and against no prohibition. */
function isField({ fields, action }: PolicyRule, judged: Judged): Answer {
  if (fields === undefined) return true;
  if (judged === 'unknown') return 'the fields';
  if (judged === 'unchanged') return action === 'allow';
  return judged !== 'none' && listOf(fields).some((pattern) => matchesPath(pattern, judged.field));
}

function either(answers: readonly Answer[]): Answer {
  return answers.includes(true) || (answers.find((answer) => typeof answer === 'string') ?? false);
}

function all(answers: readonly Answer[]): Answer {
  return !answers.includes(false) && (answers.find((answer) => typeof answer === 'string') ?? true);
}

function listOf<T>(one: T | readonly T[] | undefined): readonly T[] {
  if (one === undefined) return [];
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}
