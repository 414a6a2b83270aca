import { expect, test } from 'vitest';
import type { Documents } from '../layout-import.js';
import type { ImportOverrides } from '../overrides.js';
import { formatImportProblem, IMPORT_RULES, type ImportRule } from '../problem.js';
import { documentText } from '../text.js';
import type { HeaderImport } from '../header/import.js';
import { importIfc } from './import.js';

const FILES: Readonly<Record<string, string>> = { 'more.h': 'struct a_ifc_more_bits { u8 x[8]; };' };
const find = (name: string) => (FILES[name] === undefined ? undefined : { file: name, text: FILES[name] });

function take(text: string, overrides?: ImportOverrides['overrides']): HeaderImport {
  const corrections = overrides === undefined ? {} : { overrides: { file: 'o.json', value: { format: 'auxctl.import-overrides/1' as const, overrides } } };
  return importIfc(text, { file: 'h.h', find, documentName: (file) => file, revision: '1', ...corrections });
}

const names = (documents: Documents): string[] => [...documents.keys()].map((path) => path.replace('structures/', ''));
const struct = (name: string, members: string): string => `struct a_ifc_${name}_bits {\n${members}\n};\n`;
const fieldsOf = (text: string, name = 's', structure = name) => take(text).documents.get(`structures/${name}`)?.structures[structure]?.fields;

test('offsets come from what lies before, never from a name', () => {
  expect(fieldsOf(struct('s', 'u8 reserved_at_7[0x3]; u8 x[5]; u8 resereved_at_1[010]; u8 reserved_1[0x8]; u8 reserved_lkey[8];'))).toEqual([
    { name: 'reserved_at_0', offsetBits: 0, type: 'reserved', sizeBits: 3 }, { name: 'x', offsetBits: 3, type: 'uint', sizeBits: 5 },
    { name: 'reserved_at_8', offsetBits: 8, type: 'reserved', sizeBits: 8 }, { name: 'reserved_at_10', offsetBits: 16, type: 'reserved', sizeBits: 8 },
    { name: 'reserved_lkey', offsetBits: 24, type: 'uint', sizeBits: 8 },
  ]);
});

test('what is defined behind a gap leaves it one', () => {
  expect(fieldsOf(struct('s', 'u8 x[8]; u8 reserved_at_99[8];\n#define A_S_X 1\n'))).toMatchObject([{ name: 'x' }, { name: 'reserved_at_8', type: 'reserved' }]);
});

test('the dimension of structures is a count, also in hexadecimal', () => {
  expect(fieldsOf(struct('s', 'struct a_ifc_t_bits y[0x8];') + struct('t', 'u8 x[4];'))).toEqual([
    { name: 'y', offsetBits: 0, type: 'array', sizeBits: 32, count: 8, element: { type: 'struct', structure: 't', sizeBits: 4 } },
  ]);
});

test.each([
  ['a second dimension', 'u8 y[16][0x8];', { type: 'array', sizeBits: 128, count: 16, element: { type: 'uint', sizeBits: 8 } }],
  ['more than an integer holds', 'u8 y[0x80];', { type: 'bytes', sizeBits: 128 }],
  ['more than an integer holds, but no bytes', 'u8 y[0x6b];', { type: 'array', sizeBits: 107, count: 107, element: { type: 'uint', sizeBits: 1 } }],
  ['a flexible array of integers', 'u8 y[][0x40];', { type: 'array', sizeBits: 0, count: 'rest', element: { type: 'uint', sizeBits: 64 } }],
  ['a flexible array of length zero', 'u8 y[0][64];', { type: 'array', sizeBits: 0, count: 'rest', element: { type: 'uint', sizeBits: 64 } }],
  ['flexible bits', 'u8 y[];', { type: 'bytes', sizeBits: 0, tail: true }],
  ['a macro for flexible arrays', 'DECLARE_FLEX_ARRAY(struct a_ifc_t_bits, y);', { type: 'array', sizeBits: 0, count: 'rest', element: { type: 'struct', structure: 't', sizeBits: 8 } }],
  ['a single bit', 'u8 y;', { type: 'uint', sizeBits: 1 }],
])('%s', (_name, member, value) => {
  const { documents, problems } = take(struct('t', 'u8 x[8];') + struct('s', member));
  expect(documents.get('structures/s')?.structures['s']?.fields).toEqual([{ name: 'y', offsetBits: 0, ...value }]);
  expect(problems).toEqual([]);
});

