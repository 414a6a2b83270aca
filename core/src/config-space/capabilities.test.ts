import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapabilities, walkCapabilities } from './capabilities.js';

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
