import { statSync } from 'node:fs';
import { policySchema, type PolicyData } from '@auxctl/schemas';
import { isCoded } from '../errors/kinds.js';
import { PolicyError, UsageError } from '../errors/classes.js';
import { FolderSafety } from '../registry/safety.js';
import { faultyFile, type YamlFault } from '../yaml/fault.js';
import { readYaml, type YamlFile } from '../yaml/read.js';
import type { Policy } from './types.js';

/** How a policy's file is read. */
export interface LoadPolicyOptions {
  /** Who may own the file and the folders above besides root; nobody when left out. */
  readonly owner?: number;
}

/** What came of reading a file that may be a policy. */
export type PolicyOutcome =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly faults: readonly YamlFault[] };

/** Reads a policy, whoever owns it. Rejects with `ERR_FILE` when it cannot be read. */
export async function readPolicy(path: string): Promise<PolicyOutcome> {
  const outcome = await readYaml(path, policySchema, { format: 'policy' });
  return outcome.ok ? { ok: true, policy: policyOf(path, outcome.file) } : outcome;
}

/** Why a policy's file cannot be trusted: somebody else than root, or than `owner`, could change it; undefined when it can. */
export function policyOwnerFault(path: string, { owner }: { readonly owner?: number | undefined } = {}): string | undefined {
  return safetyFor(owner).faultOfFile(path);
}

/**
 * Reads the policy that is in force. Only root may be able to change it: not the file alone, but every folder above it, and what links lead to. Rejects
 * with `ERR_POLICY_FILE` when it is not so, and when the file cannot be read or is faulty: it then says where.
 */
export async function loadPolicy(path: string, { owner }: LoadPolicyOptions = {}): Promise<Policy> {
  const fault = policyOwnerFault(path, { owner });
  if (fault !== undefined) throw new PolicyError('ERR_POLICY_FILE', `the policy in ${path} cannot be trusted: ${fault}`, { hint: `chown root ${path} and chmod go-w ${path}, or of the folder that is named.` });
  const outcome = await readPolicy(path).catch((cause: unknown) => {
    throw cause instanceof UsageError ? new PolicyError('ERR_POLICY_FILE', `the policy cannot be read: ${cause.message}`, { cause }) : cause;
  });
  if (!outcome.ok) throw faultyFile('ERR_POLICY_FILE', path, outcome.faults);
  return outcome.policy;
}

/** Is it an error that says that a policy cannot be used? */
export function isUnusable(error: unknown): boolean {
  return isCoded(error) && error.code === 'ERR_POLICY_FILE';
}

/** What belongs to `owner` counts as root's. */
function safetyFor(owner: number | undefined): FolderSafety {
  if (owner === undefined) return new FolderSafety();
  return new FolderSafety((path) => {
    const stat = statSync(path);
    return { uid: stat.uid === owner ? 0 : stat.uid, mode: stat.mode, isDirectory: () => stat.isDirectory() };
  });
}

function policyOf(path: string, file: YamlFile<PolicyData>): Policy {
  const { value } = file;
  return {
    file: path, default: value.default ?? 'allow', ...(value.default === undefined ? {} : { defaultLine: file.lineOf(['default']) }),
    rules: (value.rules ?? []).map((rule, index) => ({ ...rule, line: file.lineOf(['rules', index]) })),
  };
}
