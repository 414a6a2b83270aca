import { expect, test } from 'vitest';
import { plugin } from './index.js';

test.each([[16, 16, 16], [8, 16, 8], [0, 16, 0], [99, 16, 16]])('of a block of %i bytes in a room of %i there are %i', (length, room, expected) => {
  const image = plugin.registers?.image({ retval: 'OK', length, image: new Uint8Array(room).fill(7) }, new Uint8Array());
  expect(image).toEqual(new Uint8Array(expected).fill(7));
});
