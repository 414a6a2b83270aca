import { EXAMPLES } from '../generated/examples.js';
import { ALLOW, DEVICE, EVEN_SO, EXAMPLE_DEVICE, PLUGIN, SIMULATED, SCOPE, YES } from './options.js';
import type { CommandDefinition, LeafDefinition } from './types.js';

const regList: LeafDefinition = {
  name: 'list',
  summary: 'Show the registers that a plugin knows',
  arguments: [PLUGIN],
  examples: [{ line: `reg list ${EXAMPLES.plugin}`, meaning: 'needs no device' }],
  load: () => import('../commands/reg/list.js'),
};

const regDescribe: LeafDefinition = {
  name: 'describe',
  summary: 'Show a register\'s fields, enums and sources',
  arguments: [PLUGIN, { name: 'NAME', kind: 'register', description: 'the register' }],
  examples: [{ line: `reg describe ${EXAMPLES.plugin} ${EXAMPLES.register}`, meaning: 'needs no device' }],
  load: () => import('../commands/reg/describe.js'),
};

const regRead: LeafDefinition = {
  name: 'read',
  summary: 'Read a register',
  description: 'Index fields that are not given are 0.',
  arguments: [
    DEVICE,
    { name: 'NAME', kind: 'register', description: 'the register' },
    { name: 'index=value', kind: 'field', isOptional: true, isVariadic: true, description: 'index fields that select what is read' },
  ],
  options: [
    { name: 'fields', value: 'LIST', kind: 'field', description: 'only these fields, separated by commas' },
    ALLOW, YES, SCOPE,
  ],
  examples: [
    { line: `reg read ${EXAMPLE_DEVICE} MTMP ${SIMULATED}`, meaning: 'all fields' },
    { line: `reg read ${EXAMPLE_DEVICE} PAOS local_port=1 --fields oper_status ${SIMULATED}`, meaning: 'one field of one port' },
  ],
  load: () => import('../commands/reg/read.js'),
};

const regWrite: LeafDefinition = {
  name: 'write',
  summary: 'Change fields of a register',
  description: 'Reads the register, shows each change, asks, and writes it back. Without --allow nothing is sent at all.',
  arguments: [
    DEVICE,
    { name: 'NAME', kind: 'register', description: 'the register' },
    { name: 'field=value', kind: 'field', isVariadic: true, description: 'fields to set, as name=value, a.b=value or x[3]=value, and index fields' },
  ],
  options: [ALLOW, YES, SCOPE, EVEN_SO],
  examples: [
    { line: `reg write ${EXAMPLE_DEVICE} PAOS local_port=1 admin_status=down_by_configuration ase=1 ${SIMULATED}`, meaning: 'refused, and nothing is sent', exitStatus: 4 },
    { line: `reg write ${EXAMPLE_DEVICE} PAOS local_port=1 admin_status=down_by_configuration ase=1 --allow configure --yes ${SIMULATED}`, meaning: 'allowed; without --yes, asks first' },
  ],
  load: () => import('../commands/reg/write.js'),
};

const cmdList: LeafDefinition = {
  name: 'list',
  summary: 'Show the commands that a plugin knows',
  arguments: [PLUGIN],
  examples: [{ line: `cmd list ${EXAMPLES.plugin}`, meaning: 'needs no device' }],
  load: () => import('../commands/cmd/list.js'),
};

const cmdDescribe: LeafDefinition = {
  name: 'describe',
  summary: 'Show a command\'s opcode, effect, scope and fields',
  arguments: [PLUGIN, { name: 'NAME', kind: 'command', description: 'the command' }],
  examples: [{ line: `cmd describe ${EXAMPLES.plugin} ${EXAMPLES.command}`, meaning: 'needs no device' }],
  load: () => import('../commands/cmd/describe.js'),
};

const call: CommandDefinition = {
  name: 'call',
  summary: 'Send a command by name, with typed fields',
  arguments: [
    DEVICE,
    { name: 'NAME', kind: 'command', description: 'the command' },
    { name: 'field=value', kind: 'field', isOptional: true, isVariadic: true, description: 'fields of the request' },
  ],
  options: [{ name: 'fields', value: 'LIST', kind: 'field', description: 'only these fields of the reply, separated by commas' }, ALLOW, YES, SCOPE, EVEN_SO],
  examples: [{ line: `call ${EXAMPLE_DEVICE} QUERY_ADAPTER ${SIMULATED}`, meaning: 'the adapter\'s identity' }],
  load: () => import('../commands/call.js'),
};

const rpc: CommandDefinition = {
  name: 'rpc',
  summary: 'Send a command as raw bytes',
  description: 'The reply goes to a file, as raw bytes into a pipe, or as a hex dump to a terminal. Its status is not looked at.',
  arguments: [DEVICE],
  options: [
    { name: 'in', value: 'FILE', kind: 'file', description: 'the request, or - for standard input' },
    { name: 'out', value: 'FILE', kind: 'file', description: 'where the reply goes instead of standard output' },
    { name: 'out-size', value: 'BYTES', description: 'room for the reply (default: 4096)' },
    ALLOW, YES, SCOPE,
  ],
  examples: [{
    line: `rpc ${EXAMPLE_DEVICE} --in request.bin --out reply.bin --out-size 272 ${SIMULATED}`, meaning: 'from file to file',
    setup: ['printf \'\\001\\001\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\' > request.bin'],
  }],
  load: () => import('../commands/rpc.js'),
};

const decode: CommandDefinition = {
  name: 'decode',
  summary: 'Decode bytes by a layout',
  description: 'Takes hexadecimal text (blanks, colons and 0x are passed over) or binary. A command\'s layout decodes its reply unless --structure names another.',
  arguments: [
    PLUGIN,
    { name: 'LAYOUT', kind: 'layout', description: 'a register, command, capability or structure, as in MTMP or registers/MTMP' },
    { name: 'FILE', kind: 'file', isOptional: true, description: 'where the bytes are; standard input when left out or -' },
  ],
  options: [
    { name: 'structure', value: 'NAME', description: 'another structure of the same layout' },
    { name: 'format', value: 'FORMAT', choices: ['auto', 'hex', 'binary'], description: 'what FILE holds (default: hex if it is nothing but hexadecimal text)' },
    { name: 'fields', value: 'LIST', kind: 'field', description: 'only these fields, separated by commas' },
  ],
  examples: [{
    line: `decode ${EXAMPLES.plugin} ${EXAMPLES.layout} reply.hex`, meaning: 'a register\'s bytes from a file',
    setup: [`auxctl reg read ${EXAMPLE_DEVICE} ${EXAMPLES.layout} ${SIMULATED} --json | grep '"raw"' | cut -d '"' -f 4 > reply.hex`],
  }],
  load: () => import('../commands/decode.js'),
};

/** What goes to and comes from firmware. */
export const firmwareCommands: readonly CommandDefinition[] = [
  { name: 'reg', summary: 'Registers: list, describe, read, write', commands: [regList, regDescribe, regRead, regWrite] },
  { name: 'cmd', summary: 'Commands: list, describe', commands: [cmdList, cmdDescribe] },
  call, rpc, decode,
];
