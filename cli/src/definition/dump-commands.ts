import { EXAMPLES } from '../generated/examples.js';
import { ALLOW, DEVICE, EXAMPLE_DEVICE, SIMULATED, SCOPE, YES } from './options.js';
import type { CommandDefinition } from './types.js';

const SAVED: readonly string[] = [`auxctl dump ${EXAMPLE_DEVICE} -o before.dump.gz ${SIMULATED}`];

const dump: CommandDefinition = {
  name: 'dump',
  summary: 'Save what a device holds to a file that decodes anywhere',
  description: `Reads identity, capabilities, stored configuration and all registers that reading does not change. What the device refuses is in the file, with the reason. The file holds the
layouts that decode it: auxctl show needs neither the device nor the plugin. A file is there whole or not at all.`,
  arguments: [DEVICE],
  options: [
    { name: 'output', short: 'o', value: 'FILE', kind: 'file', description: 'where it goes; packed when the name ends in .gz (default: standard output)' },
    { name: 'only', value: 'NAME', kind: 'subject', isRepeatable: true, description: 'only this register, capability, object or item of stored configuration; * and ? stand for any letters, and register/... for one kind' },
    { name: 'index', value: 'FIELD=VALUE', kind: 'field', isRepeatable: true, description: 'read registers that have this index field with this value only' },
    { name: 'with-effects', description: 'read also what changes by being read; needs --allow' },
    { name: 'keep-partial', description: 'when the device fails on the way, keep what was read, marked as a part' },
    ALLOW, YES, SCOPE,
  ],
  examples: [
    { line: `dump ${EXAMPLE_DEVICE} -o before.dump.gz ${SIMULATED}`, meaning: 'everything, packed', output: 'varies' },
    { line: `dump ${EXAMPLE_DEVICE} --only 'PA*' --index local_port=1 ${SIMULATED}`, meaning: 'some registers of one port, to standard output', output: 'varies' },
  ],
  load: () => import('../commands/dump.js'),
};

const show: CommandDefinition = {
  name: 'show',
  summary: 'Show a dump, with no device and no plugin at hand',
  description: `Without names, shows where the dump comes from and what it holds; with names, their fields. A file that was cut off or changed is
refused. It is decoded with the layouts that it brings along, so that it says the same everywhere.`,
  arguments: [
    { name: 'FILE', kind: 'file', description: 'the dump, packed or not, or - for standard input' },
    { name: 'NAME', kind: 'subject', isOptional: true, isVariadic: true, description: 'a register, capability or object; * and ? stand for any letters, and register/... for one kind' },
  ],
  options: [
    { name: 'fields', value: 'LIST', kind: 'field', description: 'only these fields, separated by commas' },
    { name: 'plugin-layouts', description: 'decode with the layouts of the installed plugin, which may know more' },
  ],
  examples: [
    { line: 'show before.dump.gz', meaning: 'what it holds', setup: SAVED, output: 'varies' },
    { line: 'show before.dump.gz PAOS \'MT*\'', meaning: 'some registers, decoded', setup: SAVED },
  ],
  load: () => import('../commands/show.js'),
};

const diff: CommandDefinition = {
  name: 'diff',
  summary: 'Compare dumps or devices, field by field',
  description: `A and B are dump files or devices; a device beside a file is read now, for what the file holds. Fields that change by
themselves, such as counters and temperatures, are left out. Ends with status 7 when there are differences, with 0 when there are none.`,
  arguments: [
    { name: 'A', kind: 'side', description: 'a dump file (- for standard input), or any name of a device' },
    { name: 'B', kind: 'side', description: 'the same' },
  ],
  options: [
    { name: 'only', value: 'NAME', kind: 'subject', isRepeatable: true, description: 'only this register, capability, object or item of stored configuration; * and ? stand for any letters, and register/... for one kind' },
    { name: 'volatile', description: 'compare also what changes by itself' },
    { name: 'stat', description: 'only how many fields of each differ' },
    { name: 'plugin-layouts', description: 'decode with the layouts of the installed plugin, which may know more' },
  ],
  examples: [
    { line: `diff before.dump.gz ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'what has changed since', setup: SAVED, output: 'varies' },
    { line: `diff ${EXAMPLE_DEVICE} sim-${EXAMPLES.plugin}-1 --only 'MG*' --sim ${EXAMPLES.plugin}:2`, meaning: 'whether two devices are alike', exitStatus: 7 },
  ],
  load: () => import('../commands/diff.js'),
};

const watch: CommandDefinition = {
  name: 'watch',
  summary: 'Read a register again and again, and mark what changes',
  description: `Redraws in place on a terminal. In a pipe, prints all fields once and then those that change; with --json one document a
reading, each on a line of its own. An interrupt ends it.`,
  arguments: [
    DEVICE,
    { name: 'NAME', kind: 'register', description: 'the register' },
    { name: 'index=value', kind: 'field', isOptional: true, isVariadic: true, description: 'index fields that select what is read' },
  ],
  options: [
    { name: 'interval', value: 'TIME', description: 'from one reading to the next: seconds, or with a unit as in 500ms (default: 1s)' },
    { name: 'count', value: 'N', description: 'end after so many readings' },
    { name: 'fields', value: 'LIST', kind: 'field', description: 'only these fields, separated by commas' },
    ALLOW, YES, SCOPE,
  ],
  examples: [
    { line: `watch ${EXAMPLE_DEVICE} PPCNT local_port=1 grp=0 --interval 500ms ${SIMULATED}`, meaning: 'counters, with their rates, until it is interrupted', output: 'varies', endsBy: 'interrupt', exitStatus: 130 },
    { line: `watch ${EXAMPLE_DEVICE} MTMP --fields temperature --count 3 --interval 100ms --json ${SIMULATED}`, meaning: 'three readings, for programs', output: 'varies' },
  ],
  load: () => import('../commands/watch.js'),
};

/** What a device holds: saved, shown, compared, and watched. */
export const dumpCommands: readonly CommandDefinition[] = [dump, show, diff, watch];
