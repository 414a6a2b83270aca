import { EXAMPLES } from '../generated/examples.js';
import { ALLOW, DEVICE, EVEN_SO, EXAMPLE_DEVICE, PLUGIN, SIMULATED, SCOPE, YES } from './options.js';
import type { CommandDefinition, LeafDefinition } from './types.js';

const list: LeafDefinition = {
  name: 'list',
  summary: 'Show the parameters of non-volatile configuration that a plugin knows',
  arguments: [PLUGIN],
  examples: [{ line: `nvconfig list ${EXAMPLES.plugin}`, meaning: 'needs no device' }],
  load: () => import('../commands/nvconfig/list.js'),
};

const describe: LeafDefinition = {
  name: 'describe',
  summary: 'Show a parameter\'s values, limits, item and sources',
  arguments: [PLUGIN, { name: 'NAME', kind: 'parameter', description: 'the parameter' }],
  examples: [{ line: `nvconfig describe ${EXAMPLES.plugin} ${EXAMPLES.parameter}`, meaning: 'needs no device' }],
  load: () => import('../commands/nvconfig/describe.js'),
};

const query: LeafDefinition = {
  name: 'query',
  summary: 'Show parameters: default, in force, and at the next boot',
  description: 'A value that nobody has set is marked so. What the device does not have is said.',
  arguments: [DEVICE, { name: 'NAME', kind: 'parameter', isOptional: true, isVariadic: true, description: 'only these parameters' }],
  options: [
    { name: 'changed', description: 'only those whose values are not all the same' },
    { name: 'all', description: 'also the items that the device stores and no layout describes, as bytes' },
  ],
  examples: [
    { line: `nvconfig query ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'all parameters' },
    { line: `nvconfig query ${EXAMPLE_DEVICE} --changed ${SIMULATED}`, meaning: 'what is not as it left the factory, or will not be as it is' },
  ],
  load: () => import('../commands/nvconfig/query.js'),
};

const set: LeafDefinition = {
  name: 'set',
  summary: 'Change parameters for the next boot',
  description: 'Shows each change and what makes it current, asks, writes, and reads back. Without --allow nothing is sent at all. What the kernel\'s driver sets too is left to it, unless --even-so insists.',
  arguments: [DEVICE, { name: 'NAME=VALUE', kind: 'parameter', isVariadic: true, description: 'parameters to set' }],
  options: [ALLOW, YES, SCOPE, EVEN_SO],
  examples: [{ line: `nvconfig set ${EXAMPLE_DEVICE} SRIOV_EN=true NUM_OF_VFS=16 --allow configure --yes ${SIMULATED}`, meaning: 'without --yes, asks first' }],
  load: () => import('../commands/nvconfig/set.js'),
};

const reset: LeafDefinition = {
  name: 'reset',
  summary: 'Give parameters their default values from the next boot on',
  description: `Devices keep parameters in items and reset whole items: the preview shows all that goes with what is named. Without names
everything is reset, what no layout describes as well.`,
  arguments: [DEVICE, { name: 'NAME', kind: 'parameter', isOptional: true, isVariadic: true, description: 'the parameters whose items are reset; everything when left out' }],
  options: [ALLOW, YES, SCOPE],
  examples: [{ line: `nvconfig reset ${EXAMPLE_DEVICE} NUM_OF_VFS --allow configure --yes ${SIMULATED}`, meaning: 'without --yes, asks first' }],
  load: () => import('../commands/nvconfig/reset.js'),
};

const components: LeafDefinition = {
  name: 'components',
  summary: 'Show the parts of a device\'s firmware: versions, states, limits',
  arguments: [DEVICE],
  examples: [{ line: `firmware components ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'each part that can be updated by itself' }],
  load: () => import('../commands/firmware/components.js'),
};

const firmwareReset: LeafDefinition = {
  name: 'reset',
  summary: 'Explain how the firmware can be reset, or reset it',
  description: `Without --level nothing is changed: shows the levels and types of reset, what each does and costs, and which the device
offers now. With it, resets the firmware or, where a level says so, has it wait for the bus.`,
  arguments: [DEVICE],
  options: [
    { name: 'level', value: 'LEVEL', description: 'reset by this level' },
    { name: 'type', value: 'TYPE', description: 'what is reset (default: the whole chip, or what the device takes for it)' },
    ALLOW, YES, SCOPE,
  ],
  examples: [
    { line: `firmware reset ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'what there is' },
    { line: `firmware reset ${EXAMPLE_DEVICE} --level level3 --allow invasive --yes ${SIMULATED}`, meaning: 'without --yes, asks first' },
  ],
  load: () => import('../commands/firmware/reset.js'),
};

const paramList: LeafDefinition = {
  name: 'list',
  summary: 'Show the parameters that the kernel itself offers for a device',
  description: `Through devlink, whether or not a plugin is for the device: the value in force now (runtime), from the next reload of the driver on (driverinit),
and kept in the device (permanent), with the defaults where the kernel tells them.`,
  arguments: [DEVICE],
  examples: [{ line: `param list ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'the kernel knows nothing of a simulated device; of a real one it shows what devlink dev param show does', exitStatus: 3 }],
  load: () => import('../commands/param/list.js'),
};

const paramSet: LeafDefinition = {
  name: 'set',
  summary: 'Change parameters that the kernel itself offers',
  description: `Shows each change and what makes it current, asks, has the kernel make it, and reads it back. Both values are in the journal. A driverinit value is
in force after devlink dev reload, a permanent one after the device's next reset.`,
  arguments: [DEVICE, { name: 'NAME=VALUE', kind: 'text', isVariadic: true, description: 'parameters to set' }],
  options: [{ name: 'mode', value: 'MODE', choices: ['runtime', 'driverinit', 'permanent'], description: 'which of a parameter\'s values is set; needed where it has several' }, ALLOW, YES],
  examples: [{ line: `param set ${EXAMPLE_DEVICE} enable_sriov=true --mode permanent --allow configure ${SIMULATED}`, meaning: 'of a real device it asks first', exitStatus: 3 }],
  load: () => import('../commands/param/set.js'),
};

/** What outlives a restart, and the firmware as a whole. */
export const nvconfigCommands: readonly CommandDefinition[] = [
  { name: 'nvconfig', summary: 'Non-volatile configuration: list, describe, query, set, reset', commands: [list, describe, query, set, reset] },
  { name: 'param', summary: 'Parameters that the kernel itself offers: list, set', commands: [paramList, paramSet] },
  { name: 'firmware', summary: 'Firmware: components, reset', commands: [components, firmwareReset] },
];
