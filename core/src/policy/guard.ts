import type { AuxctlError } from '../errors/base.js';
import { PolicyError } from '../errors/classes.js';
import { callersUid, policyUser, systemAccounts, type AccountSources } from './accounts.js';
import { decide, judgesInspection } from './decide.js';
import { isUnusable } from './load.js';
import type { CommandPolicy, CommandQuestion, Policy, PolicyDecision, PolicyRefusal, PolicyUser } from './types.js';

/** What a guard needs. */
export interface PolicyGuardOptions {
  /** Reads the policies; all of them must allow a command. Called once, when the first command is judged; `ERR_POLICY_FILE` refuses everything but what inspects. */
  readonly load: () => Promise<readonly Policy[]>;
  /** Why, in the user's words. */
  readonly reason?: string | undefined;
  /** Who asks; the user who logged in, or else of this process, when left out. */
  readonly uid?: number;
  readonly accounts?: AccountSources;
  /** Is told once when the policies cannot be used, and something is inspected nevertheless. */
  readonly warn: (text: string) => void;
}

type Loaded = { readonly ok: true; readonly policies: readonly Policy[]; readonly user: PolicyUser } | { readonly ok: false; readonly error: AuxctlError };

/** Judges commands by policies. */
export function policyGuard(options: PolicyGuardOptions): CommandPolicy {
  return new Guard(options);
}

class Guard implements CommandPolicy {
  readonly #options: PolicyGuardOptions;
  #loaded: Promise<Loaded> | undefined;
  #isWarned = false;

  constructor(options: PolicyGuardOptions) {
    this.#options = options;
  }

  async judgesInspection(): Promise<boolean> {
    const loaded = await this.#load();
    if (!loaded.ok) this.#warn(loaded.error);
    return loaded.ok && loaded.policies.some(judgesInspection);
  }

  async refusal(question: CommandQuestion): Promise<PolicyRefusal | undefined> {
    return this.#judge(question, false);
  }

  async foreseen(question: CommandQuestion): Promise<PolicyRefusal | undefined> {
    return this.#judge(question, true);
  }

  async #judge(question: CommandQuestion, mustBeCertain: boolean): Promise<PolicyRefusal | undefined> {
    const loaded = await this.#load();
    if (!loaded.ok) return this.#unusable(loaded.error, question);
    for (const policy of loaded.policies) {
      const asked = { ...question, user: loaded.user, reason: this.#options.reason };
      const decision = decide(policy, asked);
      if (decision.verdict !== 'allow' && (decision.unknown.length === 0 || !mustBeCertain)) return refusalOf(policy, decision, asked);
    }
    return undefined;
  }

  async #load(): Promise<Loaded> {
    return this.#loaded ??= this.#read();
  }

  async #read(): Promise<Loaded> {
    const { load, uid = callersUid(), accounts = systemAccounts } = this.#options;
    try {
      const policies = await load();
      return { ok: true, policies, user: await policyUser(uid, policies, accounts) };
    } catch (error) {
      if (isUnusable(error)) return { ok: false, error: error as AuxctlError };
      throw error;
    }
  }

  #unusable(error: AuxctlError, { effect, commands, called, device: { address } }: CommandQuestion): PolicyRefusal | undefined {
    if (effect === 'inspect') {
      this.#warn(error);
      return undefined;
    }
    const command = called ?? commands?.[0] ?? 'this';
    const context = { device: address, command, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }), ...(error.excerpt === undefined ? {} : { excerpt: error.excerpt }) };
    return { error: new PolicyError('ERR_POLICY_FILE', `${error.message}; ${command} is ${effect} and was not sent`, context), record: { why: 'unusable' } };
  }

  #warn({ message }: AuxctlError): void {
    if (!this.#isWarned) this.#options.warn(`${message}; what changes a device is refused until it is repaired`);
    this.#isWarned = true;
  }
}

/** What is thrown and recorded. */
function refusalOf(policy: Policy, decision: PolicyDecision, question: CommandQuestion): PolicyRefusal {
  const { device: { address }, commands, called, effect, scope } = question;
  const { rule, line, change, unknown, verdict } = decision;
  const command = called ?? commands?.[0] ?? 'the command';
  const what = change === undefined ? command : `${command}: ${change.parameters?.[0] ?? change.field}`;
  const doubt = unknown.length === 0 ? '' : `, since ${unknown.join(' and ')} could not be told`;
  const lead = verdict === 'deny' ? `${what} is refused by ${decider(policy, decision)}${doubt}` : `${what} needs a reason: so says ${decider(policy, decision)}`;
  const hint = verdict === 'deny' ? `It is ${effect}${scope === undefined ? '' : `, with scope ${scope}`}; auxctl policy explain ${address} ... says how a rule decides.` : 'Add --reason TEXT; it is kept in the journal.';
  return {
    error: new PolicyError('ERR_POLICY', `${lead}; nothing was sent`, { device: address, command, hint }),
    record: { why: verdict === 'deny' ? 'denied' : 'reason-missing', file: policy.file, ...(line === undefined ? {} : { line }), ...(rule?.name === undefined ? {} : { rule: rule.name }) },
  };
}

/** Which part of a policy decides, with its place. */
export function decider({ file }: Pick<Policy, 'file'>, { rule, line }: PolicyDecision): string {
  const place = line === undefined ? file : `${file}:${line}`;
  if (rule === undefined) return `the default of ${place}`;
  return rule.name === undefined ? `the rule in ${place}` : `the rule '${rule.name}' in ${place}`;
}
