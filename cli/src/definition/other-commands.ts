import { EXAMPLES } from '../generated/examples.js';
import type { CommandDefinition, LeafDefinition } from './types.js';

const simList: LeafDefinition = {
  name: 'list',
  summary: 'Show the simulators and their profiles',
  examples: [{ line: 'sim list', meaning: 'what --sim can name' }],
  load: () => import('../commands/sim/list.js'),
};

const simServe: LeafDefinition = {
  name: 'serve',
  summary: 'Serve a simulated device to a virtual machine',
  description: `Serves one PCI function over vfio-user until it is interrupted or terminated, then ends with status 0. Prints one line
once the socket listens.`,
  arguments: [{ name: 'PLUGIN', kind: 'plugin', description: 'whose simulator; auxctl sim list shows them' }],
  options: [
    { name: 'vfio-user', value: 'SOCKET', kind: 'file', description: 'where to listen' },
    { name: 'index', value: 'N', description: 'which one of several, 0 to 255: sets addresses and serial numbers (default: 0)' },
    { name: 'profile', value: 'NAME', description: 'the product to simulate' },
    { name: 'log', value: 'FILE', kind: 'file', description: 'write one JSON line for each firmware command received, - for standard output' },
    { name: 'hang-while', value: 'FILE', kind: 'file', description: 'the firmware takes commands and never answers while FILE exists; it is looked for every 20 ms' },
  ],
  examples: [{ line: `sim serve ${EXAMPLES.plugin} --vfio-user ./sim.sock --log commands.jsonl`, meaning: 'for QEMU\'s vfio-user-pci', output: 'varies', endsBy: 'interrupt' }],
  load: () => import('../commands/sim/serve.js'),
};

const demo: CommandDefinition = {
  name: 'demo',
  summary: 'Give a tour on simulated devices',
  examples: [{ line: 'demo', meaning: 'needs nothing', output: 'varies' }],
  load: () => import('../commands/demo.js'),
};

/** Devices that are programs. */
export const simulationCommands: readonly CommandDefinition[] = [
  { name: 'sim', summary: 'Simulators: list, serve', commands: [simList, simServe] },
  demo,
];

const pluginList: LeafDefinition = {
  name: 'list',
  summary: 'Show the plugins and what they match',
  examples: [{ line: 'plugin list', meaning: 'how much each knows' }],
  load: () => import('../commands/plugin/list.js'),
};

/** A plugin, made for an example. */
const MADE: readonly string[] = ['auxctl plugin new my-nic'];

const pluginNew: LeafDefinition = {
  name: 'new',
  summary: 'Make a plugin to start from',
  description: `Writes a complete small plugin: a manifest, layouts, a simulator, golden files and tests, all of which work as they are. It
needs no build: plugin check and npm test run at once.`,
  arguments: [{ name: 'NAME', kind: 'text', description: 'what the plugin is called: lower-case letters, digits and -' }],
  options: [{ name: 'dir', value: 'DIR', kind: 'folder', description: 'the plugin\'s folder (default: NAME)' }],
  examples: [
    { line: 'plugin new my-nic', meaning: 'in the folder my-nic', output: 'varies' },
    { line: 'list --plugin ./my-nic --sim my-nic', meaning: 'its simulated device works at once', setup: MADE },
  ],
  load: () => import('../commands/plugin/create.js'),
};

const pluginCheck: LeafDefinition = {
  name: 'check',
  summary: 'Check a plugin: its data, its code, and its golden files',
  description: `Checks the manifest and the layouts and lists every fault. If there is none, runs the conformance suite on the plugin's simulator, or
on the device that AUXCTL_CONFORMANCE_DEVICE names: that runs the plugin's code. -v lists what passed as well. Ends with status 1 when there
is a fault.`,
  arguments: [{ name: 'PATH', kind: 'folder', description: 'the plugin\'s folder, or its package' }],
  options: [{ name: 'data-only', description: 'check the manifest and the layouts; run no code' }],
  examples: [{ line: 'plugin check my-nic', meaning: 'its data, then its simulator', setup: MADE, output: 'varies' }],
  load: () => import('../commands/plugin/check.js'),
};

const pluginTypesOf: LeafDefinition = {
  name: 'types',
  summary: 'Make TypeScript types of a plugin\'s commands, registers and capabilities',
  description: `With them an editor knows the names and fields of a plugin: openChannel<MyNicTypes>(...) gives a channel that refuses others when it is
compiled.`,
  arguments: [{ name: 'PATH', kind: 'folder', description: 'the plugin\'s folder, or its package' }],
  options: [{ name: 'output', short: 'o', value: 'FILE', kind: 'file', description: 'where to write them (default: standard output)' }],
  examples: [{ line: 'plugin types my-nic -o my-nic.d.ts', meaning: 'for an editor', setup: MADE }],
  load: () => import('../commands/plugin/types.js'),
};

