import type { LayoutDocument } from '@auxctl/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLayout } from './compile.js';
import { dwordField } from './dword-field.js';

function codec(byteOrder: 'big' | 'little') {
  const document: LayoutDocument = {
    format: 'auxctl.layout/1', kind: 'structures', name: 'sample', title: 'Sample', byteOrder, source: [{ document: 'sample', revision: '1', section: 'sample' }],
    structures: {
      sample: {
        sizeBits: 96,
        fields: [
          { name: 'reserved_at_0', type: 'reserved', offsetBits: 0, sizeBits: 36 },
          { name: 'middle', type: 'uint', offsetBits: 36, sizeBits: 12 },
          { name: 'across', type: 'uint', offsetBits: 48, sizeBits: 32 },
          { name: 'last', type: 'uint', offsetBits: 80, sizeBits: 16 },
        ],
      },
    },
  };
  return compileLayout(document);
}

describe.each(['big', 'little'] as const)('a field of a dword, %s-endian', (order) => {
  it('is what the codec reads and writes', () => {
    const layout = codec(order);
    const field = dwordField(layout, 'middle');
    expect(field.offsetBytes).toBe(4);
    fc.assert(fc.property(fc.nat(0xffff_ffff), fc.nat(0xfff), (dword, value) => {
      const bytes = new Uint8Array(12);
      const view = new DataView(bytes.buffer);
      view.setUint32(4, dword, order === 'little');
      expect(field.of(dword)).toBe(layout.decode(bytes)['middle']);
      view.setUint32(4, field.put(value, dword), order === 'little');
      expect(layout.decode(bytes)['middle']).toBe(value);
      expect((field.put(value, dword) ^ dword) & ~field.mask).toBe(0);
    }));
  });
});

it('a field in two dwords, and one that is not there, are refused', () => {
  for (const name of ['across', 'nowhere']) expect(() => dwordField(codec('big'), name)).toThrow(expect.objectContaining({ code: 'ERR_LAYOUT' }));
});
