import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoder, make, segment } from './device.fixture.js';
import { SegmentReader } from './segment-reader.js';
import type { ResourceSegment } from './segment.js';

async function readAll(pieces: readonly Uint8Array[]): Promise<ResourceSegment[]> {
  const reader = new SegmentReader(await decoder());
  const found: ResourceSegment[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let next = await reader.next(); next !== undefined; next = await reader.next()) found.push(next);
  }
  reader.finish();
  return found;
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe('a stream of segments', () => {
  it('is the same wherever it is cut into pieces', async () => {
    const whole = Buffer.concat([make.data(7), segment(9, 1, 2, 3), make.link(2, 5), make.note(6), make.end()]);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), async (places) => {
      const found = await readAll(cut(whole, places));
      expect(found.map(({ role, raw }) => [role, raw.length])).toEqual([['content', 8], ['content', 16], ['reference', 12], ['error', 12], ['end', 4]]);
      expect(Buffer.concat(found.map(({ raw }) => raw)).equals(whole)).toBe(true);
    }));
  });

  it('is decoded where there is a layout, and kept where there is none or it does not fit', async () => {
    const [data, unknown, short] = await readAll([Buffer.concat([make.data(7), segment(9, 1), segment(1), make.end()])]);
    expect(data).toMatchObject({ typeName: 'DATA', decoded: { fields: { value: 7 } } });
    expect(unknown).toMatchObject({ type: 9, decoded: { fields: { rest: Uint8Array.of(1, 0, 0, 0) } } });
    expect(unknown?.typeName).toBeUndefined();
    expect(short?.decoded?.codec.structure).toBe('other');
  });

  it('may end in zeros', async () => {
    expect(await readAll([make.end(), new Uint8Array(20), new Uint8Array(9)])).toHaveLength(1);
  });

  it.each([
    ['has a segment of no length', [make.data(1), new Uint8Array(8)], /0 bytes, fewer than its header/],
    ['has a segment shorter than its header', [Uint8Array.of(3, 0, 1, 0)], /3 bytes, fewer/],
    ['ends within a header', [make.data(1), Uint8Array.of(4, 0)], /ends within a segment, of which 2 bytes/],
    ['ends within a segment', [make.data(1).subarray(0, 6)], /ends within a segment, of which 6 bytes/],
    ['has no end', [make.data(1)], /without the segment that marks its end/],
    ['is empty', [], /without the segment/],
  ])('is refused when it %s', async (_what, pieces, message) => {
    await expect(readAll(pieces)).rejects.toMatchObject({ code: 'ERR_REPLY', message: expect.stringMatching(message) as string });
  });
});
