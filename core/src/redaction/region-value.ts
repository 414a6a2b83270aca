import { readBits, writeBits, type ByteOrder } from '../layout/bits.js';
import type { Region } from './regions.js';

const BYTE_BITS = 8;
const ZERO_BYTES = /\0.*$/s;

/** The text of a region of whole bytes, up to the first zero byte, without blanks around it: one character for each byte. */
export function textAt(bytes: Uint8Array, region: Region): string {
  return latin(bytesAt(bytes, region)).replace(ZERO_BYTES, '').trim();
}

/** A region's value in the same bytes whatever register it stands in: a number's highest byte first, text without what is around it. Empty for text that says nothing. */
export function valueAt(bytes: Uint8Array, region: Region, order: ByteOrder): Uint8Array {
  if (region.kind === 'text') return fromLatin(textAt(bytes, region));
  if (region.kind === 'bits') return piecesAt(bytes, region, order);
  const { offsetBits, sizeBits } = region;
  const digits = readBits(bytes, offsetBits, sizeBits, order).toString(16);
  return Uint8Array.from(Buffer.from(digits.padStart(Math.ceil(sizeBits / BYTE_BITS) * 2, '0'), 'hex'));
}

/** Puts the leading bits of `value` in a region's place; what they do not fill is zero. */
export function putBits(bytes: Uint8Array, { kind, offsetBits, sizeBits }: Region, order: ByteOrder, value: Uint8Array): void {
  const stepBits = kind === 'number' ? sizeBits : BYTE_BITS;
  for (let at = 0; at < sizeBits; at += stepBits) {
    const bits = Math.min(stepBits, sizeBits - at);
    writeBits(bytes, offsetBits + at, bits, order, leadingBits(value.subarray(at / BYTE_BITS), bits));
  }
}

/** Puts text in the place of a region's text: blanks before it stay, what is behind it is zero. `text` is not longer than what it replaces. */
export function putText(bytes: Uint8Array, region: Region, text: string): void {
  const place = bytesAt(bytes, region);
  const before = latin(place).replace(ZERO_BYTES, '').search(/\S/);
  place.fill(0, Math.max(0, before));
  place.set(fromLatin(text), Math.max(0, before));
}

/** The bytes of a region of whole bytes: the same memory. */
export function bytesAt(bytes: Uint8Array, { offsetBits, sizeBits }: Region): Uint8Array {
  return bytes.subarray(offsetBits / BYTE_BITS, (offsetBits + sizeBits) / BYTE_BITS);
}

/** One character for each byte. */
export function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The reverse of {@link latin}. */
export function fromLatin(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

function piecesAt(bytes: Uint8Array, { offsetBits, sizeBits }: Region, order: ByteOrder): Uint8Array {
  return Uint8Array.from({ length: Math.ceil(sizeBits / BYTE_BITS) }, (_, index) => {
    const at = index * BYTE_BITS;
    return Number(readBits(bytes, offsetBits + at, Math.min(BYTE_BITS, sizeBits - at), order));
  });
}

function leadingBits(value: Uint8Array, sizeBits: number): bigint {
  const lengthBytes = Math.ceil(sizeBits / BYTE_BITS);
  const padded = new Uint8Array(lengthBytes);
  padded.set(value.subarray(0, lengthBytes));
  const number = BigInt(`0x${Buffer.from(padded).toString('hex')}`);
  return number >> BigInt(lengthBytes * BYTE_BITS - sizeBits);
}
