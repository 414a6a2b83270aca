import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitsBits, MAX_NUMBER_BITS, readBits, readExpression, signed, writeBits, type ByteOrder } from './bits.js';

const place = fc.record({
  offsetBits: fc.integer({ min: 0, max: 64 }),
  sizeBits: fc.integer({ min: 1, max: 64 }),
  order: fc.constantFrom<ByteOrder>('big', 'little'),
});
const image = fc.uint8Array({ minLength: 16, maxLength: 16 });

function evaluate(expression: string, bytes: Uint8Array): number | bigint {
  const sign = (value: number, half: number): number => (value >= half ? value - 2 * half : value);
  return new Function('b', 'p', 'sign', `return ${expression}`)(bytes, 0, sign) as number | bigint;
}

test('big: bit 0 is the first byte\'s most significant bit', () => {
  const bytes = Uint8Array.of(0x12, 0x34, 0x56, 0x78);
  expect(readBits(bytes, 4, 8, 'big')).toBe(0x23n);
  expect(readBits(bytes, 0, 32, 'big')).toBe(0x12345678n);
});

test('little: bit 0 is the first byte\'s least significant bit', () => {
  const bytes = Uint8Array.of(0x12, 0x34, 0x56, 0x78);
  expect(readBits(bytes, 4, 8, 'little')).toBe(0x41n);
  expect(readBits(bytes, 0, 32, 'little')).toBe(0x78563412n);
});

test('what is written is read back, and the neighbours stay', () => {
  fc.assert(fc.property(place, image, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), ({ offsetBits, sizeBits, order }, bytes, value) => {
    const before = Uint8Array.from(bytes);
    writeBits(bytes, offsetBits, sizeBits, order, value);
    expect(readBits(bytes, offsetBits, sizeBits, order)).toBe(BigInt.asUintN(sizeBits, value));
    for (let bit = 0; bit < 128; bit++) {
      const isInside = bit >= offsetBits && bit < offsetBits + sizeBits;
      if (!isInside) expect(readBits(bytes, bit, 1, order)).toBe(readBits(before, bit, 1, order));
    }
  }));
});

test('the generated expression reads what readBits reads, signed and unsigned', () => {
  fc.assert(fc.property(place, image, fc.boolean(), ({ offsetBits, sizeBits, order }, bytes, isSigned) => {
    const value = evaluate(readExpression(offsetBits, sizeBits, order, isSigned), bytes);
    const expected = readBits(bytes, offsetBits, sizeBits, order);
    expect(BigInt(value)).toBe(isSigned ? signed(expected, sizeBits) : expected);
    expect(typeof value).toBe(sizeBits > MAX_NUMBER_BITS ? 'bigint' : 'number');
  }), { numRuns: 2000 });
});

test.each([
  [7n, 3, false, true], [8n, 3, false, false], [-1n, 3, false, false],
  [3n, 3, true, true], [4n, 3, true, false], [-4n, 3, true, true], [-5n, 3, true, false],
])('%s in %s bits, signed %s: %s', (value, sizeBits, isSigned, fits) => {
  expect(fitsBits(value, sizeBits, isSigned)).toBe(fits);
});
