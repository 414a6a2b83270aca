import { expect, test } from 'vitest';
import type { Field } from '../../layout/field.js';
import type { HeaderImport } from '../header/import.js';
import { formatImportProblem, type ImportRule } from '../problem.js';
import { documentText } from '../text.js';
import { importHsi } from './import.js';

const take = (text: string): HeaderImport => importHsi(text, { file: 'h.h', documentName: (file) => file, revision: '1' });
const struct = (name: string, members: string): string => `struct ${name} {\n${members}\n};\n`;
const fieldsOf = (text: string, name = 's', structure = name): readonly Field[] => {
  const { documents, problems } = take(text);
  expect(problems).toEqual([]);
  return documents.get(`structures/${name}`)?.structures[structure]?.fields ?? [];
};
const placesOf = (text: string): unknown => fieldsOf(text).map(({ name, offsetBits, sizeBits }) => [name, offsetBits, sizeBits]);

test('members stand where C puts them', () => {
  expect(placesOf(struct('s', 'u8 a; __le32 b; __le16 c;'))).toEqual([['a', 0, 8], ['reserved_at_8', 8, 24], ['b', 32, 32], ['c', 64, 16], ['reserved_at_50', 80, 16]]);
  expect(placesOf('struct s { u8 a; __le32 b; } __packed;')).toEqual([['a', 0, 8], ['b', 8, 32]]);
  expect(placesOf('struct __attribute__((packed)) s { u8 a; __le32 b; };')).toEqual([['a', 0, 8], ['b', 8, 32]]);
  expect(placesOf('#pragma pack(push, 1)\nstruct s { u8 a; __le32 b; };\n#pragma pack(pop)\n')).toEqual([['a', 0, 8], ['b', 8, 32]]);
  expect(placesOf(struct('s', 'u8 a; struct { u8 b; __le16 c; } in[2]; u8 d; struct t e;') + struct('t', '__le64 x;'))).toEqual([
    ['a', 0, 8], ['reserved_at_8', 8, 8], ['in', 16, 64], ['d', 80, 8], ['reserved_at_58', 88, 40], ['e', 128, 64],
  ]);
  expect(placesOf(struct('s', 'u8 a; union { __le32 b; u8 c[6]; } u;'))).toEqual([['a', 0, 8], ['reserved_at_8', 8, 24], ['u', 32, 64]]);
});

test.each([
  ['octets', 'u8 y[6];', { type: 'bytes', sizeBits: 48 }],
  ['text', 'char y[16];', { type: 'string', sizeBits: 128 }],
  ['several texts', 'char y[4][2][16];', { type: 'array', sizeBits: 1024, count: 8, element: { type: 'string', sizeBits: 128 } }],
  ['a signed number', '__s16 y;', { type: 'int', sizeBits: 16 }],
  ['several dimensions', '__le16 y[2][3];', { type: 'array', sizeBits: 96, count: 6, element: { type: 'uint', sizeBits: 16 } }],
  ['a flexible array of octets', 'u8 y[];', { type: 'bytes', sizeBits: 0, tail: true }],
  ['a flexible array of numbers', '__le32 y[];', { type: 'array', sizeBits: 0, count: 'rest', element: { type: 'uint', sizeBits: 32 } }],
])('%s', (_name, member, value) => {
  expect(fieldsOf(struct('s', member))).toEqual([{ name: 'y', offsetBits: 0, ...value }]);
});

test('a gap by name, unless something counts it or its bits are named', () => {
  expect(fieldsOf(struct('s', 'u8 unused_0[3]; u8 reserved_8b; u8 hdr_rsvd0; u8 num_rsvd; u8 reserved_vnics; u8 rsvd2;\n#define S_RSVD2_X 0x1\n')).map(({ name }) => name)).toEqual([
    'reserved_at_0', 'reserved_at_18', 'reserved_at_20', 'num_rsvd', 'reserved_vnics', 'rsvd2',
  ]);
});

const named = (defines: string, members = 'u8 a;'): unknown => {
  const { documents } = take(struct('s', `${members}\n${defines}`));
  const { structures, enums, flags } = documents.get('structures/s') ?? {};
  const parts = structures?.['s_a']?.fields.map(({ name, offsetBits, sizeBits, type }) => [name, offsetBits, sizeBits, type]);
  return { ...(parts === undefined ? {} : { parts }), ...(enums === undefined ? {} : { enums }), ...(flags === undefined ? {} : { flags }) };
};

