import { EXAMPLES } from '../generated/examples.js';
import { DEVICE, EXAMPLE_DEVICE, SCOPE, SIMULATED } from './options.js';
import type { CommandDefinition, LeafDefinition } from './types.js';

const WRITTEN: readonly string[] = [
  'printf \'%s\\n\' \'format: auxctl.policy/1\' \'default: deny\' \'rules:\' \'  - name: guests\' \'    action: allow\' \'    parameters: "*VF*"\' > policy.yaml',
];

const check: LeafDefinition = {
  name: 'check',
  summary: 'Check a policy: what its rules say, and who could change it',
  description: `Without FILE checks the system's policy, /etc/auxctl/policy.yaml, and that nobody but root can change it. Lists every fault with line and
column, and ends with status 2 when there is one.`,
  arguments: [{ name: 'FILE', kind: 'file', isOptional: true, description: 'a policy that is to be tried out' }],
  examples: [
    { line: 'policy check policy.yaml', meaning: 'before it is put in place', setup: WRITTEN },
    { line: 'policy check faulty.yaml', meaning: 'a slip of the fingers', setup: [...WRITTEN, 'sed s/action/acton/ policy.yaml > faulty.yaml'], exitStatus: 2 },
  ],
  load: () => import('../commands/policy/check.js'),
};

const explain: LeafDefinition = {
  name: 'explain',
  summary: 'Say which rule of the policy decides about a command',
  description: `COMMAND is reg read, reg write, call, nvconfig set, nvconfig reset or param set with what follows the device there. Nothing is opened and
nothing is sent: what only the device tells is not known, and counts against the command.`,
  arguments: [DEVICE, { name: 'COMMAND', kind: 'text', isVariadic: true, description: 'the command\'s words without the device, as in reg write NAME field=value' }],
  options: [
    { name: 'as', value: 'USER', description: 'ask for this user, by name or uid (default: who logged in)' },
    { name: 'serial', value: 'TEXT', description: 'the serial number that the device would tell' },
    { name: 'policy', value: 'FILE', kind: 'file', description: 'ask this policy instead of the one in force' },
    SCOPE,
  ],
  examples: [{ line: `policy explain ${EXAMPLE_DEVICE} nvconfig set ${EXAMPLES.parameter}=16 --as root --policy policy.yaml ${SIMULATED}`, meaning: 'may root do this?', setup: WRITTEN }],
  load: () => import('../commands/policy/explain.js'),
};

/** What is allowed here. */
export const policyCommands: readonly CommandDefinition[] = [{ name: 'policy', summary: 'What the system\'s policy allows: check, explain', commands: [check, explain] }];