test('a structure may be used before it is defined, and from a header in quotes', () => {
  const { documents, problems } = take(`#include <linux/types.h>\n#include "more.h"\n${struct('s', 'struct a_ifc_later_bits l; struct a_ifc_more_bits m;')}${struct('later', 'u8 x[8];')}`);
  expect(problems).toEqual([]);
  expect(names(documents)).toEqual(['more', 's', 'later']);
  expect(documents.get('structures/s')?.imports).toEqual(['structures/later', 'structures/more']);
  expect(documents.get('structures/more')?.source).toEqual([{ document: 'more.h', revision: '1', section: 'struct a_ifc_more_bits' }]);
});

test('names that would be one keep more of theirs', () => {
  const { documents } = take(`${struct('s', 'u8 x[8];')}struct a_ifc_s { u8 x[8]; }; struct a_ifc_s_bits2 { u8 x[8]; }; struct b_ifc_s_bits { u8 x[8]; };`);
  expect(names(documents)).toEqual(['s', 'a_ifc_s', 's_bits2', 's_bits']);
});

test('a union with one member beside its gap is that member', () => {
  expect(fieldsOf(struct('s', 'union { u8 y[8]; u8 reserved_at_0[0x20]; } u; u8 z[8];'), 's', 's_u')).toEqual([
    { name: 'y', offsetBits: 0, type: 'uint', sizeBits: 8 }, { name: 'reserved_at_8', offsetBits: 8, type: 'reserved', sizeBits: 24 },
  ]);
});

test('a union with several members has variants and no selector', () => {
  const { documents } = take(struct('s', 'u8 k[8]; union { u8 y[8]; struct { u8 a[4]; u8 b[0x1c]; } z; };'));
  expect(documents.get('structures/s')?.structures['s']?.fields[1]).toEqual({
    name: 'union_at_8', offsetBits: 8, type: 'union', sizeBits: 32, variants: [{ name: 'y', structure: 's_y' }, { name: 'z', structure: 's_z' }],
  });
  expect(documents.get('structures/s')?.structures['s_z']?.fields.map(({ name, offsetBits }) => [name, offsetBits])).toEqual([['a', 0], ['b', 4]]);
});

test.each([
  ['an enum', 'A_S_STATE_OFF, A_S_STATE_ON = 1, A_S_STATE_LOST = 7', 'state', { enums: { s_state: [{ name: 'OFF', value: 0 }, { name: 'ON', value: 1 }, { name: 'LOST', value: 7 }] } }],
  ['flags', 'A_S_STATE_X = BIT(0), A_S_STATE_Y = 1ULL << 1, A_S_STATE_Z = 0x4', 'state', { flags: { s_state: [{ name: 'X', bit: 0 }, { name: 'Y', bit: 1 }, { name: 'Z', bit: 2 }] } }],
  ['bits or values: not told', 'A_S_STATE_X = 1, A_S_STATE_Y = 2', 'state', {}],
  ['numbers of bits, as the field\'s name lets fear', 'A_S_RATE_MASK_X = 0, A_S_RATE_MASK_Y = 1', 'rate_mask', {}],
  ['too wide', 'A_S_STATE_X = 0, A_S_STATE_Y = 0x100', 'state', {}],
  ['a bound among them', 'A_S_STATE_X = 0, A_S_STATE_Y = 1, A_S_STATE_MAX = 3', 'state', {}],
  ['another structure', 'A_T_STATE_X = 0, A_T_STATE_Y = 3', 'state', {}],
  ['one name alone', 'A_S_STATE_X = 0', 'state', {}],
])('constants that go with a field: %s', (_name, constants, field, expected) => {
  const { documents } = take(`enum { ${constants} };\n${struct('s', `u8 ${field}[8];`)}`);
  const { enums, flags } = documents.get('structures/s') ?? {};
  expect({ ...(enums === undefined ? {} : { enums }), ...(flags === undefined ? {} : { flags }) }).toEqual(expected);
});

