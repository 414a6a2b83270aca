import { EXAMPLES } from '../generated/examples.js';
import { ALLOW, DEVICE, EXAMPLE_DEVICE, PLUGIN, SIMULATED, SCOPE, YES } from './options.js';
import type { CommandDefinition, LeafDefinition } from './types.js';

const list: LeafDefinition = {
  name: 'list',
  summary: 'Show the kinds of objects that a plugin can ask about',
  arguments: [PLUGIN],
  examples: [{ line: `obj list ${EXAMPLES.plugin}`, meaning: 'needs no device' }],
  load: () => import('../commands/obj/list.js'),
};

const describe: LeafDefinition = {
  name: 'describe',
  summary: 'Show an object\'s key, fields, enums and sources',
  arguments: [PLUGIN, { name: 'NAME', kind: 'object', description: 'the kind of object' }],
  examples: [{ line: `obj describe ${EXAMPLES.plugin} ${EXAMPLES.object}`, meaning: 'needs no device' }],
  load: () => import('../commands/obj/describe.js'),
};

const read: LeafDefinition = {
  name: 'read',
  summary: 'Read an object that firmware keeps, such as a queue or a table',
  description: 'A field of the key that is not given has its default; one without a default must be given.',
  arguments: [
    DEVICE,
    { name: 'NAME', kind: 'object', description: 'the kind of object' },
    { name: 'key=value', kind: 'field', isOptional: true, isVariadic: true, description: 'which one of its kind' },
  ],
  options: [{ name: 'fields', value: 'LIST', kind: 'field', description: 'only these fields, separated by commas' }, ALLOW, YES, SCOPE],
  examples: [
    { line: `obj read ${EXAMPLE_DEVICE} EQ eq_number=1 ${SIMULATED}`, meaning: 'one of the driver\'s event queues' },
    { line: `obj read ${EXAMPLE_DEVICE} VPORT_COUNTER --fields received_errors ${SIMULATED}`, meaning: 'some fields of the function\'s own virtual port' },
  ],
  load: () => import('../commands/obj/read.js'),
};

/** What firmware keeps for a driver. */
export const objectCommands: readonly CommandDefinition[] = [{ name: 'obj', summary: 'Objects: list, describe, read', commands: [list, describe, read] }];
