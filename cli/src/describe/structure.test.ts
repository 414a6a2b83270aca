import { compileLayout } from '@auxctl/core';
import type { LayoutDocument } from '@auxctl/schemas';
import { describe, expect, it } from 'vitest';
import { describeStructure, jsonInteger } from './structure.js';

const document: LayoutDocument = {
  format: 'auxctl.layout/1', kind: 'register', name: 'SAMPLE', title: 'Sample', byteOrder: 'big', id: 1, structure: 'sample', effects: { read: 'inspect' },
  source: [{ document: 'test', revision: '1', section: 'all' }],
  structures: {
    sample: {
      sizeBits: 64,
      fields: [
        { name: 'kind', type: 'enum', enum: 'kinds', offsetBits: 0, sizeBits: 8, access: 'INDEX', default: '0x2' },
        { name: 'reserved_at_8', type: 'reserved', offsetBits: 8, sizeBits: 8 },
        { name: 'pairs', type: 'array', count: 2, offsetBits: 16, sizeBits: 16, element: { type: 'struct', structure: 'pair', sizeBits: 8 } },
        { name: 'data', type: 'union', selector: 'kind', offsetBits: 32, sizeBits: 32, variants: [{ when: [1, 2], structure: 'count' }], description: 'By kind.', volatile: true },
      ],
    },
    pair: { sizeBits: 8, fields: [{ name: 'low', type: 'uint', offsetBits: 0, sizeBits: 4 }, { name: 'high', type: 'flags', flags: 'bits', offsetBits: 4, sizeBits: 4, access: 'RW', onWrite: 'one-to-clear' }] },
    count: { sizeBits: 32, fields: [{ name: 'count', type: 'uint', offsetBits: 0, sizeBits: 32, unit: 'frames', onRead: 'clear' }] },
  },
  enums: { kinds: [{ name: 'none', value: 0 }, { name: 'wide', value: '0xffffffffffffffff' }], unused: [{ name: 'x', value: 0 }] },
  flags: { bits: [{ name: 'on', bit: 0 }] },
};

describe('a structure described', () => {
  it('has every field at its place from the start, with what nests in it, and the names in use', () => {
    expect(describeStructure(compileLayout(document))).toEqual({
      structure: 'sample', sizeBytes: 8,
      fields: [
        { path: 'kind', offsetBits: 0, sizeBits: 8, type: 'enum', names: 'kinds', access: 'INDEX', default: 2 },
        { path: 'pairs[0..1].low', offsetBits: 16, sizeBits: 4, type: 'uint', access: 'RO' },
        { path: 'pairs[0..1].high', offsetBits: 20, sizeBits: 4, type: 'flags', names: 'bits', access: 'RW', onWrite: 'one-to-clear' },
        { path: 'data', offsetBits: 32, sizeBits: 32, type: 'union', access: 'RO', description: 'By kind.', volatile: true },
        { path: 'data<count>.count', offsetBits: 32, sizeBits: 32, type: 'uint', unit: 'frames', access: 'RO', volatile: true, onRead: 'clear', when: 'kind = 1 or 2' },
      ],
      enums: { kinds: [{ name: 'none', value: 0 }, { name: 'wide', value: '18446744073709551615' }] },
      flags: { bits: [{ name: 'on', bit: 0 }] },
    });
  });

  it('has access rules in registers only', () => {
    const command: LayoutDocument = { ...document, kind: 'structures' };
    expect(describeStructure(compileLayout(command, [], 'count')).fields[0]).not.toHaveProperty('access');
  });
});

it('writes integers as numbers while that is exact', () => {
  expect([jsonInteger(0n), jsonInteger(2n ** 53n - 1n), jsonInteger(2n ** 53n)]).toEqual([0, 9_007_199_254_740_991, '9007199254740992']);
});
