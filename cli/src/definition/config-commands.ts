import { EXAMPLES } from '../generated/examples.js';
import { ALLOW, EVEN_SO, SCOPE, SIMULATED, YES } from './options.js';
import type { ArgumentDefinition, CommandDefinition, LeafDefinition } from './types.js';

const FILE: ArgumentDefinition = { name: 'FILE', kind: 'file', description: 'the wanted configuration, in YAML' };
const WANTED = `printf '%s\\n' 'format: auxctl.config/1' 'devices:' '  - match: { plugin: ${EXAMPLES.plugin} }' '    parameters: { ${EXAMPLES.parameter}: 16 }' > wanted.yaml`;

const plan: LeafDefinition = {
  name: 'plan',
  summary: 'Show what it takes for devices to be as a file wants them',
  description: `Reads stored configuration, parameters of the driver and registers, and changes nothing. Shows each value as it is and as it is wanted, what would be sent, and what makes
it current. Ends with status 7 when there is anything to do.`,
  arguments: [FILE],
  examples: [{ line: `config plan wanted.yaml ${SIMULATED}`, meaning: 'what would be changed', setup: [WANTED], exitStatus: 7 }],
  load: () => import('../commands/config/plan.js'),
};

const apply: LeafDefinition = {
  name: 'apply',
  summary: 'Make devices as a file wants them, or leave them as they were',
  description: `Checks everything for all devices before anything is changed, shows the plan, asks once, and then changes one thing after the other and reads each back. When
one fails, or on an interrupt, all that was done is rolled back in reverse order. Every step and every rollback is in the journal. What is as wanted already is not written.`,
  arguments: [FILE],
  options: [ALLOW, YES, SCOPE, EVEN_SO, { name: 'keep', description: 'after a failure keep what was done before it' }],
  examples: [{ line: `config apply wanted.yaml --allow configure --yes ${SIMULATED}`, meaning: 'without --yes, shows the plan and asks first', setup: [WANTED] }],
  load: () => import('../commands/config/apply.js'),
};

/** Wanted configuration. */
export const configCommands: readonly CommandDefinition[] = [
  { name: 'config', summary: 'The wanted configuration of devices: plan, apply', commands: [plan, apply] },
];
