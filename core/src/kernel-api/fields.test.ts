import type { LayoutDocument } from '@auxctl/schemas';
import { expect, test } from 'vitest';
import { compileLayout } from '../layout/compile.js';
import { offeredByReading, offeredByWrite } from './fields.js';

const SOURCE = { document: 'd', revision: '1', section: 's' };
const kernel = [{ type: 'ip' as const, command: 'ip {value}', source: SOURCE }];
const document: LayoutDocument = {
  format: 'auxctl.layout/1', kind: 'register', name: 'R', title: 'r', byteOrder: 'big', source: [SOURCE], id: 1, structure: 'r', effects: { read: 'inspect', write: 'configure' },
  structures: {
    r: {
      sizeBits: 64, fields: [
        { name: 'port', type: 'uint', offsetBits: 0, sizeBits: 8, access: 'INDEX', default: 1 }, { name: 'mode', type: 'enum', enum: 'mode', offsetBits: 8, sizeBits: 8, access: 'RW', kernel },
        { name: 'save', type: 'uint', offsetBits: 16, sizeBits: 8, access: 'WO' }, { name: 'other', type: 'uint', offsetBits: 24, sizeBits: 8, access: 'RW' },
        { name: 'inner', type: 'struct', structure: 'i', offsetBits: 32, sizeBits: 16, access: 'RW' },
        { name: 'list', type: 'array', count: 2, element: { type: 'uint', sizeBits: 8 }, offsetBits: 48, sizeBits: 16, access: 'RW', kernel: [{ type: 'dcb', command: 'dcb', source: SOURCE }] },
      ],
    },
    i: { sizeBits: 16, fields: [{ name: 'x', type: 'uint', offsetBits: 0, sizeBits: 8, access: 'RW' }, { name: 'y', type: 'uint', offsetBits: 8, sizeBits: 8, access: 'RW', kernel }] },
  },
  enums: { mode: [{ name: 'ON', value: 1 }] },
};
const codec = compileLayout(document, []);

test('of a write only what is given counts, with what is known beside it', () => {
  expect(offeredByWrite(codec, { other: 3 })).toEqual([]);
  expect(offeredByWrite(codec, { mode: 'on' })).toEqual([{ field: 'mode', offers: kernel, sizeBits: 8, value: 1n, symbol: 'ON', beside: new Map([['port', 1n], ['save', 0n]]) }]);
  expect(offeredByWrite(codec, { port: '2', mode: 7, other: 3 })).toMatchObject([{ value: 7n, beside: new Map([['port', 2n], ['save', 0n], ['other', 3n]]) }]);
  expect(offeredByWrite(codec, { inner: { y: '5' } })).toMatchObject([{ field: 'inner.y', value: 5n, beside: new Map() }]);
  expect(offeredByWrite(codec, { inner: { x: 5 } })).toEqual([]);
  const [list = expect.unreachable()] = offeredByWrite(codec, { list: { 1: '5' } });
  expect([list.field, 'value' in list]).toEqual(['list', false]);
});

test('of a reading everything counts', () => {
  const found = offeredByReading(codec, codec.decode(Uint8Array.of(0, 1, 0, 9, 4, 5, 6, 7)), { port: 3n });
  expect(found.map(({ field, value, beside }) => [field, value, beside.get('port'), beside.get('other')])).toEqual([['mode', 1n, 3n, 9n], ['inner.y', 5n, undefined, undefined], ['list', undefined, 3n, 9n]]);
});
