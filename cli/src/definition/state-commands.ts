import { DEVICE } from './options.js';
import { EXAMPLE_DEVICE, SIMULATED } from './examples.js';
import type { ArgumentDefinition, CommandDefinition, LeafDefinition } from './types.js';

const DEVICES: ArgumentDefinition = { ...DEVICE, isOptional: true, isVariadic: true, description: 'any names of devices (default: all that a plugin is for)' };
const BASELINE: ArgumentDefinition = { name: 'NAME', kind: 'text', description: 'the baseline; auxctl baseline list shows them' };

const save: LeafDefinition = {
  name: 'save',
  summary: 'Keep the state of devices, to compare with later',
  description: 'Reads identity, stored configuration, parameters of the driver, capabilities and registers, and changes nothing.',
  arguments: [DEVICES],
  options: [
    { name: 'name', value: 'NAME', description: 'what it is called (default: default)' },
    { name: 'replace', description: 'in place of one of this name' },
  ],
  examples: [{ line: `baseline save ${SIMULATED}`, meaning: 'every device of this machine' }],
  load: () => import('../commands/baseline/save.js'),
};

const list: LeafDefinition = {
  name: 'list',
  summary: 'Show the baselines that were saved',
  examples: [{ line: 'baseline list', meaning: 'names, times and devices' }],
  load: () => import('../commands/baseline/list.js'),
};

const show: LeafDefinition = {
  name: 'show',
  summary: 'Show what a baseline holds',
  arguments: [{ ...BASELINE, isOptional: true, description: `${BASELINE.description} (default: default)` }],
  examples: [{ line: 'baseline show', meaning: 'its devices, and what was not as delivered' }],
  load: () => import('../commands/baseline/show.js'),
};

const remove: LeafDefinition = {
  name: 'remove',
  summary: 'Remove a baseline',
  arguments: [BASELINE],
  examples: [{ line: 'baseline remove default', meaning: 'one that is not needed any more' }],
  load: () => import('../commands/baseline/remove.js'),
};

const drift: CommandDefinition = {
  name: 'drift',
  summary: 'Say what has changed since a baseline, and whether the journal explains it',
  description: `Compares stored configuration, parameters of the driver, capabilities and registers with a baseline, with a report (of another machine too), or with another
device. A device is found again by its serial number, wherever it is now. Of each difference says which command of the journal made it, which program was seen doing it,
or that nothing recorded explains it, and then what could have. Ends with status 7 when there are differences.`,
  arguments: [DEVICES],
  options: [
    { name: 'against', value: 'WHAT', description: 'a baseline, a file of auxctl report or dump, or a device (default: the baseline default)' },
    { name: 'with', value: 'FILE', kind: 'file', description: 'compare with this report or dump instead of with devices as they are now' },
  ],
  examples: [
    { line: `drift ${SIMULATED}`, meaning: 'since the baseline' },
    { line: `drift ${EXAMPLE_DEVICE} --against report.json ${SIMULATED}`, meaning: 'from another machine that is to be alike' },
  ],
  load: () => import('../commands/drift.js'),
};

/** How devices are set up, and what has changed. */
export const stateCommands: readonly CommandDefinition[] = [
  { name: 'baseline', summary: 'The state of devices as it was: save, list, show, remove', commands: [save, list, show, remove] },
  drift,
];