test.each([
  ['bits', '#define S_A_X 0x1UL\n#define S_A_Y 0x4UL\n', { flags: { s_a: [{ name: 'X', bit: 0 }, { name: 'Y', bit: 2 }] } }],
  ['values, because a list of them ends', '#define S_A_X 0x1UL\n#define S_A_Y 0x2UL\n#define S_A_LAST S_A_Y\n', { enums: { s_a: [{ name: 'X', value: 1 }, { name: 'Y', value: 2 }] } }],
  ['values, because they are no bits', '#define S_A_X 0x0UL\n#define S_A_Y 0x3UL\n', { enums: { s_a: [{ name: 'X', value: 0 }, { name: 'Y', value: 3 }] } }],
  ['a value that another name contains', '#define S_A_X 0x0UL\n#define S_A_ON 0x1UL\n#define S_A_ON_ALL 0x3UL\n#define S_A_LAST S_A_ON_ALL\n', { enums: { s_a: [{ name: 'X', value: 0 }, { name: 'ON', value: 1 }, { name: 'ON_ALL', value: 3 }] } }],
  ['masks', '#define S_A_X_MASK 0x3\n#define S_A_X_SFT 0\n#define S_A_Y_MASK 0xf0UL\n#define S_A_Y_SFT 4\n#define S_A_Y_ON (0x2UL << 4)\n#define S_A_Y_LAST S_A_Y_ON\n', { parts: [['X', 0, 2, 'uint'], ['reserved_at_2', 2, 2, 'reserved'], ['Y', 4, 4, 'enum']], enums: { s_a_Y: [{ name: 'ON', value: 2 }] } }],
  ['values beside the place of their mask', '#define S_A_Y_MASK 0xf0UL\n#define S_A_Y_SFT 4\n#define S_A_Y_ON 0x2UL\n#define S_A_Y_NO 0x0UL\n', { parts: [['reserved_at_0', 0, 4, 'reserved'], ['Y', 4, 4, 'enum']], enums: { s_a_Y: [{ name: 'ON', value: 2 }, { name: 'NO', value: 0 }] } }],
  ['a bit beside a mask', '#define S_A_X_MASK 0x7f\n#define S_A_X_SFT 0\n#define S_A_X_VALID 0x80\n', { parts: [['X', 0, 7, 'uint'], ['X_VALID', 7, 1, 'uint']] }],
  ['a bit with names for its values', '#define S_A_X 0x1\n#define S_A_Y 0x2\n#define S_A_Y_NO (0x0 << 1)\n#define S_A_Y_YES (0x1 << 1)\n#define S_A_Y_LAST S_A_Y_YES\n', { parts: [['X', 0, 1, 'uint'], ['Y', 1, 1, 'enum'], ['reserved_at_2', 2, 6, 'reserved']], enums: { s_a_Y: [{ name: 'NO', value: 0 }, { name: 'YES', value: 1 }] } }],
  ['a mask around masks', '#define S_A_O_MASK 0xfe\n#define S_A_O_SFT 1\n#define S_A_O_I_MASK 0xe\n#define S_A_O_I_SFT 1\n', { parts: [['reserved_at_0', 0, 1, 'reserved'], ['O_I', 1, 3, 'uint'], ['reserved_at_4', 4, 4, 'reserved']] }],
  ['bits inside a mask', '#define S_A_O_MASK 0xf0\n#define S_A_O_SFT 4\n#define S_A_O_X 0x10\n#define S_A_O_Y 0x80\n', { parts: [['reserved_at_0', 0, 4, 'reserved'], ['O', 4, 4, 'flags']], flags: { s_a_O: [{ name: 'X', bit: 0 }, { name: 'Y', bit: 3 }] } }],
  ['a mask of the whole field', '#define S_A_MASK 0xff\n#define S_A_SFT 0\n#define S_A_ON 0x5\n#define S_A_LAST S_A_ON\n', { enums: { s_a: [{ name: 'ON', value: 5 }] } }],
  ['a gap between masks', '#define S_A_X_MASK 0x3\n#define S_A_X_SFT 0\n#define S_A_UNUSED1_MASK 0xfc\n#define S_A_UNUSED1_SFT 2\n', { parts: [['X', 0, 2, 'uint'], ['reserved_at_2', 2, 6, 'reserved']] }],
  ['a mask whose name begins with a digit', '#define S_A_10G_MASK 0x3\n#define S_A_10G_SFT 0\n#define S_A_X 0x4\n', { parts: [['A_10G', 0, 2, 'uint'], ['X', 2, 1, 'uint'], ['reserved_at_3', 3, 5, 'reserved']] }],
  ['names that say nothing of the structure', '#define ODD_X 0x0\n#define ODD_Y 0x9\n#define ODD_LAST ODD_Y\n', { enums: { s_a: [{ name: 'X', value: 0 }, { name: 'Y', value: 9 }] } }],
  ['of each element', '#define S_A_X 0x1\n#define S_A_Y 0x2\n', { flags: { s_a: [{ name: 'X', bit: 0 }, { name: 'Y', bit: 1 }] } }, '__le16 a[3];'],
])('constants behind a field: %s', (_name, defines, expected, members?: string) => {
  expect(named(defines, members)).toEqual(expected);
});

