import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrapForward, unwrapNear } from './unwrap.js';

const bits = fc.constantFrom(8, 16, 32);

describe('a counter that wraps', () => {
  it('is found again as long as the expectation is off by less than half a turn', () => {
    fc.assert(fc.property(bits, fc.bigInt({ min: 0n, max: 1n << 60n }), fc.double({ min: -0.499, max: 0.499, noNaN: true }), (width, value, off) => {
      const expected = value + BigInt(Math.trunc(off * 2 ** width));
      return unwrapNear(BigInt.asUintN(width, value), width, expected) === value;
    }));
  });

  it('is the same modulo its width, whatever is expected', () => {
    fc.assert(fc.property(bits, fc.bigInt({ min: 0n, max: 1n << 40n }), fc.bigInt({ min: 0n, max: 1n << 40n }), (width, raw, expected) => {
      const found = unwrapNear(BigInt.asUintN(width, raw), width, expected);
      return BigInt.asUintN(width, found) === BigInt.asUintN(width, raw) && (found > expected ? found - expected : expected - found) <= 1n << BigInt(width - 1);
    }));
  });

  it('that only grows is followed step by step, by any step of less than a turn', () => {
    fc.assert(fc.property(bits, fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 50 }), (width, steps) => {
      let value = 0n;
      let found = 0n;
      for (const step of steps) {
        value += BigInt(Math.trunc(step * 2 ** width));
        found = unwrapForward(BigInt.asUintN(width, value), width, found);
        if (found !== value) return false;
      }
      return true;
    }));
  });

  it('is followed over several turns where the time that has passed is known', () => {
    expect(unwrapForward(0x10n, 8, 0xf0n, 0xf0n + 0x400n)).toBe(0x510n);
    expect(unwrapForward(0x10n, 8, 0xf0n, 0x20n)).toBe(0x110n);
  });
});