test('the same input gives the same bytes', () => {
  const text = `enum { A_S_STATE_OFF, A_S_STATE_ON };\n${struct('s', 'u8 state[8]; union { u8 y[8]; u8 z[2][4]; } u;')}`;
  const texts = () => [...take(text).documents.values()].map(documentText);
  expect(texts()).toEqual(texts());
  expect(JSON.parse(texts()[0] ?? '')).toEqual(take(text).documents.get('structures/s'));
});

test('corrections', () => {
  const { documents, problems } = take(struct('s', 'u8 kind[8]; u8 y[8]; u8 reserved_at_10[0x80]; union { u8 a[8]; u8 b[8]; } u;') + struct('t', 'u8 x[8];'), [
    { structure: 's', field: 'kind', set: { symbols: [{ name: 'one', value: 1 }], access: 'INDEX' }, reason: 'the manual' },
    { structure: 's', field: 'y', set: { name: 'temperature', type: 'int', unit: 'C', scale: 0.125 }, reason: 'the manual' },
    { structure: 's', field: 'reserved_at_10', set: { name: 'label', type: 'string' }, reason: 'seen' },
    { structure: 's', field: 'u', set: { selector: 'kind', when: { a: [1], b: [2, 3] } }, reason: 'the manual' },
    { structure: 't', leaveOut: true, reason: 'never used' },
  ]);
  expect(problems).toEqual([]);
  expect(names(documents)).toEqual(['s']);
  expect(documents.get('structures/s')?.structures['s']?.fields).toEqual([
    { name: 'kind', type: 'enum', offsetBits: 0, sizeBits: 8, enum: 's_kind', access: 'INDEX' },
    { name: 'temperature', type: 'int', offsetBits: 8, sizeBits: 8, unit: 'C', scale: 0.125 },
    { name: 'label', type: 'string', offsetBits: 16, sizeBits: 128 },
    { name: 'u', type: 'union', offsetBits: 144, sizeBits: 8, selector: 'kind', variants: [{ name: 'a', when: [1], structure: 's_u_a' }, { name: 'b', when: [2, 3], structure: 's_u_b' }] },
  ]);
});

