import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlacedCapabilities } from './placed.js';
import { parseVpd } from './vpd.js';

const large = (tag: number, body: Buffer): Buffer => Buffer.concat([Uint8Array.of(tag, body.length % 256, Math.floor(body.length / 256)), body]);
const keyword = (name: string, value: Uint8Array | string): Buffer => Buffer.concat([Buffer.from(name), Uint8Array.of(Buffer.from(value).length), Buffer.from(value)]);

describe('vital product data', () => {
  const readOnly = large(0x90, Buffer.concat([keyword('PN', 'MT4125  '), keyword('V0', Uint8Array.of(1, 0xff)), keyword('RV', Uint8Array.of(0x5a, 0, 0))]));
  const whole = Buffer.concat([large(0x82, Buffer.from('A card')), readOnly, large(0x91, Buffer.concat([keyword('YA', 'asset'), keyword('RW', new Uint8Array(9))])), Uint8Array.of(0x78, 1, 2, 3)]);

  test('the identifier, then keywords by section: text without padding, other bytes as they are', () => {
    expect(parseVpd(Uint8Array.from(whole))).toEqual([
      { name: 'ID', value: 'A card' }, { name: 'R.PN', value: 'MT4125' }, { name: 'R.V0', value: Uint8Array.of(1, 0xff) }, { name: 'R.RV', value: Uint8Array.of(0x5a) }, { name: 'W.YA', value: 'asset' },
    ]);
  });

  test('cut anywhere, it holds what is whole', () => {
    let most = 0;
    for (let length = 0; length <= whole.length; length += 1) {
      const { length: items } = parseVpd(Uint8Array.from(whole.subarray(0, length)));
      expect(items).toBeGreaterThanOrEqual(most);
      most = items;
    }
    expect(most).toBe(5);
  });

  test('any bytes are taken apart in bounded time', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(0x82, 0x90, 0x91, 0, 1, 3), fc.nat(255)), { maxLength: 400 }), (bytes) => {
      const items = parseVpd(Uint8Array.from(bytes));
      expect(items.length).toBeLessThanOrEqual(Math.ceil(bytes.length / 3));
    }), { numRuns: 2000 });
  });
});

describe('places of capabilities', () => {
  test('each has room up to the next, in whatever order the list has them', async () => {
    const image = Buffer.alloc(4096);
    for (const [at, value] of [[6, 0x10], [0x34, 0x98], [0x98, 0x01], [0x99, 0x40], [0x40, 0x09]] as const) image[at] = value;
    image.writeUInt32LE(0x2001_0001, 0x100);
    image.writeUInt32LE(0x1501_0003, 0x200);
    image.writeUInt32LE(0x0001_000d, 0x150);
    const read = async (offset: number, length: number): Promise<Uint8Array> => Uint8Array.from(image.subarray(offset, offset + length));
    const places = (await readPlacedCapabilities(read, 4096))?.map(({ id, offsetBytes, lengthBytes, isExtended }) => [id, offsetBytes, lengthBytes, isExtended]);
    expect(places).toEqual([[1, 0x98, 0x68, false], [9, 0x40, 0x58, false], [1, 0x100, 0x50, true], [3, 0x200, 0xe00, true], [0xd, 0x150, 0xb0, true]]);
    expect(await readPlacedCapabilities(read, 256)).toHaveLength(2);
    expect(await readPlacedCapabilities(async (offset, length) => (await read(offset, length)).subarray(0, Math.max(0, 64 - offset)), 4096)).toBeUndefined();
  });
});
