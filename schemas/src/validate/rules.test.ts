import { expect, test } from 'vitest';
import { formatProblem, LAYOUT_RULES, type LayoutRule } from './problem.js';
import { checkLayoutSet } from './set.js';

type Json = Record<string, unknown>;
type Fields = Json[];

const field = (name: string, offsetBits: number, sizeBits: number, more: Json = {}): Json => ({ name, type: 'uint', offsetBits, sizeBits, ...more });

function register(fields: Fields, more: Json = {}, sizeBits = 32): Json {
  return {
    format: 'auxctl.layout/1', kind: 'register', name: 'R', title: 'R', byteOrder: 'big', source: [{ document: 'd', revision: '1', section: 's' }],
    id: '0x1', structure: 'r', effects: { read: 'inspect' }, structures: { r: { sizeBits, fields } }, ...more,
  };
}

const structures = (name: string, more: Json = {}): Json => ({
  format: 'auxctl.layout/1', kind: 'structures', name, title: name, byteOrder: 'big', source: [{ document: 'd', revision: '1', section: 's' }],
  structures: { s: { sizeBits: 8, fields: [field('x', 0, 8)] } }, ...more,
});

const union = (offsetBits: number, sizeBits: number, more: Json): Json => ({ name: 'a', type: 'union', offsetBits, sizeBits, ...more });
/** Structures `n0` to `n(length - 1)`, each inside the one before. */
const chain = (length: number): Json => Object.fromEntries(Array.from({ length }, (_, index) => [`n${index}`, { sizeBits: 8, fields: [index === length - 1 ? field('x', 0, 8) : field('x', 0, 8, { type: 'struct', structure: `n${index + 1}` })] }]));

const one = (document: unknown, file = 'registers/R.json'): Map<string, unknown> => new Map([[file, document]]);
const enumOf = (...symbols: [string, number | string][]) => ({ enums: { e: symbols.map(([name, value]) => ({ name, value })) } });

const ported = [field('port', 0, 8, { access: 'INDEX' }), field('lane', 8, 8, { access: 'INDEX', default: 0 }), field('b', 16, 16)];

const parameter = (more: Json = {}): Json => ({ name: 'SPEED', title: 'Speed', field: 'speed', ...more });
const speeds = [field('is_set', 0, 1), field('reserved_at_1', 1, 15, { type: 'reserved' }), field('speed', 16, 16)];
const item = (parameters: Json[], more: Json = {}): Json => structures('R', {
  kind: 'nvconfig', structure: 'r', structures: { r: { sizeBits: 32, fields: speeds } }, item: { class: 'device', type: 1 }, activation: 'firmware-reset', parameters, ...more,
});
const oneItem = (parameters: Json[], more: Json = {}): Map<string, unknown> => one(item(parameters, more), 'nvconfig/R.json');

const SOURCE = { document: 'd', revision: '1', section: 's' };
const KERNEL_FAULTS: readonly (readonly [where: string, offer: Json, field?: Json])[] = [
  ['{netdew} stands for no name', { command: 'ip {netdew}' }],
  ['{netdew} stands for no name', { read: '/sys/{netdew}' }],
  ['has a brace', { command: 'ip {netdev' }],
  ['has a brace', { command: 'ip {b+x}' }],
  ['a path does not depend on the value', { read: '/sys/{value}' }],
  ['the field has no value y', { values: { y: 'up' } }],
  ['the field has no value 65536', { values: { 65_536: 'up' } }],
  ['the field has no value y', { values: { x: 'up', y: 'down' } }, { type: 'enum', enum: 'e' }],
  ['exclude one another', { values: { 1: 'up' }, scale: { add: 1 } }],
  ['a range begins before it ends', { range: { min: 2, max: 1 } }],
  ['when: no whole number c', { when: { c: [1] } }],
  ['when: a value does not fit b', { when: { b: [65_536] } }],
  ['no single number has no value', { command: 'ip {value}' }, { type: 'bytes' }],
  ['only a single number can be translated', { command: 'ip', scale: { add: 1 } }, { type: 'bytes' }],
];

