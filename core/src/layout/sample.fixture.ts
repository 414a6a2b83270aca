import type { LayoutDocument } from '@auxctl/schemas';

/** A layout with every kind of value, for tests. */
export function sampleDocument(byteOrder: 'big' | 'little'): LayoutDocument {
  return {
    format: 'auxctl.layout/1', kind: 'register', name: 'SAMPLE', title: 'Sample', byteOrder, id: '0x10', structure: 'sample', effects: { read: 'inspect', write: 'configure' },
    source: [{ document: 'this file', revision: '1', section: 'sample' }],
    enums: { state: [{ name: 'off', value: 0 }, { name: 'on', value: 1 }] },
    flags: { cap: [{ name: 'A', bit: 0 }, { name: 'C', bit: 2 }] },
    structures: {
      pair: { sizeBits: 12, fields: [{ name: 'x', type: 'uint', offsetBits: 0, sizeBits: 4 }, { name: 'y', type: 'uint', offsetBits: 4, sizeBits: 8 }] },
      wide: { sizeBits: 64, fields: [{ name: 'counter', type: 'uint', offsetBits: 0, sizeBits: 64, unit: 'packets' }] },
      narrow: { sizeBits: 32, fields: [{ name: 'low', type: 'uint', offsetBits: 0, sizeBits: 32, display: 'hex' }] },
      sample: {
        sizeBits: 320,
        fields: [
          { name: 'kind', type: 'uint', offsetBits: 0, sizeBits: 4, access: 'INDEX' },
          { name: 'state', type: 'enum', enum: 'state', offsetBits: 4, sizeBits: 4, access: 'RW', description: 'Is it on?' },
          { name: 'caps', type: 'flags', flags: 'cap', offsetBits: 8, sizeBits: 4 },
          { name: 'reserved_at_c', type: 'reserved', offsetBits: 12, sizeBits: 4 },
          { name: 'temperature', type: 'int', offsetBits: 16, sizeBits: 16, scale: 0.125, unit: 'C' },
          { name: 'pairs', type: 'array', count: 2, offsetBits: 32, sizeBits: 24, element: { type: 'struct', structure: 'pair', sizeBits: 12 } },
          { name: 'magic', type: 'uint', offsetBits: 56, sizeBits: 8, constant: '0xa5' },
          { name: 'label', type: 'string', offsetBits: 64, sizeBits: 64, access: 'RW' },
          { name: 'mac', type: 'bytes', offsetBits: 128, sizeBits: 48, display: 'mac' },
          { name: 'nibbles', type: 'array', count: 12, offsetBits: 176, sizeBits: 48, element: { type: 'uint', sizeBits: 4 } },
          { name: 'octets', type: 'array', count: 4, offsetBits: 224, sizeBits: 32, element: { type: 'uint', sizeBits: 8 } },
          { name: 'data', type: 'union', selector: 'kind', offsetBits: 256, sizeBits: 64, variants: [{ when: [1], structure: 'wide' }, { when: [2, 3], structure: 'narrow' }] },
        ],
      },
    },
  };
}
