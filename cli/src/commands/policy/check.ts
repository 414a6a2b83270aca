import { join } from 'node:path';
import { faultLine, isPolicyThere, POLICY_FILE, policyOwnerFault, readPolicy, unknownAccounts } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import type { Style } from '../../output/style.js';
import { printable } from '../../output/table.js';
import type { PolicyCheckDocument } from '../../schemas/policy.js';

const FAULTY = 2;

/** `auxctl policy check` */
export const run: CommandModule['run'] = async (invocation, { options: { root } }) => {
  const named = invocation.maybe('FILE');
  const file = named ?? join(root, POLICY_FILE);
  const document = named === undefined && !isPolicyThere(file) ? empty(file, 'absent') : await check(file, named === undefined ? ownerFault(file, root) : undefined);
  return { ...report(document, checkText), exitStatus: document.state === 'faulty' ? FAULTY : 0 };
};

function ownerFault(file: string, root: string): string | undefined {
  return policyOwnerFault(file, root === '/' ? {} : { owner: process.getuid?.() });
}

async function check(file: string, untrusted: string | undefined): Promise<PolicyCheckDocument> {
  const outcome = await readPolicy(file);
  if (!outcome.ok) return { ...empty(file, 'faulty'), untrusted: untrusted ?? null, faults: outcome.faults.map((fault) => ({ ...fault, excerpt: [...fault.excerpt] })) };
  const { policy } = outcome;
  const notes = (await unknownAccounts(policy)).map(({ line, text }) => ({ line, message: text }));
  return { ...empty(file, untrusted === undefined ? 'sound' : 'faulty'), default: policy.default, rules: policy.rules.length, untrusted: untrusted ?? null, notes };
}

function empty(file: string, state: PolicyCheckDocument['state']): PolicyCheckDocument {
  return { schema: 'auxctl.policy-check/1', file, state, default: null, rules: null, untrusted: null, faults: [], notes: [] };
}

function checkText({ file, state, default: otherwise, rules, untrusted, faults, notes }: PolicyCheckDocument, style: Style): string {
  if (state === 'absent') return `there is no policy in ${file}: what --allow allows is sent\n`;
  const lines = [
    ...(untrusted === null ? [] : [`${style.bad('not to be trusted:')} ${printable(untrusted)}`]),
    ...faults.flatMap((fault) => [style.heading(printable(faultLine(file, fault))), ...fault.excerpt.map(printable)]),
    ...notes.map(({ line, message }) => `${file}:${line}: ${style.warning('note:')} ${printable(message)}`),
  ];
  const count = faults.length + Number(untrusted !== null);
  const verdict = state === 'faulty' ? style.bad(`${count} ${count === 1 ? 'fault' : 'faults'}`) : style.good('no fault');
  const size = rules === null ? '' : `, ${rules} ${rules === 1 ? 'rule' : 'rules'}, default ${otherwise ?? ''}`;
  return `${lines.map((line) => `${line}\n`).join('')}${file}: ${verdict}${size}\n`;
}