const GOOD = struct('good', 'u8 x[8];');
const twoMegabits = 'u8 a[0x4000000]; u8 b[0x4000001];';
const rejected: [rule: ImportRule, where: string, text: string, overrides?: ImportOverrides['overrides']][] = [
  ['syntax', 'h.h:3: a_ifc_s_bits: ; behind a member is missing: \'}\' stands there', struct('s', 'u8 x[8]')],
  ['syntax', 'h.h:3: a_ifc_s_bits: a member without a name', struct('s', 'u8;')],
  ['syntax', 'h.h:2: a_ifc_s_bits', struct('s', 'u8 x[8;')],
  ['syntax', 'h.h:1', 'enum { 5 };'],
  ['syntax', 'h.h:1', struct('s', 'union { '.repeat(20) + '} ; '.repeat(20)).replaceAll('\n', ' ')],
  ['unclosed', 'h.h:6: a_ifc_s_bits: } is missing: the header ends', 'struct a_ifc_s_bits {\nu8 x[8];\n'],
  ['directive', 'h.h:1', '#ifdef A\n'],
  ['directive', 'h.h:1', '#endif\n'],
  ['directive', 'h.h:1: the condition \'A > 3\'', '#if A > 3\n#endif\n'],
  ['directive', 'h.h:1: the header refuses', '#error no\n'],
  ['include', 'h.h:2: none.h', '\n#include "none.h"\n'],
  ['expression', 'h.h:1: \'f ( )\'', 'enum { A = f() };'],
  ['dimension', 'h.h:2: a_ifc_s_bits.x', struct('s', 'u8 x[UNKNOWN];')],
  ['dimension', 'h.h:2: a_ifc_s_bits.x', struct('s', 'u8 x[8][0];')],
  ['dimension', 'h.h:2: a_ifc_s_bits.x', struct('s', 'u8 x[0x8000001];')],
  ['dimension', 'h.h:2: a_ifc_s_bits.x', struct('s', 'u8 x[0x100001][1];')],
  ['dimension', 'h.h:2: a_ifc_s_bits.x', struct('s', 'u8 x[-1];')],
  ['type', 'h.h:2: a_ifc_s_bits', struct('s', 'int x;')],
  ['type', 'h.h:2: a_ifc_s_bits', struct('s', 'u8 x : 3;')],
  ['reference', 'h.h:2: a_ifc_s_bits.x', struct('s', 'struct a_ifc_t_bits x;')],
  ['reference', 'h.h:2: a_ifc_s_bits.x: a_ifc_good_bits is a struct', struct('s', 'union a_ifc_good_bits x;')],
  ['recursion', 'h.h:2: a_ifc_s_bits.x', struct('s', 'struct a_ifc_s_bits x;')],
  ['duplicate-name', 'h.h:2: a_ifc_s_bits.x', struct('s', 'u8 x[8]; u8 x[8];')],
  ['duplicate-name', 'h.h:2: a_ifc_s_bits.y: two members', struct('s', 'union { u8 y[8]; u8 y[16]; };')],
  ['duplicate-name', 'h.h:4: a_ifc_s_bits: is defined a second time', struct('s', 'u8 x[8];') + struct('s', 'u8 x[8];')],
  ['name', 'h.h:2: a_ifc_s_bits.__proto__', struct('s', 'u8 __proto__[8];')],
  ['name', `h.h:1: a_ifc_${'n'.repeat(200)}_bits`, struct('n'.repeat(200), 'u8 x[8];')],
  ['name', 'h.h:2: a_ifc_s_bits.n', struct('s', `union { u8 ${'n'.repeat(128)}[8]; u8 y[8]; };`)],
  ['name', 'h.h:2: a_ifc_s_bits.__proto__', struct('s', 'union { struct a_ifc_good_bits __proto__; u8 y[8]; };')],
  ['size', 'h.h:2: a_ifc_s_bits.b', struct('s', twoMegabits)],
  ['alignment', 'h.h:5: a_ifc_s_bits.t', struct('t', 'u8 x[0x80];') + struct('s', 'u8 k[4]; struct a_ifc_t_bits t;')],
  ['flexible', 'h.h:2: a_ifc_s_bits.x', struct('s', 'u8 x[][8]; u8 y[8];')],
  ['flexible', 'h.h:5: a_ifc_s_bits.t', struct('t', 'u8 n[8]; u8 x[][8];') + struct('s', 'struct a_ifc_t_bits t; u8 y[8];')],
  ['flexible', 'h.h:5: a_ifc_s_bits.t', struct('t', 'u8 n[8]; u8 x[][8];') + struct('s', 'union { struct a_ifc_t_bits t; u8 y[8]; };')],
  ['override', 'o.json:0: s.y: the structure has no such field', struct('s', 'u8 x[8];'), [{ structure: 's', field: 'y', set: { unit: 'C' }, reason: 'r' }]],
  ['override', 'o.json:0: *.y: no structure has such a field', struct('s', 'u8 x[8];'), [{ structure: '*', field: 'y', set: { access: 'INDEX' }, reason: 'r' }]],
  ['override', 'o.json:0: t: no such structure', struct('s', 'u8 x[8];'), [{ structure: 't', leaveOut: true, reason: 'r' }]],
  ['override', 'o.json:0: s: no two neighbours', struct('s', 'u8 x_high[0x20]; u8 x_more[0x20];'), [{ structure: 's', join: ['_high', '_low'], reason: 'r' }]],
  ['override', 'o.json:0: s.x: ', struct('s', 'u8 x[7];'), [{ structure: 's', field: 'x', set: { type: 'string' }, reason: 'r' }]],
  ['layout', 'h.h:1: a_ifc_s_bits.y', struct('s', 'u8 x[8]; u8 y[8];'), [{ structure: 's', field: 'x', set: { name: 'y' }, reason: 'r' }]],
  ['layout', 'h.h:1: a_ifc_s_bits', struct('s', 'struct a_ifc_good_bits g;'), [{ structure: 'good', leaveOut: true, reason: 'r' }]],
];