const HEAD = '__le16 req_type; __le16 seq;';
const OPCODES = struct('cmd_nums', '__le16 req_type;\n#define HWRM_PING 0x1fUL\n#define HWRM_LAST HWRM_PING\n');

test('a request and its reply become a command', () => {
  const { documents, problems, definedCount, takenCount } = take(OPCODES + struct('hwrm_ping_input', `${HEAD} __le32 flags;\n#define PING_REQ_FLAGS_X 0x1UL\n`) + struct('hwrm_ping_output', HEAD) + struct('user', 'struct hwrm_ping_output last;'));
  expect(problems).toEqual([]);
  expect([definedCount, takenCount]).toEqual([4, 4]);
  expect([...documents.keys()]).toEqual(['structures/cmd_nums', 'structures/user', 'commands/PING']);
  expect(documents.get('structures/user')?.imports).toEqual(['commands/PING']);
  expect(documents.get('commands/PING')).toMatchObject({
    kind: 'command', name: 'PING', byteOrder: 'little', opcode: '0x1f', request: 'hwrm_ping_input', reply: 'hwrm_ping_output',
    source: [{ section: 'struct hwrm_ping_input' }, { section: 'struct hwrm_ping_output' }],
    structures: { hwrm_ping_input: { fields: [{ name: 'req_type', constant: '0x1f' }, { name: 'seq' }, { name: 'flags', flags: 'hwrm_ping_input_flags' }] }, hwrm_ping_output: { sizeBits: 32 } },
  });
});

test('the same input gives the same bytes', () => {
  const text = OPCODES + struct('hwrm_ping_input', HEAD) + struct('hwrm_ping_output', HEAD);
  const texts = () => [...take(text).documents.values()].map(documentText);
  expect(texts()).toEqual(texts());
});

const rejected: [rule: ImportRule, where: string, text: string][] = [
  ['byte-order', 'h.h:2: s.x: is of the other byte order', struct('s', '__be16 x;')],
  ['opcode', 'h.h:1: hwrm_x_input: is no command', struct('hwrm_x_input', HEAD) + struct('hwrm_x_output', HEAD)],
  ['constant', 'h.h:3: s.x: S_X_A_MASK is no run of bits', struct('s', 'u8 x;\n#define S_X_A_MASK 0x5\n#define S_X_A_SFT 0')],
  ['constant', 'h.h:3: s.x: S_X_A_MASK is no run of bits', struct('s', 'u8 x;\n#define S_X_A_MASK 0x1f0\n#define S_X_A_SFT 4')],
  ['constant', 'h.h:3: s.x: S_X_A_MASK overlaps another mask', struct('s', 'u8 x;\n#define S_X_A_MASK 0x3\n#define S_X_A_SFT 0\n#define S_X_B_MASK 0x6\n#define S_X_B_SFT 1')],
  ['constant', 'h.h:5: s.x: S_X_B is a value of none', struct('s', 'u8 x;\n#define S_X_A_MASK 0x3\n#define S_X_A_SFT 0\n#define S_X_B 0x30')],
  ['constant', 'h.h:3: s.x: S_X_A does not fit 8 bits', struct('s', 'u8 x;\n#define S_X_A 0x100')],
  ['constant', 'h.h:4: s.x: S_X_B is a second name', struct('s', 'u8 x;\n#define S_X_A 0x3\n#define S_X_B 0x3\n')],
  ['constant', 'h.h:3: s.x: S_X_0 and 4096 more are defined', struct('s', `u8 x;\n${Array.from({ length: 4097 }, (_, index) => `#define S_X_${index} ${index}`).join('\n')}`)],
  ['constant', 'h.h:3: s.x: S_X_A of a field that is no integer', struct('s', 'u8 x[2];\n#define S_X_A 0x1')],
  ['alignment', 'h.h:1: s: has an alignment of its own', 'struct s { u8 x; } __aligned(8);'],
  ['alignment', 'h.h:2: s: a member with an alignment of its own', struct('s', 'u8 x __aligned(8);')],
  ['type', 'h.h:2: s: \'void\' is neither', struct('s', 'void *x;')],
];

test('every rule of this format has a header that it rejects', () => {
  expect(rejected.map(([rule]) => rule)).toEqual(expect.arrayContaining(['byte-order', 'constant', 'opcode']));
});

test.each(rejected)('%s is reported with its place (%s)', (_rule, where, text) => {
  const { problems, documents } = take(`${text}\n${struct('good', 'u8 y;')}`);
  expect(problems.map(formatImportProblem).join('\n')).toContain(where);
  expect(documents.has('structures/good')).toBe(true);
});
