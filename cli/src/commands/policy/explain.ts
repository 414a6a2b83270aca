import { callersUid, decide, faultyFile, policyUser, readPolicy, uidOf, type CommandQuestion, type Policy, type PolicyDecision, type PolicyQuestion } from '@auxctl/core';
import { SCOPES } from '@auxctl/schemas/model';
import { report, type CommandModule, type Context } from '../../command.js';
import type { FoundDevice } from '../../devices.js';
import type { Style } from '../../output/style.js';
import { pairs, table } from '../../output/table.js';
import { policyPlaces } from '../../policy/enforced.js';
import { loadPolicies } from '../../policy/guard.js';
import { questionOfWords } from '../../policy/question.js';
import type { PolicyExplainDocument } from '../../schemas/policy.js';

type Verdict = PolicyExplainDocument['verdict'];
type Shown = PolicyExplainDocument['decisions'][number];

/** `auxctl policy explain` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const words = invocation.list('COMMAND');
  const { question, mayBeRefined } = await questionOfWords(found, words, SCOPES.find((scope) => scope === invocation.maybe('scope')));
  const policies = await policiesFor(found, invocation.maybe('policy'), context);
  const as = invocation.maybe('as');
  const user = await policyUser(as === undefined ? callersUid() : await uidOf(as), policies);
  const serial = invocation.maybe('serial');
  const asked: PolicyQuestion = { ...question, device: { ...question.device, serial }, user, reason: context.options.reason };
  const decisions = policies.flatMap((policy) => decisionsOf(policy, asked));
  const document: PolicyExplainDocument = {
    schema: 'auxctl.policy-explain/1', device: found.device.address, command: words.join(' '), verdict: worst(decisions), user: { uid: user.uid, name: user.name ?? null },
    effect: asked.effect, mayBeRefined, scope: asked.scope ?? null, commands: asked.commands === undefined ? null : [...asked.commands], register: asked.register ?? null, serial: serial ?? null, decisions,
  };
  return report(document, explainText);
};

/** The one that is tried out, or those in force. */
async function policiesFor(found: FoundDevice, file: string | undefined, context: Context): Promise<readonly Policy[]> {
  if (file === undefined) return loadPolicies(policyPlaces(found.simulated, context));
  const outcome = await readPolicy(file);
  if (outcome.ok) return [outcome.policy];
  throw faultyFile('ERR_USAGE', file, outcome.faults);
}

/** Each change by itself, as it is decided. */
function decisionsOf(policy: Policy, question: PolicyQuestion): Shown[] {
  const { changes } = question;
  const each: CommandQuestion['changes'][] = typeof changes === 'string' ? [changes] : changes.map((change) => [change]);
  return each.map((one) => shown(policy, decide(policy, { ...question, changes: one })));
}

function shown({ file }: Policy, { verdict, rule, line, change, unknown }: PolicyDecision): Shown {
  return {
    file, line: line ?? null, rule: rule?.name ?? null, by: rule === undefined ? 'default' : 'rule', verdict,
    change: change === undefined ? null : change.parameters?.[0] ?? change.field, unknown: [...unknown],
  };
}

function worst(decisions: readonly Shown[]): Verdict {
  const verdicts = decisions.map(({ verdict }) => verdict);
  return verdicts.includes('deny') ? 'deny' : verdicts.includes('reason') ? 'reason' : 'allow';
}

const MEANINGS: Readonly<Record<Verdict, string>> = { allow: 'allowed', deny: 'refused', reason: 'allowed with --reason' };

function explainText({ verdict, user, effect, mayBeRefined, scope, commands, register, serial, decisions, device, command }: PolicyExplainDocument, style: Style): string {
  const paint = (each: Verdict, text: string): string => (each === 'allow' ? style.good(text) : each === 'deny' ? style.bad(text) : style.warning(text));
  const head = pairs([
    ['device', device], ['serial', serial ?? undefined], ['command', command], ['names', commands?.join(', ')], ['register', register ?? undefined], ['effect', `${effect}${mayBeRefined ? ', unless the device says otherwise' : ''}`], ['scope', scope ?? undefined],
    ['user', user.name === null ? String(user.uid) : `${user.name} (${user.uid})`],
  ], style);
  const rows = table(decisions, [
    { heading: 'CHANGE', cell: ({ change }) => change ?? '' },
    { heading: 'VERDICT', cell: (each) => MEANINGS[each.verdict], paint: (each, text) => paint(each.verdict, text) },
    { heading: 'DECIDED BY', cell: ({ by, rule, file, line }) => `${by === 'default' ? 'the default of ' : ''}${file}${line === null ? '' : `:${line}`}${rule === null ? '' : ` '${rule}'`}` },
    { heading: 'NOT KNOWN', cell: ({ unknown }) => unknown.join(', ') },
  ], style);
  const verdictLine = decisions.length === 0 ? 'no policy is there' : paint(verdict, MEANINGS[verdict]);
  return `${head}\n${rows}${rows === '' ? '' : '\n'}${verdictLine}${verdict === 'deny' || effect === 'inspect' ? '' : `; --allow ${effect} is needed all the same`}\n`;
}
