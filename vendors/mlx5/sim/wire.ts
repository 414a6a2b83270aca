import { AuxctlError } from '@auxctl/core';

/**
 * The simulator's own encoder. It knows nothing of layouts: bytes are written as the hardware's documents write them, a big-endian
 * dword at a byte offset and a range of bits in it, bit 31 being the most significant bit of the first byte.
 */

/** A field of one dword and its value: high bit, low bit (31 to 0, high first), unsigned value. */
export type Bits = readonly [highBit: number, lowBit: number, value: number];

const DWORD = 2 ** 32;

function maskOf(highBit: number, lowBit: number): number {
  return (2 ** (highBit - lowBit + 1) - 1) * 2 ** lowBit;
}

/** Reads the dword at `offsetBytes`, unsigned. Bytes past the end read as zero. */
export function dwordAt(bytes: Uint8Array, offsetBytes: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[offsetBytes], bytes[offsetBytes + 1], bytes[offsetBytes + 2], bytes[offsetBytes + 3]];
  return a * 0x1000000 + (b << 16) + (c << 8) + d;
}

/** Reads bits `highBit` to `lowBit` of the dword at `offsetBytes`, unsigned. */
export function bitsAt(bytes: Uint8Array, offsetBytes: number, highBit: number, lowBit: number): number {
  return Math.floor(dwordAt(bytes, offsetBytes) / 2 ** lowBit) % 2 ** (highBit - lowBit + 1);
}

/** Is bit `bit` of the dword at `offsetBytes` set? */
export function flagAt(bytes: Uint8Array, offsetBytes: number, bit: number): boolean {
  return bitsAt(bytes, offsetBytes, bit, bit) === 1;
}

/** Writes a whole dword; `value` is taken modulo 2^32, so that negative numbers become their two's complement. Past the end, nothing. */
export function putDword(bytes: Uint8Array, offsetBytes: number, value: number): void {
  bytes[offsetBytes] = value >>> 24;
  bytes[offsetBytes + 1] = value >>> 16;
  bytes[offsetBytes + 2] = value >>> 8;
  bytes[offsetBytes + 3] = value;
}

/** Sets the given fields of the dword at `offsetBytes` and leaves its other bits. A value is taken modulo the width of its field. */
export function dword(bytes: Uint8Array, offsetBytes: number, ...fields: readonly Bits[]): void {
  let word = dwordAt(bytes, offsetBytes);
  for (const [highBit, lowBit, value] of fields) {
    const mask = maskOf(highBit, lowBit);
    word = ((word & ~mask) | ((value * 2 ** lowBit) & mask)) >>> 0;
  }
  putDword(bytes, offsetBytes, word);
}

/** Writes a 64-bit unsigned value, high dword first. A number must be an integer of at most 53 bits. */
export function putQuad(bytes: Uint8Array, offsetBytes: number, value: number | bigint): void {
  if (typeof value === 'bigint') {
    putDword(bytes, offsetBytes, Number((value >> 32n) & 0xffffffffn));
    putDword(bytes, offsetBytes + 4, Number(value & 0xffffffffn));
    return;
  }
  putDword(bytes, offsetBytes, Math.floor(value / DWORD));
  putDword(bytes, offsetBytes + 4, value % DWORD);
}

/** Reads a 64-bit unsigned value, high dword first. */
export function quadAt(bytes: Uint8Array, offsetBytes: number): bigint {
  return (BigInt(dwordAt(bytes, offsetBytes)) << 32n) | BigInt(dwordAt(bytes, offsetBytes + 4));
}

/** Writes ASCII text into a field of `lengthBytes`, cut or filled up with `padding` (a byte). */
export function putText(bytes: Uint8Array, offsetBytes: number, lengthBytes: number, text: string, padding = 0): void {
  for (let index = 0; index < lengthBytes; index++) {
    bytes[offsetBytes + index] = index < text.length ? text.charCodeAt(index) & 0x7f : padding;
  }
}

const FIELD = /^(?<name>[\w.]+)(?:\[(?<high>\d+)(?::(?<low>\d+))?\]|(?<quad>:64))?(?:=(?<value>0x[\da-f]+|\d+))?$/i;

function putField(bytes: Uint8Array, offsetBytes: number, text: string): void {
  const field = FIELD.exec(text)?.groups;
  if (field === undefined || (field['high'] === undefined && field['value'] === undefined)) {
    throw new AuxctlError('ERR_INTERNAL', `a simulator sheet has a malformed field '${text}'`);
  }
  const value = BigInt(field['value'] ?? '1');
  if (field['quad'] !== undefined) {
    putQuad(bytes, offsetBytes, value);
    return;
  }
  const high = Number(field['high'] ?? 31);
  const low = field['high'] === undefined ? 0 : Number(field['low'] ?? high);
  if (high > 31 || low > high || value >= 1n << BigInt(high - low + 1)) {
    throw new AuxctlError('ERR_INTERNAL', `a simulator sheet has a value that does not fit: '${text}'`);
  }
  dword(bytes, offsetBytes, [high, low, Number(value)]);
}

/**
 * Makes `sizeBytes` bytes from lines such as `34: mcam_reg[22], num_ports[7:0]=1`: a hexadecimal byte offset, then the fields of
 * that dword. A field of one bit without a value is set; `name=1` is the whole dword; `name:64=1` is eight bytes.
 *
 * @throws ERR_INTERNAL when a line is malformed, a value does not fit, or an offset lies outside.
 */
export function sheet(sizeBytes: number, lines: string): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (const line of lines.split('\n').map((text) => text.trim()).filter((text) => text !== '')) {
    const [offset = '', ...rest] = line.split(': ');
    const offsetBytes = Number.parseInt(offset, 16);
    if (!/^[\da-f]+$/i.test(offset) || rest.length !== 1 || offsetBytes + 4 > sizeBytes) {
      throw new AuxctlError('ERR_INTERNAL', `a simulator sheet has a malformed line '${line}'`);
    }
    for (const field of (rest[0] ?? '').split(',')) putField(bytes, offsetBytes, field.trim());
  }
  return bytes;
}
