import { expect, test } from 'vitest';
import type { Field } from '../../layout/field.js';
import type { LayoutImport } from '../layout-import.js';
import type { ImportOverrides } from '../overrides.js';
import { formatImportProblem, type ImportRule } from '../problem.js';
import { documentText } from '../text.js';
import { importAdb } from './import.js';

const FILES: Readonly<Record<string, string>> = { 'more.adb': '<NodesDefinition><node name="more" size="0x4"><field name="x" offset="0x0" size="0x4"/></node></NodesDefinition>' };
const find = (name: string) => (FILES[name] === undefined ? undefined : { file: name, text: FILES[name] });

function take(body: string, overrides?: ImportOverrides['overrides']): LayoutImport {
  const corrections = overrides === undefined ? {} : { overrides: { file: 'o.json', value: { format: 'auxctl.import-overrides/1' as const, overrides } } };
  return importAdb(body.startsWith('<?') || body.startsWith('<!') ? body : `<NodesDefinition>\n${body}\n</NodesDefinition>`, { file: 'r.adb', find, documentName: (file) => file, revision: '1', ...corrections });
}

const BIG = '<config big_endian_arr="1"/>';
const node = (name: string, size: string, fields: string, more = ''): string => `<node name="${name}" size="${size}" descr="" ${more}>\n${fields}\n</node>\n`;
const field = (name: string, offset: string, size: string, more = ''): string => `<field name="${name}" offset="${offset}" size="${size}" descr="" ${more}/>`;
const UINT64 = node('uint64', '0x8.0', field('hi', '0x0.0', '0x4.0') + field('lo', '0x4.0', '0x4.0'));

const fieldsOf = (body: string, name = 's', structure = name): readonly Field[] => {
  const { documents, problems } = take(body);
  expect(problems).toEqual([]);
  return documents.get(`structures/${name}`)?.structures[structure]?.fields ?? [];
};
const placesOf = (body: string): unknown => fieldsOf(body).map(({ name, offsetBits, sizeBits }) => [name, offsetBits, sizeBits]);

test('an offset names the lowest bit within a word, and decimal bits', () => {
  expect(placesOf(node('s', '0xc.0', field('b', '0x4.16', '0x0.8') + field('a', '0x0.31', '.1') + field('c', '0x4.0', '0x0.12') + field('d', '0x8.0', '0x4')))).toEqual([
    ['a', 0, 1], ['reserved_at_1', 1, 39], ['b', 40, 8], ['reserved_at_30', 48, 4], ['c', 52, 12], ['d', 64, 32],
  ]);
});

test('a field without an offset stands behind the one before it', () => {
  expect(placesOf(node('s', '0x4.0', field('a', '0x0.8', '0x0.8') + '<field name="b" size="0x0.4" descr=""/>'))).toEqual([['reserved_at_0', 0, 12], ['b', 12, 4], ['a', 16, 8], ['reserved_at_18', 24, 8]]);
});

test('a node of less than a word counts from its own end', () => {
  const body = node('half', '0x2', field('low', '0x0.0', '0x0.4') + field('high', '0x0.4', '0x0.12')) + node('s', '0x4', field('h', '0x0.16', '0x4', 'subnode="half" high_bound="1" low_bound="0"'));
  expect(fieldsOf(body, 'half').map(({ name, offsetBits }) => [name, offsetBits])).toEqual([['high', 0], ['low', 12]]);
  expect(placesOf(`${BIG}${body}`)).toEqual([['h', 0, 32]]);
});

