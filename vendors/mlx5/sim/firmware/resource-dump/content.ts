import { putDword } from '../../wire.js';
import { ACTIVE, ALL } from './request.js';

/** Bytes that look like a hardware's own state: always the same for the same resource, different for others. A multiple of 4. */
export function internalState(type: number, index1: number, index2: number, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  let word = (Math.imul(type + 1, 0x9e3779b1) ^ Math.imul(index1 + 1, 0x85ebca6b) ^ Math.imul(index2 + 1, 0xc2b2ae35)) >>> 0;
  for (let offset = 0; offset + 4 <= lengthBytes; offset += 4) {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    putDword(bytes, offset, word);
  }
  return bytes;
}

/** The numbers that an index and a count select out of `total` objects, of which `isActive` says which are in use. */
export function selected(index: number, count: number, total: number, isActive: (number: number) => boolean): number[] {
  const first = count === ALL || count === ACTIVE ? 0 : index;
  const end = count === ALL || count === ACTIVE ? total : Math.min(total, first + Math.max(1, count));
  const numbers: number[] = [];
  for (let number = first; number < end; number++) if (count !== ACTIVE || isActive(number)) numbers.push(number);
  return numbers;
}
