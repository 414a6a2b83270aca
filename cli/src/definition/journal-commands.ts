import { EXAMPLES } from '../generated/examples.js';
import { EXAMPLE_DEVICE, SIMULATED } from './options.js';
import type { CommandDefinition, LeafDefinition, OptionDefinition } from './types.js';

const FILTERS: readonly OptionDefinition[] = [
  { name: 'device', value: 'ADDRESS', description: 'only commands to the device with this address' },
  { name: 'since', value: 'TIME', description: 'only what was sent after, as in 2026-11-29T12:00:00Z, or at most so long ago, as in 30m, 2h, 7d' },
  { name: 'user', value: 'USER', description: 'only commands of this uid, login uid, or name of a user of sudo' },
  { name: 'effect', value: 'EFFECT', choices: ['configure', 'invasive'], description: 'only commands with this effect' },
];

/** Only with --state are simulated devices recorded. */
const WRITTEN: readonly string[] = [`auxctl nvconfig set ${EXAMPLE_DEVICE} ${EXAMPLES.parameter}=16 --allow configure --yes --reason 'more guests' --state ./state ${SIMULATED}`];

const list: LeafDefinition = {
  name: 'list',
  summary: 'Show the commands that could change a device',
  description: 'Each with who sent it and what became of it, or that a policy refused it; those of other programs as far as auxctl journal watch saw them.',
  options: [...FILTERS, { name: 'last', value: 'N', description: 'so many at most, the last ones, up to 100000 (default: 100)' }],
  examples: [{ line: `journal list --device ${EXAMPLE_DEVICE} --since 7d --state ./state`, meaning: 'what was done to a device this week', setup: WRITTEN, output: 'varies' }],
  load: () => import('../commands/journal/list.js'),
};

const show: LeafDefinition = {
  name: 'show',
  summary: 'Show all that is recorded of one command',
  arguments: [{ name: 'SEQUENCE', kind: 'text', description: 'its number; auxctl journal list shows them' }],
  examples: [{ line: 'journal show 2 --state ./state', meaning: 'who, when, why, what was sent, and the answer', setup: WRITTEN, output: 'varies' }],
  load: () => import('../commands/journal/show.js'),
};

const verify: LeafDefinition = {
  name: 'verify',
  summary: 'Check that no record was changed, removed or moved',
  description: `Follows the chain of digests through all files and compares its end with the seal, with the key if there is one. Says each fault with
file, line and sequence, and ends with status 7 when there is one.`,
  examples: [
    { line: 'journal verify --state ./state', meaning: 'the journal in a folder of its own, such as a copy from another machine', setup: WRITTEN, output: 'varies' },
    {
      line: 'journal verify --state ./state', meaning: 'a record was changed', exitStatus: 7, output: 'varies',
      setup: [...WRITTEN, 'sed -i s/guests/people/ ./state/journal/*.jsonl'],
    },
  ],
  load: () => import('../commands/journal/verify.js'),
};

const exportRecords: LeafDefinition = {
  name: 'export',
  summary: 'Write records as JSON lines, as they are in the journal',
  description: 'Without a filter the lines can be checked as the journal itself: each holds the digest of the one before.',
  options: [...FILTERS, { name: 'output', short: 'o', value: 'FILE', kind: 'file', description: 'where they go (default: standard output)' }],
  examples: [{ line: 'journal export --effect configure -o configure.jsonl --state ./state', meaning: 'for another program', setup: WRITTEN, output: 'varies' }],
  load: () => import('../commands/journal/export.js'),
};

const watch: LeafDefinition = {
  name: 'watch',
  summary: 'Record the firmware commands of all programs on this machine',
  description: `Sees them by a probe in the kernel, until it is interrupted, and records those that could change a device, each with its process, device,
command and scope. Needs root, and a kernel with probes that is not locked down for confidentiality. Leaves no probe behind; one that a killed
watcher left is removed first.`,
  options: [{ name: 'all', description: 'also record commands that only inspect' }],
  examples: [{ line: 'journal watch --json', meaning: 'each record as a line of JSON too; here on a machine whose kernel cannot tell what others send', exitStatus: 4, output: 'varies' }],
  load: () => import('../commands/journal/watch.js'),
};

/** What was done to devices. */
export const journalCommands: readonly CommandDefinition[] = [
  { name: 'journal', summary: 'The record of what could change a device: list, show, verify, export, watch', commands: [list, show, verify, exportRecords, watch] },
];
