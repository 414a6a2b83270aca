import type { LayoutDocument } from '@auxctl/schemas';
import { expect, test } from 'vitest';
import { leavesOf } from '../dump/leaves.js';
import { compileLayout } from '../layout/compile.js';
import { namedElements } from './named-elements.js';
import { present } from './present.js';

const layout: LayoutDocument = {
  format: 'auxctl.layout/1', kind: 'structures', name: 'sample', title: 'Names and values', byteOrder: 'little', source: [{ document: 'test', revision: '1', section: '1' }],
  structures: {
    sample: { sizeBits: 8, fields: [{ name: 'count', type: 'uint', offsetBits: 0, sizeBits: 8 }, { name: 'properties', type: 'array', offsetBits: 8, sizeBits: 0, count: 'rest', element: { type: 'struct', sizeBits: 64, structure: 'property' } }] },
    property: { sizeBits: 64, fields: [{ name: 'name', type: 'string', offsetBits: 0, sizeBits: 32 }, { name: 'value', type: 'string', offsetBits: 32, sizeBits: 32 }] },
  },
};
const codec = compileLayout(layout, [], 'sample');
const bytes = (...pairs: [name: string, value: string][]): Uint8Array => codec.encode({ count: 1n, properties: pairs.map(([name, value]) => ({ name, value })) });
const paths = (raw: Uint8Array): [string, string][] => [...leavesOf(codec, raw)].map(([path, { text }]) => [path, text]);

test('elements that are a name and a value go by their names, also when others stand before them', () => {
  expect(paths(bytes(['mtu', '1500'], ['mac', 'x']))).toEqual([['count', '1'], ['properties[mtu]', '1500'], ['properties[mac]', 'x']]);
  expect(paths(bytes(['new', '1'], ['mac', 'x']))).toEqual([['count', '1'], ['properties[new]', '1'], ['properties[mac]', 'x']]);
});

test('one name several times is told apart, an empty one is a name too', () => {
  expect(paths(bytes(['a', '1'], ['a', '2'], ['', '3']))).toEqual([['count', '1'], ['properties[a]', '1'], ['properties[a#2]', '2'], ['properties[]', '3']]);
});

test('control characters of a name reach no terminal', () => {
  expect(paths(bytes(['a\u001b[', '1'])).at(-1)).toEqual(['properties[a\\x1b[]', '1']);
});

test('any other array is none of them', () => {
  const { properties } = present(codec, bytes(['a', '1']));
  const element = (properties as unknown as { readonly elements: readonly [{ readonly type: 'structure'; readonly fields: Record<string, never> }] }).elements[0];
  expect(namedElements([element])).toHaveLength(1);
  expect(namedElements([])).toBeUndefined();
  expect(namedElements([{ type: 'value', value: 1, text: '1' }])).toBeUndefined();
  expect(namedElements([element, { ...element, fields: { ...element.fields, unit: { type: 'value', value: 1, text: '1' } } }])).toBeUndefined();
  expect(namedElements([{ type: 'structure', fields: { name: { type: 'value', value: 1, text: '1' }, value: { type: 'value', value: 1, text: '1' } } }])).toBeUndefined();
});
