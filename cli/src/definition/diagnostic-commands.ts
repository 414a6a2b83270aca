import { ALLOW, DEVICE, EXAMPLE_DEVICE, SIMULATED, SCOPE, YES } from './options.js';
import type { CommandDefinition, LeafDefinition, OptionDefinition } from './types.js';

const SAMPLING: readonly OptionDefinition[] = [
  { name: 'counter', value: 'LIST', kind: 'text', isRepeatable: true, description: 'counters by name or id, separated by commas' },
  { name: 'period', value: 'TIME', description: 'between two samples, as in 500us, 10ms or 1048576clocks; the next power of two of device clocks (default: about 10ms)' },
  { name: 'samples', value: 'N', description: 'how many the device keeps; the next power of two (default: 4096, or as many as it can)' },
  { name: 'mode', value: 'MODE', choices: ['single', 'repetitive', 'on-demand'], description: 'fill the ring once, go around it, or sample when asked (default: repetitive where there is that)' },
  { name: 'sync', description: 'start all counters at the same moment' },
  { name: 'clear', description: 'and let them count anew in each period' },
];

const list: LeafDefinition = {
  name: 'list',
  summary: 'Show the diagnostic counters that a device can sample, and its limits',
  arguments: [DEVICE],
  examples: [{ line: `diag list ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'ids, names, units' }],
  load: () => import('../commands/diag/list.js'),
};

const show: LeafDefinition = {
  name: 'show',
  summary: 'Show what a device has been told to sample',
  arguments: [DEVICE],
  examples: [{ line: `diag show ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'whether it samples, and what' }],
  load: () => import('../commands/diag/show.js'),
};

const set: LeafDefinition = {
  name: 'set',
  summary: 'Start sampling, and leave it on',
  description: 'Shows what it changes, and asks. The device goes on until diag stop; diag sample starts and stops by itself.',
  arguments: [DEVICE],
  options: [...SAMPLING, ALLOW, YES, SCOPE],
  examples: [{ line: `diag set ${EXAMPLE_DEVICE} --counter TX_PACKETS,0x401 --period 1ms --allow configure --yes ${SIMULATED}`, meaning: 'two counters, each millisecond; without --yes, asks first' }],
  load: () => import('../commands/diag/set.js'),
};

const sample: LeafDefinition = {
  name: 'sample',
  summary: 'Sample counters: a plot at a terminal, lines in a pipe',
  description: `Starts sampling, shows what comes, and stops sampling however it ends: when there is enough, on an error, on Ctrl-C, or when
nobody reads any more. Without --counter, samples what the device was last told, else all counters that it has.`,
  arguments: [DEVICE],
  options: [
    ...SAMPLING,
    { name: 'count', value: 'N', description: 'end after so many samples' },
    { name: 'duration', value: 'TIME', description: 'end after so long: seconds, or with a unit as in 500ms or 2m' },
    { name: 'interval', value: 'TIME', description: 'fetch samples so often (default: a quarter of the time that the ring holds, 10ms to 500ms)' },
    { name: 'format', value: 'FORMAT', choices: ['plot', 'text', 'jsonl', 'binary'], description: 'how to show them (default: plot at a terminal, jsonl with --json, else text)' },
    ALLOW, YES, SCOPE,
  ],
  examples: [
    { line: `diag sample ${EXAMPLE_DEVICE} --counter TX_PACKETS,OUTBOUND_STALLED_READS --allow configure --yes ${SIMULATED}`, meaning: 'until it is interrupted; a live plot at a terminal', output: 'varies', endsBy: 'interrupt' },
    { line: `diag sample ${EXAMPLE_DEVICE} --counter TX_PACKETS --count 100 --json --allow configure --yes ${SIMULATED}`, meaning: 'JSON lines', output: 'varies' },
    { line: `diag sample ${EXAMPLE_DEVICE} --duration 500ms --format binary --allow configure --yes ${SIMULATED} > samples`, meaning: 'into a file, for a program to read', output: 'varies' },
  ],
  load: () => import('../commands/diag/sample.js'),
};

const stop: LeafDefinition = {
  name: 'stop',
  summary: 'Stop sampling',
  arguments: [DEVICE],
  options: [ALLOW, YES, SCOPE],
  examples: [{ line: `diag stop ${EXAMPLE_DEVICE} --allow configure --yes ${SIMULATED}`, meaning: 'whoever started it' }],
  load: () => import('../commands/diag/stop.js'),
};

/** Counters that a device samples by itself. */
export const diagnosticCommands: readonly CommandDefinition[] = [
  { name: 'diag', summary: 'Diagnostic counters: list, show, set, sample, stop', commands: [list, show, set, sample, stop] },
];
