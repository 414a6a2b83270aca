import { checkLayoutSet } from '@auxctl/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLayout } from './compile.js';
import { present } from '../present/present.js';
import { sampleDocument } from './sample.fixture.js';

describe.each(['big', 'little'] as const)('byte order %s', (order) => {
  const document = sampleDocument(order);
  const codec = compileLayout(document);
  const values = {
    kind: 1, state: 'on', caps: 'A|C', temperature: -3, pairs: [{ x: 1, y: 2 }, { x: 15, y: 255 }], label: 'eth', mac: '00:11:22:33:44:55',
    nibbles: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], octets: [9, 8, 7, 6], data: { counter: 2n ** 60n + 1n },
  };

  test('the sample is a valid layout', () => {
    expect(checkLayoutSet(new Map([['registers/SAMPLE.json', document]]))).toEqual([]);
  });

  test('what is encoded is decoded', () => {
    expect(codec.decode(codec.encode(values))).toEqual({
      ...values, state: 1, caps: 5, magic: 0xa5, mac: Uint8Array.of(0, 0x11, 0x22, 0x33, 0x44, 0x55),
    });
  });

  test('any bytes survive decoding and encoding, reserved bits included', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), (bytes) => {
      const { magic: _, label, ...fields } = codec.decode(bytes);
      const expected = Uint8Array.from(bytes);
      expected[7] = 0xa5;
      expected.set(Buffer.from(String(label).padEnd(8, '\0'), 'latin1'), 8);
      expect(codec.encode({ ...fields, label: String(label) }, bytes)).toEqual(expected);
    }));
  });

  test('anomalies: reserved bits, unknown symbols and variants, bytes behind the end', () => {
    const bytes = codec.encode({ ...values, state: 9, kind: 7, data: '0000000000000001' });
    const long = new Uint8Array(44);
    long.set(bytes);
    long[1] = 0xff;
    long[43] = 1;
    expect(codec.anomalies(long).map(({ type, path }) => `${type} ${path}`)).toEqual([
      'unknown-symbol state', 'reserved-bits reserved_at_c', 'unknown-variant data', 'trailing-bytes sample',
    ]);
  });

  test('presentation adds names, flags, scaled quantities and units', () => {
    const shown = present(codec, codec.encode(values));
    expect(shown['state']).toEqual({ type: 'value', value: 1, symbol: 'on', text: 'on (1)', description: 'Is it on?' });
    expect(shown['caps']).toMatchObject({ flags: ['A', 'C'], text: 'A|C (0x5)' });
    expect(shown['temperature']).toMatchObject({ value: -3, scaled: -0.375, unit: 'C', text: '-0.375 C' });
    expect(shown['mac']).toMatchObject({ value: '001122334455', text: '00:11:22:33:44:55' });
    expect(shown['data']).toEqual({ type: 'structure', fields: { counter: { type: 'value', value: '1152921504606846977', unit: 'packets', text: '1152921504606846977 packets' } } });
  });

  test('a scaled quantity has no more digits than it is exact to', () => {
    const tenths = structuredClone(document);
    const field = tenths.structures['sample']?.fields.find(({ name }) => name === 'temperature');
    if (field?.type === 'int') field.scale = 0.1;
    const scaled = compileLayout(tenths);
    expect(present(scaled, scaled.encode({ ...values, temperature: 3 }))['temperature']).toMatchObject({ scaled: 0.3, text: '0.3 C' });
  });

  test('control characters from a device are not passed to a terminal', () => {
    const shown = present(codec, codec.encode({ ...values, label: '\u001b[2Jx' }));
    expect(shown['label']).toMatchObject({ value: '\u001b[2Jx', text: '\\x1b[2Jx' });
  });
});

