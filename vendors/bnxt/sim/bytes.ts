/**
 * The simulator's own codec. It knows nothing of layouts: messages are little-endian numbers at byte offsets, as the interface's header
 * (`include/linux/bnxt/hsi.h`) declares them.
 */

const BYTE = 0x100;

/** Reads an unsigned number of `widthBytes` (1 to 6). Bytes past the end read as zero. */
export function numberAt(bytes: Uint8Array, offsetBytes: number, widthBytes: number): number {
  let value = 0;
  for (let index = widthBytes - 1; index >= 0; index--) value = value * BYTE + (bytes[offsetBytes + index] ?? 0);
  return value;
}

/** Reads a 64-bit unsigned number. */
export function quadAt(bytes: Uint8Array, offsetBytes: number): bigint {
  return BigInt(numberAt(bytes, offsetBytes, 4)) + (BigInt(numberAt(bytes, offsetBytes + 4, 4)) << 32n);
}

/** Writes a number of `widthBytes`, modulo that width. Past the end, nothing. */
export function putNumber(bytes: Uint8Array, offsetBytes: number, widthBytes: number, value: number | bigint): void {
  let rest = BigInt(value);
  for (let index = 0; index < widthBytes; index++, rest >>= 8n) bytes[offsetBytes + index] = Number(rest & 0xffn);
}

/** Puts one part of a message in its place. */
export type Part = (bytes: Uint8Array) => void;

function run(widthBytes: number): (offsetBytes: number, ...values: (number | bigint)[]) => Part {
  return (offsetBytes, ...values) => (bytes) => {
    for (const [index, value] of values.entries()) putNumber(bytes, offsetBytes + index * widthBytes, widthBytes, value);
  };
}

/** Numbers of 8 bits, one behind the other. */
export const u8 = run(1);
/** Numbers of 16 bits, one behind the other. */
export const u16 = run(2);
/** Numbers of 32 bits, one behind the other. */
export const u32 = run(4);
/** Numbers of 64 bits, one behind the other. */
export const u64 = run(8);

/** Bytes as they are. */
export function raw(offsetBytes: number, data: Uint8Array): Part {
  return (bytes) => { bytes.set(data.subarray(0, Math.max(0, bytes.length - offsetBytes)), offsetBytes); };
}

/** ASCII in a field of `lengthBytes`: cut, or filled with zeros. */
export function text(offsetBytes: number, lengthBytes: number, value: string): Part {
  return raw(offsetBytes, Buffer.from(value.slice(0, lengthBytes), 'ascii'));
}

/** A message of `lengthBytes`, zero where no part says otherwise. */
export function message(lengthBytes: number, ...parts: readonly Part[]): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (const part of parts) part(bytes);
  return bytes;
}
