import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapabilities, readExtendedCapabilities, walkCapabilities, walkExtendedCapabilities } from './capabilities.js';

/** A configuration space with these bytes, of which `shown` can be seen. */
function space(bytes: Readonly<Record<number, number>>, shown = 256) {
  const image = new Uint8Array(256);
  for (const [at, value] of Object.entries(bytes)) image[Number(at)] = value;
  const reads: number[] = [];
  return {
    reads,
    read: async (offset: number, length: number) => {
      reads.push(offset);
      return image.slice(offset, Math.min(shown, offset + length));
    },
  };
}

const list = { 0x06: 0x10, 0x34: 0x40, 0x40: 0x01, 0x41: 0x98, 0x98: 0x09, 0x99: 0x00 };

describe('the list of capabilities', () => {
  it('is read by its links alone', async () => {
    const { read, reads } = space(list);
    expect(await readCapabilities(read)).toEqual({ isVisible: true, capabilities: [{ id: 1, offsetBytes: 0x40 }, { id: 9, offsetBytes: 0x98 }] });
    expect(reads).toEqual([0x06, 0x34, 0x40, 0x98]);
  });

  it('is empty where the function says that it has none', async () => {
    expect(await readCapabilities(space({ ...list, 0x06: 0 }).read)).toEqual({ isVisible: true, capabilities: [] });
  });

  it('is out of sight for those who are shown 64 bytes', async () => {
    expect(await readCapabilities(space(list, 64).read)).toEqual({ isVisible: false });
  });

  it('ends where it meets itself', async () => {
    const found = await readCapabilities(space({ ...list, 0x99: 0x40 }).read);
    expect(found.isVisible && found.capabilities.length).toBe(2);
  });

  it('ends after a bounded number of reads, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.nat(256), (image, shown) => {
      image[6] = 0x10;
      const walk = walkCapabilities();
      let reads = 0;
      for (let step = walk.next(); step.done !== true; reads += 1) step = walk.next(image.slice(step.value.offsetBytes, Math.min(shown, step.value.offsetBytes + step.value.lengthBytes)));
      expect(reads).toBeLessThan(60);
    }));
  });
});

describe('the list of extended capabilities', () => {
  /** 4096 bytes with these headers, of which `shown` can be seen. */
  const reader = (headers: Readonly<Record<number, number>>, shown = 4096) => {
    const image = Buffer.alloc(4096);
    for (const [at, header] of Object.entries(headers)) image.writeUInt32LE(header, Number(at));
    return async (offset: number, length: number) => Uint8Array.from(image.subarray(offset, Math.min(shown, offset + length)));
  };

  it('is read by its links, with versions', async () => {
    expect(await readExtendedCapabilities(reader({ 0x100: 0x1402_0001, 0x140: 0x0001_0003 }))).toEqual({ isVisible: true, capabilities: [{ id: 1, version: 2, offsetBytes: 0x100 }, { id: 3, version: 1, offsetBytes: 0x140 }] });
  });

  it('is empty where there is nothing, or nothing answers', async () => {
    for (const header of [0, 0xffff_ffff]) expect(await readExtendedCapabilities(reader({ 0x100: header }))).toEqual({ isVisible: true, capabilities: [] });
  });

  it('is out of sight for those who are shown less', async () => {
    for (const shown of [64, 0x100, 0x103]) expect(await readExtendedCapabilities(reader({ 0x100: 0x0001_0003 }, shown))).toEqual({ isVisible: false });
  });

  it('ends where it meets itself, or leads back to the first 256 bytes', async () => {
    for (const next of [0x1001, 0x0401]) {
      const found = await readExtendedCapabilities(reader({ 0x100: next * 65_536 + 3 }));
      expect(found.isVisible && found.capabilities.length).toBe(1);
    }
  });

  it('ends after a bounded number of reads, whatever the bytes', () => {
    fc.assert(fc.property(fc.array(fc.nat(0xffff_ffff), { minLength: 1024, maxLength: 1024 }), (headers) => {
      const image = new Uint8Array(Uint32Array.from(headers).buffer);
      const walk = walkExtendedCapabilities();
      let reads = 0;
      for (let step = walk.next(); step.done !== true; reads += 1) {
        expect(step.value.offsetBytes % 4).toBe(0);
        step = walk.next(image.slice(step.value.offsetBytes, step.value.offsetBytes + step.value.lengthBytes));
      }
      expect(reads).toBeLessThanOrEqual(960);
    }), { numRuns: 50 });
  });
});
