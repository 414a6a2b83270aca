import { checkLayoutSet, type LayoutDocument } from '@auxctl/schemas';
import { expect, test } from 'vitest';
import { compileLayout } from './compile.js';
import { present } from '../present/present.js';

/** A union of which nothing tells the variant, and a list at the end of the structure that ends the outer one. */
const document: LayoutDocument = {
  format: 'auxctl.layout/1', kind: 'structures', name: 'outer', title: 'Outer', byteOrder: 'big', source: [{ document: 'this file', revision: '1', section: 'outer' }],
  structures: {
    outer: {
      sizeBits: 64,
      fields: [
        { name: 'either', type: 'union', offsetBits: 0, sizeBits: 32, variants: [{ name: 'word', structure: 'whole' }, { structure: 'halves' }] },
        { name: 'list', type: 'struct', offsetBits: 32, sizeBits: 32, structure: 'list' },
      ],
    },
    whole: { sizeBits: 32, fields: [{ name: 'value', type: 'uint', offsetBits: 0, sizeBits: 32 }] },
    halves: { sizeBits: 16, fields: [{ name: 'low', type: 'uint', offsetBits: 0, sizeBits: 16 }] },
    list: { sizeBits: 32, fields: [{ name: 'count', type: 'uint', offsetBits: 0, sizeBits: 32 }, { name: 'entry', type: 'array', offsetBits: 32, sizeBits: 0, count: 'rest', element: { type: 'uint', sizeBits: 16 } }] },
  },
};
const codec = compileLayout(document);

test('is a valid layout', () => {
  expect(checkLayoutSet(new Map([['structures/outer.json', document]]))).toEqual([]);
});

test('is shown as bytes, and is no anomaly', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0);
  expect(codec.decode(bytes)['either']).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(present(codec, bytes)['either']).toMatchObject({ type: 'value', value: '01020304' });
  expect(codec.anomalies(bytes)).toEqual([]);
});

test('its bytes decode as any variant by the variant\'s own structure', () => {
  const either = codec.decode(Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0))['either'] as Uint8Array;
  expect(compileLayout(document, [], 'halves').decode(either)).toEqual({ low: 0x102 });
  expect(compileLayout(document, [], 'whole').decode(either)).toEqual({ value: 0x1020304 });
});

test.each([
  [{ either: { word: { value: 0x01020304 } } }, '01020304'],
  [{ either: { halves: { low: 0xfffe } } }, 'fffe0000'],
  [{ either: '0a0b0c0d' }, '0a0b0c0d'],
])('is encoded by a variant\'s name, or from bytes: %o', (fields, hex) => {
  expect(Buffer.from(codec.encode(fields)).toString('hex')).toBe(`${hex}00000000`);
});

test.each([
  ['another name', { either: { third: { value: 1 } } }, 'ERR_UNKNOWN_NAME', 'no variant is called either.third'],
  ['two variants', { either: { word: { value: 1 }, halves: { low: 1 } } }, 'ERR_FIELD_VALUE', 'either: takes the fields of exactly one variant, as in either.variant.name=value'],
  ['no variant', { either: {} }, 'ERR_FIELD_VALUE', 'either: takes the fields of exactly one variant, as in either.variant.name=value'],
  ['no fields', { either: { word: 5 } }, 'ERR_FIELD_VALUE', 'either.word: takes fields, as in either.word.name=value'],
  ['another field', { either: { word: { low: 1 } } }, 'ERR_UNKNOWN_NAME', 'no field is called either.word.low'],
])('is refused with %s', (_name, fields, code, message) => {
  expect(() => codec.encode(fields)).toThrow(expect.objectContaining({ code, message }));
});

test('a list that ends the inner structure ends the outer one', () => {
  const bytes = codec.encode({ list: { count: 2, entry: [7, 0x1234] } });
  expect(Buffer.from(bytes).toString('hex')).toBe('000000000000000200071234');
  expect(codec.hasTail).toBe(true);
  expect(codec.decode(bytes)['list']).toEqual({ count: 2, entry: [7, 0x1234] });
  expect(codec.anomalies(bytes)).toEqual([]);
});