describe('refusals', () => {
  const codec = compileLayout(sampleDocument('big'));

  test.each([
    ['an unknown field', { stat: 1 }, 'ERR_UNKNOWN_NAME', 'no field is called stat'],
    ['an unknown field inside', { pairs: { 0: { z: 1 } } }, 'ERR_UNKNOWN_NAME', 'no field is called pairs[0].z'],
    ['an unknown symbol', { state: 'onn' }, 'ERR_FIELD_VALUE', 'state: no value is called \'onn\''],
    ['a value too large', { state: 16 }, 'ERR_FIELD_VALUE', 'state: 16 does not fit 4 bits'],
    ['a negative unsigned', { kind: -1 }, 'ERR_FIELD_VALUE', 'kind: -1 does not fit 4 bits'],
    ['a signed value too large', { temperature: 40000 }, 'ERR_FIELD_VALUE', 'temperature: 40000 does not fit 16 bits, signed'],
    ['no integer', { kind: '1.5' }, 'ERR_FIELD_VALUE', 'kind: \'1.5\' is not an integer'],
    ['another constant', { magic: 1 }, 'ERR_FIELD_VALUE', 'magic is always 0xa5'],
    ['text too long', { label: 'far too long' }, 'ERR_FIELD_VALUE', 'label: takes at most 8 single-byte characters'],
    ['bytes of another length', { mac: '0011' }, 'ERR_FIELD_VALUE', 'mac: takes 6 bytes, not 2'],
    ['bytes that are not hexadecimal', { mac: 'xyz' }, 'ERR_FIELD_VALUE', 'mac: takes pairs of hexadecimal digits'],
    ['an element outside', { octets: { 4: 1 } }, 'ERR_FIELD_VALUE', 'octets has 4 elements, 0 to 3'],
    ['fields where none are chosen', { kind: 7, data: { low: 1 } }, 'ERR_FIELD_VALUE', 'data: kind = 7 selects no known structure; give the bytes instead'],
    ['a reserved field', { reserved_at_c: 1 }, 'ERR_UNKNOWN_NAME', 'no field is called reserved_at_c'],
  ])('%s', (_name, fields, code, message) => {
    expect(() => codec.encode(fields as never)).toThrow(expect.objectContaining({ code, message }));
  });

  test('fewer bytes than the structure has, at every length', () => {
    for (let length = 0; length < codec.sizeBytes; length++) {
      expect(() => codec.decode(new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'ERR_REPLY' }));
    }
  });
});

describe('long and tail arrays', () => {
  const base = { ...sampleDocument('big'), structure: 's' } as const;
  const tail = compileLayout({ ...base, structures: { s: { sizeBits: 0, fields: [{ name: 'words', type: 'array', count: 'rest', offsetBits: 0, sizeBits: 0, element: { type: 'uint', sizeBits: 16 } }] } } });

  test.each([1, 3, 7, 13, 33, 55, 61])('elements of %i bits, more than are unrolled', (sizeBits) => {
    for (const order of ['big', 'little'] as const) {
      const codec = compileLayout({ ...base, byteOrder: order, structures: { s: { sizeBits: 3 + 21 * sizeBits, fields: [{ name: 'a', type: 'uint', offsetBits: 0, sizeBits: 3 }, { name: 'x', type: 'array', count: 21, offsetBits: 3, sizeBits: 21 * sizeBits, element: { type: 'uint', sizeBits } }] } } });
      const x = Array.from({ length: 21 }, (_, index) => (sizeBits > 53 ? BigInt(index * 7919) : (index * 7919) % 2 ** sizeBits));
      expect(codec.decode(codec.encode({ a: 5, x }))).toEqual({ a: 5, x });
    }
  });

  test('2^20 elements that are no whole bytes decode in bounded time', { timeout: 5000 }, () => {
    const count = 2 ** 20;
    const codec = compileLayout({ ...base, structures: { s: { sizeBits: count * 3, fields: [{ name: 'x', type: 'array', count, offsetBits: 0, sizeBits: count * 3, element: { type: 'uint', sizeBits: 3 } }] } } });
    expect(codec.decode(new Uint8Array(codec.sizeBytes).fill(0xff))['x']).toHaveLength(count);
  });

  test('what is left over behind the elements of a tail is shown, and there are no more of them than in a counted array', () => {
    expect(tail.anomalies(Uint8Array.of(1, 2, 3))).toEqual([{ type: 'trailing-bytes', path: 's', offsetBytes: 2, lengthBytes: 1 }]);
    expect(tail.decode(new Uint8Array(2 ** 22))['words']).toHaveLength(2 ** 20);
  });

  test('elements of a tail go by number, up to a limit', () => {
    expect(tail.encode({ words: { 1: 0x1234 } })).toEqual(Uint8Array.of(0, 0, 0x12, 0x34));
    expect(() => tail.encode({ words: { 9_999_999: 1 } })).toThrow(expect.objectContaining({ code: 'ERR_FIELD_VALUE' }));
    expect(() => tail.encode({ words: '00' })).toThrow(expect.objectContaining({ code: 'ERR_FIELD_VALUE', message: 'words: takes elements, as in words[0]=value' }));
  });
});
