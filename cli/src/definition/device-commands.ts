import { EXAMPLES } from '../generated/examples.js';
import { DEVICE, EXAMPLE_DEVICE, SIMULATED } from './options.js';
import type { CommandDefinition } from './types.js';

const list: CommandDefinition = {
  name: 'list',
  summary: 'Show every control-capable device',
  description: 'Looks through the auxiliary, PCI, fwctl and NVMe buses and the network interfaces. A device whose firmware does not answer is shown without its version.',
  options: [{ name: 'all', description: 'also PCI functions that no plugin was made for and that have no name' }, { name: 'no-firmware', description: 'open no device: leave the firmware version out' }],
  examples: [
    { line: 'list', meaning: 'every device of this machine', output: 'varies' },
    { line: `list --sim ${EXAMPLES.plugin}:2`, meaning: 'two simulated ones too' },
    { line: `list ${SIMULATED} --json`, meaning: 'the same for programs' },
  ],
  load: () => import('../commands/list.js'),
};

const info: CommandDefinition = {
  name: 'info',
  summary: 'Show who a device is: product, firmware, limits, names',
  arguments: [DEVICE],
  examples: [
    { line: `info ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'by its address', output: 'varies' },
    { line: `info simeth0 ${SIMULATED}`, meaning: 'by the name of its network interface', output: 'varies' },
  ],
  load: () => import('../commands/info.js'),
};

const caps: CommandDefinition = {
  name: 'caps',
  summary: 'Show a device\'s capabilities, current and maximum',
  description: 'Without a name, shows which sets of capabilities the device has, or with --changed what differs in any of them.',
  arguments: [DEVICE, { name: 'NAME', kind: 'capability', isOptional: true, description: 'one set of capabilities' }],
  options: [
    { name: 'changed', description: 'only those whose current and maximum values differ' },
    { name: 'fields', value: 'LIST', kind: 'field', description: 'only these fields, separated by commas' },
  ],
  examples: [
    { line: `caps ${EXAMPLE_DEVICE} ${SIMULATED}`, meaning: 'the sets' },
    { line: `caps ${EXAMPLE_DEVICE} --changed ${SIMULATED}`, meaning: 'what could be more than it is, in all sets' },
  ],
  load: () => import('../commands/caps.js'),
};

const doctor: CommandDefinition = {
  name: 'doctor',
  summary: 'Say why a device is not found, what is missing, and what to do',
  examples: [{ line: 'doctor', meaning: 'what this machine lacks', output: 'varies' }],
  load: () => import('../commands/doctor.js'),
};

/** What devices there are, and what they are. */
export const deviceCommands: readonly CommandDefinition[] = [list, info, caps, doctor];
