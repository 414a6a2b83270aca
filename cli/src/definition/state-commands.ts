import { DEVICE, EXAMPLE_DEVICE, SIMULATED } from './options.js';
import type { ArgumentDefinition, CommandDefinition, LeafDefinition } from './types.js';

/** Each page's examples begin in an empty folder. */
const SAVED: readonly string[] = [`auxctl baseline save --state ./state ${SIMULATED}`];
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
  examples: [{ line: `baseline save ${EXAMPLE_DEVICE} --state ./state ${SIMULATED}`, meaning: 'one device, in a folder of its own', output: 'varies' }],
  load: () => import('../commands/baseline/save.js'),
};

const list: LeafDefinition = {
  name: 'list',
  summary: 'Show the baselines that were saved',
  examples: [{ line: 'baseline list --state ./state', meaning: 'names, times and devices', setup: SAVED, output: 'varies' }],
  load: () => import('../commands/baseline/list.js'),
};

const show: LeafDefinition = {
  name: 'show',
  summary: 'Show what a baseline holds',
  arguments: [{ ...BASELINE, isOptional: true, description: `${BASELINE.description} (default: default)` }],
  examples: [{ line: 'baseline show --state ./state', meaning: 'its devices, and what was not as delivered', setup: SAVED, output: 'varies' }],
  load: () => import('../commands/baseline/show.js'),
};

const remove: LeafDefinition = {
  name: 'remove',
  summary: 'Remove a baseline',
  arguments: [BASELINE],
  examples: [{ line: 'baseline remove default --state ./state', meaning: 'one that is not needed any more', setup: SAVED }],
  load: () => import('../commands/baseline/remove.js'),
};

const drift: CommandDefinition = {
  name: 'drift',
  summary: 'Say what has changed since a baseline, and whether the journal explains it',
  description: `Compares stored configuration, parameters of the driver, capabilities and registers with a baseline, with a report (of another machine too), or with another
device. A device is found again by its serial number, wherever it is now. Of each difference says which command of the journal made it, which program was seen doing it,
or that nothing recorded explains it, and then what could have. Ends with status 7 when there are differences, or when a device could not be compared.`,
  arguments: [DEVICES],
  options: [
    { name: 'against', value: 'WHAT', description: 'a baseline, a file of auxctl report or dump, or a device (default: the baseline default)' },
    { name: 'with', value: 'FILE', kind: 'file', description: 'compare with this report or dump instead of with devices as they are now' },
  ],
  examples: [
    { line: `drift ${EXAMPLE_DEVICE} --state ./state ${SIMULATED}`, meaning: 'since the baseline', setup: [`auxctl baseline save ${EXAMPLE_DEVICE} --state ./state ${SIMULATED}`], output: 'varies' },
    { line: `drift ${EXAMPLE_DEVICE} --against report.json ${SIMULATED}`, meaning: 'from what a report holds, of another machine too', setup: [`auxctl report ${EXAMPLE_DEVICE} -o report.json ${SIMULATED}`], output: 'varies' },
  ],
  load: () => import('../commands/drift.js'),
};

const report: CommandDefinition = {
  name: 'report',
  summary: 'Put the state of this machine\'s devices into one file for a bug report',
  description: `Identity, firmware, drivers, the kernel's marks and defences, all that is not as delivered, health reporters, a dump of each device, traces of other tools, and what
could not be read and why. Changes nothing. As text it fits into a mail; as JSON it holds everything, and auxctl drift compares with it; as HTML it is one page
that needs nothing else.`,
  arguments: [{ ...DEVICES, description: 'any names of devices (default: all)' }],
  options: [
    { name: 'output', short: 'o', value: 'FILE', kind: 'file', description: 'where it goes, as HTML, text or JSON by its name, packed when that ends in .gz (default: standard output)' },
    { name: 'redact', description: 'without what tells devices and hosts apart: a digest with this machine\'s key stands in its place' },
    { name: 'redact-key', value: 'FILE', kind: 'file', description: 'the same with the key in FILE, so that reports of several machines can be compared' },
    { name: 'format', value: 'FORMAT', choices: ['text', 'json', 'html'], description: 'the form (default: by the name of the file, else text)' },
  ],
  examples: [
    { line: `report ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'as text', output: 'varies' },
    { line: `report ${EXAMPLE_DEVICE} -o report.html ${SIMULATED}`, meaning: 'as a page', output: 'varies' },
  ],
  load: () => import('../commands/report.js'),
};

/** How devices are set up, and what has changed. */
export const stateCommands: readonly CommandDefinition[] = [
  report,
  { name: 'baseline', summary: 'The state of devices as it was: save, list, show, remove', commands: [save, list, show, remove] },
  drift,
];