const rejected: [rule: LayoutRule, where: string, files: Map<string, unknown>][] = [
  ['overlap', 'r: b', one(register([field('a', 0, 17), field('b', 16, 16)]))],
  ['uncovered', 'r: b', one(register([field('a', 0, 8), field('b', 16, 16)]))],
  ['uncovered', 'r', one(register([field('a', 0, 8)]))],
  ['past-end', 'r: b', one(register([field('a', 0, 16), field('b', 16, 17)]))],
  ['order', 'r: b', one(register([field('a', 16, 16), field('b', 0, 16)]))],
  ['duplicate-name', 'r: a', one(register([field('a', 0, 16), field('a', 16, 16)]))],
  ['duplicate-name', 'enum', one(register([field('a', 0, 32, { type: 'enum', enum: 'e' })], enumOf(['x', 0], ['x', 1])))],
  ['duplicate-value', 'enum', one(register([field('a', 0, 32, { type: 'enum', enum: 'e' })], enumOf(['x', 1], ['y', '0x1'])))],
  ['value-width', 'r: a', one(register([field('a', 0, 2, { type: 'enum', enum: 'e' }), field('b', 2, 30)], enumOf(['x', 4])))],
  ['value-width', 'r: a', one(register([field('a', 0, 2, { constant: 4 }), field('b', 2, 30)]))],
  ['value-width', 'r: a', one(register([field('a', 0, 32, { type: 'flags', flags: 'f' })], { flags: { f: [{ name: 'x', bit: 32 }] } }))],
  ['reserved-name', 'r: reserved_at_8', one(register([field('a', 0, 4), field('reserved_at_8', 4, 28, { type: 'reserved' })]))],
  ['reserved-name', 'r: reserved_at_0', one(register([field('reserved_at_0', 0, 32)]))],
  ['size', 'r: a', one(register([{ name: 'a', type: 'array', offsetBits: 0, sizeBits: 32, count: 3, element: { type: 'uint', sizeBits: 8 } }]))],
  ['size', 'r: a', one(register([field('a', 0, 32, { type: 'struct', structure: 's' })], { structures: { r: { sizeBits: 32, fields: [field('a', 0, 32, { type: 'struct', structure: 's' })] }, s: { sizeBits: 16, fields: [field('x', 0, 16)] } } }))],
  ['alignment', 'r: b', one(register([field('a', 0, 4), { name: 'b', type: 'bytes', offsetBits: 4, sizeBits: 24 }, field('c', 28, 4)]))],
  ['alignment', 'r: b', one(register([field('a', 0, 4), { name: 'b', type: 'struct', structure: 's', offsetBits: 4, sizeBits: 24 }, field('c', 28, 4)], { structures: { r: { sizeBits: 32, fields: [field('a', 0, 4), { name: 'b', type: 'struct', structure: 's', offsetBits: 4, sizeBits: 24 }, field('c', 28, 4)] }, s: { sizeBits: 24, fields: [{ name: 't', type: 'string', offsetBits: 0, sizeBits: 24 }] } } }))],
  ['selector', 'r: a', one(register([{ name: 'a', type: 'union', offsetBits: 0, sizeBits: 32, selector: 'none', variants: [{ when: [0], structure: 'r' }] }]))],
  ['selector', 'r: a', one(register([], { structures: { r: { sizeBits: 32, fields: [union(0, 32, { variants: [{ when: [0], structure: 's' }] })] }, s: { sizeBits: 32, fields: [field('x', 0, 32)] } } }))],
  ['selector', 'r: a', one(register([], { structures: { r: { sizeBits: 32, fields: [field('k', 0, 4), union(4, 28, { variants: [{ structure: 's' }] })] }, s: { sizeBits: 8, fields: [field('x', 0, 8)] } } }))],
  ['selector', 'r: a', one(register([], { structures: { r: { sizeBits: 32, fields: [field('k', 0, 8), union(8, 24, { selector: 'k', variants: [{ structure: 's' }] })] }, s: { sizeBits: 8, fields: [field('x', 0, 8)] } } }))],
  ['duplicate-name', 'r: a', one(register([], { structures: { r: { sizeBits: 32, fields: [union(0, 32, { variants: [{ structure: 's' }, { name: 's', structure: 's' }] })] }, s: { sizeBits: 8, fields: [field('x', 0, 8)] } } }))],
  ['extent', 'r', one(register([], { structures: { r: { sizeBits: 2 ** 21, fields: ['a', 'b'].map((name, index) => ({ name, type: 'array', offsetBits: index * 2 ** 20, sizeBits: 2 ** 20, count: 2 ** 20, element: { type: 'uint', sizeBits: 1 } })) } } }))],
  ['extent', 'n0', one(register([], { structure: 'n0', structures: chain(5000) }))],
  ['extent', 'n0', one(register([], { structure: 'n0', structures: Object.fromEntries(Object.entries(chain(5000)).reverse()) }))],
  ['tail', 'r: a', one(register([], { structures: { r: { sizeBits: 32, fields: [field('a', 0, 8, { type: 'struct', structure: 's' }), field('b', 8, 24)] }, s: { sizeBits: 8, fields: [field('x', 0, 8), { name: 't', type: 'bytes', offsetBits: 8, sizeBits: 0, tail: true }] } } }))],
  ['variant', 'r: a', one(register([], { structures: { r: { sizeBits: 32, fields: [field('k', 0, 8), { name: 'a', type: 'union', offsetBits: 8, sizeBits: 24, selector: 'k', variants: [{ when: [0], structure: 's' }] }] }, s: { sizeBits: 32, fields: [field('x', 0, 32)] } } }))],
  ['reference', 'r: a', one(register([field('a', 0, 32, { type: 'enum', enum: 'missing' })]))],
  ['reference', 'R', one(register([field('a', 0, 32)], { structure: 'missing' }))],
  ['recursion', 'r', one(register([field('a', 0, 32, { type: 'struct', structure: 'r' })]))],
  ['tail', 'r: a', one(register([{ name: 'a', type: 'bytes', offsetBits: 0, sizeBits: 0, tail: true }, field('b', 0, 32)]))],
  ['tail', 'room for a tail', one({ ...structures('C'), kind: 'command', opcode: 1, request: 's', reply: 's', replyTailBytes: 4 }, 'commands/C.json')],
  ['import', 'R', one(register([field('a', 0, 32)], { imports: ['structures/missing'] }))],
  ['import', 'R', new Map([['registers/R.json', register([field('a', 0, 32)], { imports: ['structures/S'] })], ['structures/S.json', structures('S', { byteOrder: 'little' })]])],
  ['import', 'R', new Map([['registers/R.json', register([field('a', 0, 32)], { imports: ['structures/S'] })], ['structures/S.json', structures('S', { imports: ['registers/R'] })]])],
  ['file-name', 'registers/Q.json', one(register([field('a', 0, 32)]), 'registers/Q.json')],
  ['duplicate-opcode', 'TWO', one({ format: 'auxctl.opcodes/1', source: [{ document: 'd', revision: '1', section: 's' }], opcodes: [{ opcode: 1, name: 'ONE', scope: 'configuration', effect: 'inspect' }, { opcode: '0x1', name: 'TWO', scope: 'configuration', effect: 'inspect' }] }, 'opcodes.json')],
  ['duplicate-opcode', 'NEVER', one({ format: 'auxctl.opcodes/1', source: [{ document: 'd', revision: '1', section: 's' }], opcodes: [{ opcode: 1, name: 'ONE', scope: 'configuration', effect: 'inspect' }], refused: [{ reason: 'r', commands: [{ opcode: '0x1', name: 'NEVER' }] }] }, 'opcodes.json')],
  ['duplicate-opcode', 'LATER', one({ format: 'auxctl.opcodes/1', source: [{ document: 'd', revision: '1', section: 's' }], opcodes: [{ opcode: 1, name: 'ONE', scope: 'configuration', effect: 'inspect' }], refused: [{ reason: 'r', commands: [{ opcode: '0x1', modifier: 7, name: 'NEVER' }, { opcode: '0x1', modifier: '0x7', name: 'LATER' }] }] }, 'opcodes.json')],
  ['duplicate-id', 'register 1 is registers/R.json', new Map([['registers/R.json', register([field('a', 0, 32)])], ['registers/Q.json', register([field('a', 0, 32)], { name: 'Q', id: 1 })]])],
  ['duplicate-id', 'object THING', new Map(['C', 'D'].map((name) => [`commands/${name}.json`, { ...structures(name), kind: 'command', opcode: 1, request: 's', reply: 's', object: { name: 'THING' } }]))],
  ['index', 'the documents', new Map<string, unknown>([['registers/R.json', register([field('a', 0, 32)])], ['index.json', { format: 'auxctl.layout-index/1', register: [], command: [], capability: [] }]])],
  ['volatile', 'r: a', one(register([field('a', 0, 32, { access: 'INDEX', volatile: true })]))],
  ['default', 'r: a', one(register([field('a', 0, 32, { default: 0 })]))],
  ['default', 'does not fit', one(register([field('a', 0, 2, { access: 'INDEX', default: 4 }), field('b', 2, 30)]))],
  ['default', 'no unsigned integer', one(register([{ name: 'a', type: 'bytes', offsetBits: 0, sizeBits: 32, access: 'INDEX', default: 0 }]))],
  ['instance', 'b is no INDEX field', one(register(ported, { instances: [{ port: 1, b: 1 }] }))],
  ['instance', '256 does not fit', one(register(ported, { instances: [{ port: 256 }] }))],
  ['instance', 'port has no default', one(register(ported, { instances: [{ lane: 1 }] }))],
  ['instance', 'instance 1: stands twice', one(register(ported, { instances: [{ port: 1 }, { port: 1, lane: 0 }] }))],
  ['parameter', 'speed is not a single value', oneItem([parameter()], { structures: { r: { sizeBits: 8, fields: [field('speed', 0, 8, { type: 'array', count: 8, element: { type: 'uint', sizeBits: 1 } })] } } })],
  ['reference', 'no field sped', oneItem([parameter({ field: 'sped' })])],
  ['reference', 'no field reserved_at_1', oneItem([parameter({ field: 'reserved_at_1' })])],
  ['reference', 'no bit speed', oneItem([parameter({ valid: 'speed' })])],
  ['reference', 'no item Q with a field speed', oneItem([parameter({ limit: { document: 'Q', field: 'speed' } })])],
  ['reference', 'no item R with a field fast', oneItem([parameter({ supported: { document: 'R', field: 'fast' } })])],
  ['reference', 'no item R with a field known', oneItem([parameter({ limit: { document: 'R', field: 'speed', valid: 'known' } })])],
  ['duplicate-name', 'parameter SPEED', oneItem([parameter(), parameter()])],
  ['duplicate-id', 'item 1 is', new Map([['nvconfig/R.json', item([])], ['nvconfig/Q.json', item([], { name: 'Q' })]])],
  ['activation', 'is a capability', oneItem([parameter()], { activation: undefined })],
  ['activation', 'is a capability', oneItem([parameter()], { isCapability: true })],
  ...KERNEL_FAULTS.map(([where, offer, more = {}]): [LayoutRule, string, Map<string, unknown>] => ['kernel', where, one(register([field('a', 0, 16, { kernel: [{ type: 'ip', command: 'ip {value}', source: SOURCE, ...offer }], ...more }), field('b', 16, 16)], enumOf(['x', 1])))]),
  ['kernel', 'when: no parameter FAST', oneItem([parameter({ kernel: [{ type: 'devlink-param', name: 'speed', mode: 'permanent', when: { FAST: [1] }, source: SOURCE }] })])],
  ['kernel', 'SPEED: {b} stands for no name', oneItem([parameter({ kernel: [{ type: 'ip', command: 'ip {b}', source: SOURCE }] })])],
  ['shape', 'a file below /sys', one(register([field('a', 0, 32, { kernel: [{ type: 'sysfs', path: '/proc/x', source: SOURCE }] })]))],
  ['shape', 'source', one(register([field('a', 0, 32, { kernel: [{ type: 'sysfs', path: '/sys/x' }] })]))],
  ['shape', 'capitals', oneItem([parameter({ name: 'speed' })])],
  ['shape', 'byteOrder', one(register([field('a', 0, 32)], { byteOrder: undefined }))],
  ['shape', 'source', one(register([field('a', 0, 32)], { source: [] }))],
  ['shape', 'colour', one(register([field('a', 0, 32)], { colour: 'red' }))],
  ['shape', 'r: a', one(register([field('a', 0, 32, { acces: 'RW' })]))],
];