test.each([
  ['octets from the top of a word', BIG, field('y', '0x0.24', '0x8', 'low_bound="0" high_bound="7"'), [['y', 0, 64]]],
  ['nibbles that go on in the next words', BIG, field('y', '0x0.28', '0x8', 'low_bound="0" high_bound="15"'), [['y', 0, 64]]],
  ['octets from the middle of a word', BIG, field('y', '0x0.16', '0x3', 'low_bound="0" high_bound="2"'), [['reserved_at_0', 0, 8], ['y', 8, 24], ['reserved_at_20', 32, 32]]],
  ['odd elements within a word', BIG, field('y', '0x0.29', '0x0.15', 'low_bound="0" high_bound="4"'), [['y', 0, 15], ['reserved_at_f', 15, 49]]],
  ['words', BIG, field('y', '0x0', '0x8', 'low_bound="0" high_bound="1"'), [['y', 0, 64]]],
  ['one element', BIG, field('y', '0x0.24', '0x0.8', 'low_bound="3" high_bound="3"'), [['y', 0, 8], ['reserved_at_8', 8, 56]]],
  ['octets from the bottom of a word, where the file says so', '', field('y', '0x0.0', '0x0.24', 'low_bound="1" high_bound="3"'), [['reserved_at_0', 0, 8], ['y_3', 8, 8], ['y_2', 16, 8], ['y_1', 24, 8], ['reserved_at_20', 32, 32]]],
])('arrays: %s', (_name, config, fields, places) => {
  expect(placesOf(config + node('s', '0x8', fields))).toEqual(places);
});

test('values of 64 bits, text, names, access and descriptions', () => {
  expect(fieldsOf(`${UINT64}${node('s', '0x20', field('n', '0x0.0', '0x8.0', 'subnode="uint64" access="RO"') + field('m', '0x8', '0x10', 'subnode="uint64" low_bound="0" high_bound="1"') + '<field name="k" offset="0x18.28" size="0x0.4" access="INDEX" enum="ONE=0x1, TWO=2," descr="Which:\\;1 - one\\;2 - two"/>' + field('bits', '0x18.0', '0x0.8', 'access="OP" enum="A=0x1,B=0x2,C=0x80"'))}`)).toEqual([
    { name: 'n', type: 'uint', offsetBits: 0, sizeBits: 64, access: 'RO' },
    { name: 'm', type: 'array', offsetBits: 64, sizeBits: 128, count: 2, element: { type: 'uint', sizeBits: 64 } },
    { name: 'k', type: 'enum', offsetBits: 192, sizeBits: 4, enum: 's_k', access: 'INDEX', description: 'Which: 1 - one; 2 - two' },
    { name: 'reserved_at_c4', type: 'reserved', offsetBits: 196, sizeBits: 20 },
    { name: 'bits', type: 'flags', offsetBits: 216, sizeBits: 8, flags: 's_bits', access: 'OP' },
    { name: 'reserved_at_e0', type: 'reserved', offsetBits: 224, sizeBits: 32 },
  ]);
});

const PAGES = node('a', '0x4', field('x', '0x0', '0x4')) + node('b', '0x8', field('y', '0x0', '0x4')) + node('u', '0x8', field('a', '0x0', '0x4', 'subnode="a" selected_by="A"') + field('b', '0x0', '0x8', 'subnode="b" selected_by="B"'), 'attr_is_union="1"');
const KIND = field('kind', '0x0.0', '0x0.4', 'enum="A=0x1,B=0x2,C=0x4"');

test('a union with a selector beside it', () => {
  expect(fieldsOf(PAGES + node('s', '0xc', KIND + field('u', '0x4', '0x8', 'subnode="u" union_selector="$(parent).kind"'))).slice(1)).toEqual([
    { name: 'kind', type: 'enum', offsetBits: 28, sizeBits: 4, enum: 's_kind' },
    { name: 'u', type: 'union', offsetBits: 32, sizeBits: 64, selector: 'kind', variants: [{ name: 'a', when: [1], structure: 'a' }, { name: 'b', when: [2], structure: 'b' }] },
  ]);
});

test('a union without one, by itself and in an array', () => {
  const body = PAGES + node('s', '0x18', field('u', '0x0', '0x8', 'subnode="u"') + field('v', '0x8', '0x10', 'subnode="u" low_bound="0" high_bound="1"'));
  expect(fieldsOf(body)).toEqual([
    { name: 'u', type: 'union', offsetBits: 0, sizeBits: 64, variants: [{ name: 'a', structure: 'a' }, { name: 'b', structure: 'b' }] },
    { name: 'v', type: 'array', offsetBits: 64, sizeBits: 128, count: 2, element: { type: 'struct', sizeBits: 64, structure: 'u' } },
  ]);
  expect(fieldsOf(body, 'u')).toMatchObject([{ name: 'value', type: 'union', sizeBits: 64 }]);
});

