import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteQueue } from './byte-queue.js';

test('bytes leave in the order in which they came, however they are cut', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.nat(25)), { maxLength: 60 }), (steps) => {
    const queue = new ByteQueue();
    let expected = Buffer.alloc(0);
    for (const step of steps) {
      if (typeof step !== 'number') {
        queue.push(step);
        expected = Buffer.concat([expected, step]);
      } else {
        expect(Buffer.from(queue.peek(step)).equals(expected.subarray(0, step))).toBe(true);
        expect(Buffer.from(queue.take(step)).equals(expected.subarray(0, step))).toBe(true);
        expected = expected.subarray(step);
      }
      expect(queue.lengthBytes).toBe(expected.length);
    }
  }));
});