test.each(rejected)('%s is rejected and says where (%s)', (rule, where, files) => {
  const problems = checkLayoutSet(files).map(formatProblem);
  expect(problems.filter((line) => line.endsWith(`[${rule}]`)).join('\n')).toContain(where.split(': ').at(-1));
});

test('every rule has a fixture that it rejects', () => {
  expect(new Set(rejected.map(([rule]) => rule))).toEqual(new Set(LAYOUT_RULES));
});

test('a read-only and a write-only field may share their bits', () => {
  const fields = [field('status', 0, 32, { access: 'RO' }), field('command', 0, 32, { access: 'WO' })];
  expect(checkLayoutSet(one(register(fields)))).toEqual([]);
});

test('index fields with defaults, instances and values that change by themselves are valid', () => {
  const fields = [...ported.slice(0, 2), field('b', 16, 16, { volatile: true })];
  expect(checkLayoutSet(one(register(fields, { instances: [{ port: 1 }, { port: 1, lane: 1 }, { port: '0x2' }] })))).toEqual([]);
});

test('an item of non-volatile configuration with parameters, their bits and limits is valid', () => {
  const limits = item([], { name: 'L', item: { class: 'device', type: 2 }, isCapability: true, activation: undefined });
  const limited = item([parameter({ valid: 'is_set', limit: { document: 'L', field: 'speed', valid: 'is_set' }, supported: { document: 'L', field: 'speed' } })]);
  expect(checkLayoutSet(new Map([['nvconfig/R.json', limited], ['nvconfig/L.json', limits]]))).toEqual([]);
});

test('all faults are reported at once, each with file, structure and field', () => {
  const problems = checkLayoutSet(one(register([field('a', 0, 2, { constant: 9 }), field('a', 4, 40)])));
  expect(problems).toEqual([
    { file: 'registers/R.json', structure: 'r', field: 'a', rule: 'duplicate-name', message: 'another field has this name' },
    { file: 'registers/R.json', structure: 'r', field: 'a', rule: 'uncovered', message: 'bits 2 to 3 before it are not covered' },
    { file: 'registers/R.json', structure: 'r', field: 'a', rule: 'past-end', message: 'ends at bit 44, the structure at 32' },
    { file: 'registers/R.json', structure: 'r', field: 'a', rule: 'value-width', message: 'constant 9 does not fit 2 bits' },
  ]);
});