test('conditions that are values of one field select', () => {
  const body = node('a', '0x4', field('x', '0x0', '0x4')) + node('u', '0x4', field('a', '0x0', '0x4', 'subnode="a" condition="($(parent).kind == A) | ($(parent).kind == C)"'), 'attr_is_union="1" is_conditional="1"') + node('s', '0x8', KIND + field('u', '0x4', '0x4', 'subnode="u" condition="$(parent).kind"'));
  expect(fieldsOf(body).at(-1)).toMatchObject({ type: 'union', selector: 'kind', variants: [{ name: 'a', when: [1, 4] }] });
});

test('an array of open length ends the outermost node', () => {
  expect(fieldsOf(node('s', '0x8', field('n', '0x0', '0x4') + field('data', '0x4', '0x4', 'arr_is_dynamic="1" low_bound="0" high_bound="VARIABLE" size_condition="$(parent).n"')))).toEqual([
    { name: 'n', type: 'uint', offsetBits: 0, sizeBits: 32 }, { name: 'data', type: 'array', offsetBits: 32, sizeBits: 0, count: 'rest', element: { type: 'uint', sizeBits: 32 } },
  ]);
});

test('a union\'s member that is no node is a structure of its own', () => {
  expect(fieldsOf(node('u', '0x4', field('x', '0x0.0', '0x0.8') + field('y', '0x0.16', '0x0.16'), 'attr_is_union="1"'), 'u', 'u_y')).toEqual([
    { name: 'y', type: 'uint', offsetBits: 0, sizeBits: 16 }, { name: 'reserved_at_10', type: 'reserved', offsetBits: 16, sizeBits: 16 },
  ]);
});

const REGISTERS = node('x_reg', '0x4', field('port', '0x0.16', '0x0.8', 'access="INDEX"') + field('v', '0x0.0', '0x0.8', 'access="RO"')) + node('y_reg', '0x4', field('v', '0x0.0', '0x0.8', 'access="RW"'))
  + node('access_reg_summary', '0x4', field('x', '0x0', '0x4', 'subnode="x_reg" selected_by="XREG"') + field('y', '0x0', '0x4', 'subnode="y_reg" selected_by="YREG"'), 'attr_is_union="1"')
  + node('access_reg_summary_ctrl', '0x4', field('id', '0x0.0', '0x0.16', 'enum="XREG=0x9001,YREG=0x9002"'), 'attr_is_union="1"')
  + node('access_reg_summary_selector_ext', '0x4', field('access_reg_summary', '0x0', '0x4', 'subnode="access_reg_summary" union_selector="$(parent).ctrl.id"') + field('ctrl', '0x0', '0x4', 'subnode="access_reg_summary_ctrl"'), 'attr_is_union="1"')
  + node('root', '0x4', field('all', '0x0', '0x4', 'subnode="access_reg_summary_selector_ext"'));

test('the nodes that list registers make registers', () => {
  const { documents, problems, definedCount, takenCount } = take(`<info source_doc_name="d" source_doc_version="Rev 3"/>${REGISTERS}`);
  expect(problems).toEqual([]);
  expect([...documents.keys()]).toEqual(['structures/x_reg', 'structures/y_reg', 'registers/XREG', 'registers/YREG']);
  expect([definedCount, takenCount]).toEqual([2, 2]);
  expect(documents.get('registers/XREG')).toEqual({
    format: 'auxctl.layout/1', kind: 'register', name: 'XREG', title: 'XREG', byteOrder: 'big', source: [{ document: 'r.adb', revision: '1', section: 'register XREG, Rev 3' }],
    imports: ['structures/x_reg'], id: '0x9001', structure: 'x_reg', effects: { read: 'inspect' }, structures: {},
  });
  expect(documents.get('registers/YREG')).toMatchObject({ effects: { read: 'inspect', write: 'invasive' } });
});

