import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsAt, dword, dwordAt, flagAt, putQuad, putText, quadAt, sheet } from './wire.js';

const fieldOfDword = fc
  .tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 0xffffffff }))
  .map(([a, b, value]) => ({ high: Math.max(a, b), low: Math.min(a, b), value }));

describe('the simulator\'s encoder', () => {
  it('puts bit 31 into the top of the first byte', () => {
    const bytes = new Uint8Array(8);
    dword(bytes, 4, [31, 24, 0x12], [7, 0, 0x34], [8, 8, 1]);
    expect([...bytes]).toEqual([0, 0, 0, 0, 0x12, 0, 0x01, 0x34]);
  });

  it('changes only the bits of the field, and reads them back', () => {
    fc.assert(
      fc.property(fieldOfDword, fc.integer({ min: 0, max: 0xffffffff }), ({ high, low, value }, before) => {
        const bytes = new Uint8Array(4);
        dword(bytes, 0, [31, 0, before]);
        const fitting = value % 2 ** (high - low + 1);
        dword(bytes, 0, [high, low, fitting]);
        const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
        expect(bitsAt(bytes, 0, high, low)).toBe(fitting);
        expect(BigInt(dwordAt(bytes, 0)) & ~mask).toBe(BigInt(before) & ~mask);
      }),
    );
  });

  it('writes 64 bits high dword first, from either kind of number', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const [a, b] = [new Uint8Array(8), new Uint8Array(8)];
        putQuad(a, 0, value);
        putQuad(b, 0, BigInt(value));
        expect(a).toEqual(b);
        expect(new DataView(a.buffer).getBigUint64(0)).toBe(BigInt(value));
        expect(quadAt(a, 0)).toBe(BigInt(value));
      }),
    );
  });

  it('cuts and fills text', () => {
    const bytes = new Uint8Array(6).fill(0xff);
    putText(bytes, 0, 4, 'ab', 0x20);
    putText(bytes, 4, 2, 'xyz');
    expect(String.fromCharCode(...bytes)).toBe('ab  xy');
  });

  it('neither reads nor writes past the end', () => {
    const bytes = new Uint8Array(2);
    dword(bytes, 0, [31, 0, 0x01020304]);
    expect([...bytes]).toEqual([1, 2]);
    expect(dwordAt(bytes, 0)).toBe(0x01020000);
    expect(dwordAt(bytes, 100)).toBe(0);
  });

  it('reads sheets', () => {
    const bytes = sheet(16, `
      00: first[31], second[7:0]=0x21
      04: whole=7
      8: quad:64=0x100000002
    `);
    expect(Buffer.from(bytes).toString('hex')).toBe('80000021000000070000000100000002');
    expect(flagAt(bytes, 0, 31)).toBe(true);
  });

  it.each(['00 first[31]', 'zz: first[31]', '10: first[31]', '00: first', '00: first[32]', '00: first[3:4]=1', '00: first[3:0]=16', '00: first[3:0]=x'])(
    'refuses the sheet %j',
    (lines) => {
      expect(() => sheet(16, lines)).toThrow(expect.objectContaining({ code: 'ERR_INTERNAL' }));
    },
  );
});
