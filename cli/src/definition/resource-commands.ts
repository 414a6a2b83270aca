import { DEVICE, EXAMPLE_DEVICE, SIMULATED } from './options.js';
import type { CommandDefinition, LeafDefinition } from './types.js';

const list: LeafDefinition = {
  name: 'list',
  summary: 'Show which internal resources a device can dump',
  description: 'The list is the device\'s own. For each kind of resource it has the indexes that select one, and how many can be dumped at once.',
  arguments: [DEVICE],
  examples: [{ line: `resource list ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'numbers, names, indexes, counts' }],
  load: () => import('../commands/resource/list.js'),
};

const dump: LeafDefinition = {
  name: 'dump',
  summary: 'Dump internal resources, as the device itself writes them',
  description: `Shows each segment of the dump, decoded where its layout is known, else in hexadecimal. Values are numbers, ranges (1..8) or both (1,4..6);
each is a dump of its own. The device is not changed.`,
  arguments: [
    DEVICE,
    { name: 'SEGMENT', kind: 'text', isOptional: true, description: 'what to dump, by its name or number; auxctl resource list shows them' },
    { name: 'index=value', kind: 'field', isOptional: true, isVariadic: true, description: 'which one: index1=, index2= or the device\'s own name such as QPN=; count1=, count2=' },
  ],
  options: [
    { name: 'count', value: 'N', description: 'how many from the index on: a number, all, or active' },
    { name: 'depth', value: 'N', description: 'follow references to other resources so many steps (default: 0)' },
    { name: 'limit', value: 'BYTES', description: 'take no more than this from the device (default: 16777216)' },
    { name: 'output', short: 'o', value: 'FILE', kind: 'file', description: 'save to this file, which auxctl show decodes anywhere; packed when its name ends in .gz' },
    { name: 'core', description: 'say how to come by the firmware\'s core dump' },
  ],
  examples: [
    { line: `resource dump ${EXAMPLE_DEVICE} PRM_QUERY_QP QPN=0x40 ${SIMULATED}`, meaning: 'one queue pair' },
    { line: `resource dump ${EXAMPLE_DEVICE} FULL_QPC QPN=64..71 --depth 2 -o qps.dump.gz ${SIMULATED}`, meaning: 'eight, with their queues, to a file', output: 'varies' },
    { line: `resource dump ${EXAMPLE_DEVICE} SCHEDQ_INFO --count active ${SIMULATED}`, meaning: 'all that are in use' },
  ],
  load: () => import('../commands/resource/dump.js'),
};

/** What devices can dump of their own inside. */
export const resourceCommands: readonly CommandDefinition[] = [
  { name: 'resource', summary: 'Internal resources: list, dump', commands: [list, dump] },
];