test('halves are joined, and corrections of all fields hold for all', () => {
  const text = struct('s', 'u8 a_high[0x20]; u8 a_low[0x20]; u8 b_high[0x20]; u8 reserved_at_60[0x20]; u8 b_low[0x20]; u8 c_high[0x28]; u8 c_low[0x28];');
  const { documents, definitions, problems } = take(text, [
    { structure: '*', join: ['_high', '_low'], reason: 'r' }, { structure: 's', field: '*', set: { volatile: true }, reason: 'r' },
    { structure: 's', field: 'a', set: { name: 'alpha', unit: 'packets' }, reason: 'r' },
  ]);
  expect(problems).toEqual([]);
  expect(documents.get('structures/s')?.structures['s']?.fields).toEqual([
    { name: 'alpha', type: 'uint', offsetBits: 0, sizeBits: 64, volatile: true, unit: 'packets' },
    { name: 'b_high', type: 'uint', offsetBits: 64, sizeBits: 32, volatile: true },
    { name: 'reserved_at_60', type: 'reserved', offsetBits: 96, sizeBits: 32 },
    { name: 'b_low', type: 'uint', offsetBits: 128, sizeBits: 32, volatile: true },
    { name: 'c_high', type: 'uint', offsetBits: 160, sizeBits: 40, volatile: true },
    { name: 'c_low', type: 'uint', offsetBits: 200, sizeBits: 40, volatile: true },
  ]);
  expect(definitions[0]?.origins.slice(0, 3)).toMatchObject([
    { member: 'a_high', field: 'alpha', part: { offsetBits: 0, sizeBits: 32 } }, { member: 'a_low', field: 'alpha', part: { offsetBits: 32, sizeBits: 32 } }, { member: 'b_high', field: 'b_high' },
  ]);
});

test('a correction of all structures meets those that have the field', () => {
  const { documents, problems } = take(struct('s', 'u8 x[8];') + struct('t', 'u8 x[8]; u8 y[8];') + struct('u', 'u8 y[8];'), [{ structure: '*', field: 'x', set: { constant: 1 }, reason: 'r' }]);
  expect(problems).toEqual([]);
  const constants = ['s', 't', 'u'].map((name) => documents.get(`structures/${name}`)?.structures[name]?.fields.map((field) => ('constant' in field ? field.constant : undefined)));
  expect(constants).toEqual([[1], [1, undefined], [undefined]]);
});

test.each(rejected)('%s is reported with its place (%s)', (rule, where, text, overrides) => {
  const { problems, documents } = take(text + GOOD, overrides);
  const lines = problems.map(formatImportProblem).filter((line) => line.endsWith(`[${rule}]`));
  expect(lines.join('\n')).toContain(where);
  if (rule !== 'unclosed' && rule !== 'layout' && !where.includes('#')) expect(documents.has('structures/good') || text.startsWith('#ifdef')).toBe(true);
});

/** Those of other formats. */
const ELSEWHERE: readonly ImportRule[] = ['byte-order', 'constant', 'opcode', 'element', 'attribute', 'overlap', 'selector', 'condition'];

test('every rule has a header that it rejects', () => {
  expect(new Set(rejected.map(([rule]) => rule))).toEqual(new Set(IMPORT_RULES.filter((rule) => !ELSEWHERE.includes(rule))));
});

test('what cannot be taken leaves the rest as it was', () => {
  const { documents, definedCount } = take(`${struct('s', 'struct a_ifc_none_bits x;')}${struct('t', 'struct a_ifc_s_bits s;')}int f(void) { return '}'; }\n${GOOD}`);
  expect(names(documents)).toEqual(['good']);
  expect(definedCount).toBe(3);
});