const pluginIndex: LeafDefinition = {
  name: 'index',
  summary: 'Make the index of a plugin\'s layouts',
  description: `Writes layouts/index.json: what lists show of each register, command and capability, so that a list need not read all of them.
plugin check says when it is out of date. A plugin without an index works as well.`,
  arguments: [{ name: 'PATH', kind: 'folder', description: 'the plugin\'s folder' }],
  examples: [{ line: 'plugin index my-nic', meaning: 'after its layouts were changed', setup: MADE, output: 'varies' }],
  load: () => import('../commands/plugin/make-index.js'),
};

const pluginImport: LeafDefinition = {
  name: 'import',
  summary: 'Make layouts of a C header or a register database',
  description: `Reads a source, and what it includes from beside it, and writes one layout for each structure to DIR/structures. In an ifc
header one array element of u8 is one bit and structures are called PREFIX_ifc_NAME_bits. An hsi header holds plain structures of
little-endian integers, with masks and values defined behind their fields; hwrm_X_input and hwrm_X_output become the command X in
DIR/commands. An adb database is XML with nodes and fields; the registers that it lists come into DIR/registers. The same input gives the same bytes; files that are there and the same stay as they are. What cannot be taken is listed
with file and line. Ends with status 1 when a structure was left out, or a part could not be read.`,
  arguments: [
    { name: 'FORMAT', kind: 'text', choices: ['ifc', 'hsi', 'adb'], description: 'the kind of source: ifc, hsi or adb' },
    { name: 'FILE', kind: 'file', description: 'the source' },
  ],
  options: [
    { name: 'output', short: 'o', value: 'DIR', kind: 'folder', description: 'the folder for the layouts, such as a plugin\'s layouts' },
    { name: 'revision', value: 'TEXT', description: 'the source\'s version or commit, for the layouts (default: its SHA-256)' },
    { name: 'license', value: 'SPDX', description: 'the source\'s license, for the layouts' },
    { name: 'overrides', value: 'FILE', kind: 'file', description: 'corrections, each with its reason' },
    { name: 'force', description: 'replace files that hold something else' },
  ],
  examples: [{
    line: 'plugin import ifc my_ifc.h -o layouts --revision 1.0', meaning: 'a layout for each of the header\'s structures',
    setup: ['printf \'struct my_ifc_state_bits {\\n\\tu8 up[0x1];\\n\\tu8 reserved_at_1[0xf];\\n\\tu8 speed[0x10];\\n};\\n\' > my_ifc.h'],
  }],
  load: () => import('../commands/plugin/import.js'),
};

const help: CommandDefinition = {
  name: 'help',
  summary: 'Explain a command',
  arguments: [{ name: 'COMMAND', kind: 'topic', isOptional: true, isVariadic: true, description: 'the command\'s words, as in reg read' }],
  examples: [{ line: 'help reg read', meaning: 'the same as auxctl reg read --help' }],
  load: () => import('../commands/help.js'),
};

const completion: CommandDefinition = {
  name: 'completion',
  summary: 'Print the program by which a shell completes command lines',
  description: `Names, options, fields and values that are known come from files beside the tool; devices come from the kernel's own lists. Packages
install the programs where shells look for them.`,
  arguments: [{ name: 'SHELL', kind: 'text', choices: ['bash', 'zsh', 'fish'], description: 'bash, zsh or fish' }],
  examples: [
    { line: 'completion bash > completions', meaning: 'to be read by the shell: . ./completions', output: 'varies' },
    { line: 'completion fish', meaning: 'to be looked at', output: 'varies' },
  ],
  load: () => import('../commands/completion.js'),
};

/** What completion programs ask, by its name only: the data that they complete from. */
const complete: LeafDefinition = {
  name: '__complete',
  summary: 'Print what shells complete from',
  arguments: [
    { name: 'WHAT', kind: 'text', choices: ['command-line', 'plugins', 'index'], description: 'the command line, the plugins, or what one plugin names' },
    { name: 'PLUGIN', kind: 'plugin', isOptional: true, description: 'whose names' },
  ],
  load: () => import('../commands/complete.js'),
};

/** Commands that no help shows. */
export const hiddenCommands: readonly CommandDefinition[] = [complete];

/** About the tool. */
export const otherCommands: readonly CommandDefinition[] = [
  { name: 'plugin', summary: 'Plugins: list, new, check, types, index, import', commands: [pluginList, pluginNew, pluginCheck, pluginTypesOf, pluginIndex, pluginImport] },
  completion,
  help,
];