test('includes, definitions and what stands under them', () => {
  const { documents, problems } = take(`<include file="more.adb"/><include file="more.adb"/><config define="HERE=1"/>${node('s', '0x4', field('a', '0x0.0', '0x0.8', 'inst_ifdef="HERE"') + field('b', '0x0.8', '0x0.8', 'inst_ifdef="THERE"'))}`);
  expect(problems).toEqual([]);
  expect([...documents.keys()]).toEqual(['structures/more', 'structures/s']);
  expect(documents.get('structures/s')?.structures['s']?.fields.map(({ name }) => name)).toEqual(['reserved_at_0', 'a']);
});

test('the same input gives the same bytes, and corrections hold', () => {
  const texts = () => [...take(REGISTERS + PAGES).documents.values()].map(documentText);
  expect(texts()).toEqual(texts());
  const { documents, problems } = take(REGISTERS, [{ structure: 'x_reg', field: 'v', set: { unit: 'C', description: 'Heat.' }, reason: 'the manual' }]);
  expect(problems).toEqual([]);
  expect(documents.get('structures/x_reg')?.structures['x_reg']?.fields.at(-1)).toMatchObject({ name: 'v', unit: 'C', description: 'Heat.' });
});

const GOOD = node('good', '0x4', field('x', '0x0', '0x4'));
const one = (fields: string, size = '0x4'): string => node('s', size, fields);
const rejected: [rule: ImportRule, where: string, body: string, overrides?: ImportOverrides['overrides']][] = [
  ['syntax', 'r.adb:1: a document type is not read', '<!DOCTYPE x [<!ENTITY e "1">]><NodesDefinition/>'],
  ['syntax', 'r.adb:1: Invalid character entity', '<?xml version="1.0"?><NodesDefinition a="&e;"/>'],
  ['syntax', 'more than 32 elements inside one another', `${'<x>'.repeat(40)}${'</x>'.repeat(40)}`],
  ['syntax', 'Unclosed', '<?xml version="1.0"?><NodesDefinition><node name="s" size="0x4">'],
  ['element', 'r.adb:1: the document\'s element is other', '<?xml version="1.0"?><other/>'],
  ['element', 'r.adb:2: the element instance_ops', `<instance_ops><attr_replace path="a.b" size="0x4"/></instance_ops>${GOOD}`],
  ['element', 'r.adb:2: the element attr_replace of a.b', `<attr_replace path="a.b" size="0x4"/>${GOOD}`],
  ['attribute', 'r.adb:3: the attribute capability of field is not taken, here and in 1 more places', one(field('x', '0x0', '0x4', 'capability="0"')) + node('t', '0x4', field('x', '0x0', '0x4', 'capability="0"'))],
  ['attribute', 'r.adb:3: s.x: the access \'XX\'', one(field('x', '0x0', '0x4', 'access="XX"'))],
  ['include', 'r.adb:2: none.adb is not there', `<include file="none.adb"/>${GOOD}`],
  ['include', 'r.adb:2: a folder cannot be included', `<include dir="x"/>${GOOD}`],
  ['name', 'r.adb:2: a b: is no name', node('a b', '0x4', '')],
  ['name', 'r.adb:3: s.1: \'1\' is no name', one(field('1', '0x0', '0x4'))],
  ['size', 'r.adb:2: s: has the size \'x\'', node('s', 'x', '')],
  ['size', 'r.adb:3: s.x: has no place', one(field('x', 'y', '0x4'))],
  ['size', 'r.adb:3: s.x: ends behind bit 32', one(field('x', '0x4', '0x4'))],
  ['size', 's.g: has 64 bits, its node 32', one(field('g', '0x0', '0x8', 'subnode="good"'), '0x8')],
  ['duplicate-name', 'r.adb:5: s: is defined a second time', one('') + one('')],
  ['duplicate-name', 'S: differs from another node only in case', one(field('x', '0x0', '0x4')) + node('S', '0x4', '')],
  ['duplicate-name', 's.x: two fields are called x', one(field('x', '0x0.0', '0x0.8') + field('x', '0x0.8', '0x0.8'))],
  ['overlap', 's.y: overlaps x', one(field('x', '0x0.8', '0x0.16') + field('y', '0x0.0', '0x0.9'))],
  ['dimension', 's.x: has bounds \'0\' to \'4\'', one(field('x', '0x0', '0x4', 'low_bound="0" high_bound="4"'))],
  ['alignment', 's.x: 16 bits at bit 24', one(field('x', '0x0.24', '0x0.16'))],
  ['alignment', 's.x: 32 bits at bit 8', one(field('x', '0x0.8', '0x4'), '0x8')],
  ['alignment', 's.x: elements of 3 bits cross words', BIG + one(field('x', '0x0.29', '0x0.36', 'low_bound="0" high_bound="11"'), '0x8')],
  ['alignment', 's: counts in words of 64 bits', node('s', '0x8', '', 'cr_data_wdt="64"')],
  ['reference', 's.x: the node none is not defined', one(field('x', '0x0', '0x4', 'subnode="none"'))],
  ['recursion', 's.x: the node s contains itself', one(field('x', '0x0', '0x4', 'subnode="s"'))],
  ['flexible', 's.x: has as many elements as follow', one(field('x', '0x0', '0x4', 'low_bound="0" high_bound="VARIABLE"'), '0x8')],
  ['flexible', 's.x: has as many elements as follow', node('s', '0x4', field('x', '0x0', '0x4', 'low_bound="0" high_bound="VARIABLE"'), 'attr_is_union="1"')],
  ['expression', 's.x: 2 of the names of its values cannot be taken, such as \'B=0x1\'', one(field('x', '0x0.0', '0x0.4', 'enum="A=0x1,B=0x1,C=0x10"'))],
  ['expression', 's.x_mask: the names are of bits', one(field('x_mask', '0x0.0', '0x0.4', 'enum="A=0x0,B=0x3"'))],
  ['selector', 's.u: \'$(parent).a.b\' is no integer of the same node', PAGES + one(field('u', '0x0', '0x8', 'subnode="u" union_selector="$(parent).a.b"'), '0x8')],
  ['selector', 's.b: no value of kind chooses it alone', PAGES + one(field('kind', '0x0.0', '0x0.4', 'enum="A=0x1"') + field('u', '0x4', '0x8', 'subnode="u" union_selector="$(parent).kind"'), '0xc')],
  ['selector', 's.u: kind could not be taken', PAGES + one(field('over', '0x0.0', '0x0.8') + KIND + field('u', '0x4', '0x8', 'subnode="u" union_selector="$(parent).kind"'), '0xc')],
  ['selector', 'access_reg_summary.x: \'ZREG\' names no register', REGISTERS.replace('selected_by="XREG"', 'selected_by="ZREG"')],
  ['condition', 's.x: its condition is not kept', one(field('x', '0x0', '0x4', 'condition="$(parent).y"'))],
  ['condition', 's.u: the conditions of its members', node('u', '0x4', field('x', '0x0', '0x4', 'condition="$(parent).k == 1 AND $(parent).l == 1"'), 'attr_is_union="1"') + one(field('k', '0x0', '0x4') + field('u', '0x4', '0x4', 'subnode="u"'), '0x8')],
  ['override', 'o.json:0: s: no such structure', GOOD, [{ structure: 's', leaveOut: true, reason: 'r' }]],
  ['layout', 'r.adb:2: s', one(field('g', '0x0', '0x4', 'subnode="good"')), [{ structure: 'good', leaveOut: true, reason: 'r' }]],
];

test('every rule of this format has a database that it rejects', () => {
  expect(rejected.map(([rule]) => rule)).toEqual(expect.arrayContaining(['element', 'attribute', 'overlap', 'selector', 'condition']));
});

test.each(rejected)('%s is reported with its place (%s)', (rule, where, body, overrides) => {
  const { problems, documents } = take(body.startsWith('<?') || body.startsWith('<!') || rule === 'layout' ? `${body}${rule === 'layout' ? GOOD : ''}` : body + GOOD, overrides);
  const lines = problems.map(formatImportProblem).filter((line) => line.endsWith(`[${rule}]`));
  expect(lines.join('\n')).toContain(where);
  if (rule !== 'syntax' && rule !== 'layout' && !body.startsWith('<?') && !body.includes('good"')) expect(documents.has('structures/good')).toBe(true);
});
