import type { DeviceMemory } from './types.js';

/** The width of an access in bytes. */
export const WORD_BYTES = 4;

/** A word's lowest byte is the one at the lowest address, so that bytes keep their order. */
const IS_LITTLE_ENDIAN = true;

/** Part of a device's memory; both are multiples of 4. */
export interface Window {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** Bytes rounded up to whole accesses. */
export function wholeWords(lengthBytes: number): number {
  return Math.ceil(lengthBytes / WORD_BYTES) * WORD_BYTES;
}

/** Copies bytes out of a device's memory, ascending, 32 bits at a time; fresh memory. */
export function readWords(memory: DeviceMemory, { offsetBytes, lengthBytes }: Window): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < lengthBytes; at += WORD_BYTES) view.setUint32(at, memory.read32(offsetBytes + at, 'little'), IS_LITTLE_ENDIAN);
  return bytes;
}

/** Copies whole words into a device's memory, ascending, 32 bits at a time. */
export function writeWords(memory: DeviceMemory, offsetBytes: number, words: Uint8Array): void {
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  for (let at = 0; at < words.length; at += WORD_BYTES) memory.write32(offsetBytes + at, view.getUint32(at, IS_LITTLE_ENDIAN), 'little');
}
