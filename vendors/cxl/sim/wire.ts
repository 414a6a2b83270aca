/** Little-endian integers in a byte array; offsets and widths are in bytes. */

/** An unsigned integer of 1 to 6 bytes. */
export function uintAt(bytes: Uint8Array, offset: number, width: number): number {
  return bytes.subarray(offset, offset + width).reduceRight((value, byte) => value * 256 + byte, 0);
}

/** Stores an unsigned integer of 1 to 6 bytes. */
export function putUint(bytes: Uint8Array, offset: number, width: number, value: number): void {
  for (let at = 0, rest = value; at < width; at += 1, rest = Math.floor(rest / 256)) bytes[offset + at] = rest % 256;
}

/** A field of a structure to be laid out: its width in bytes and its value, or bytes as they are. */
export type Part = readonly [width: number, value: number] | Uint8Array;

/** The parts one after the other, in memory of their own. */
export function pack(...parts: readonly Part[]): Uint8Array {
  return joined(parts.map((part) => {
    if (part instanceof Uint8Array) return part;
    const bytes = new Uint8Array(part[0]);
    putUint(bytes, 0, part[0], part[1]);
    return bytes;
  }));
}

/** Byte arrays one after the other. No Buffer: a slice of one is no copy. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** Text of one byte a character, padded with zeros. */
export function text(width: number, value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value.padEnd(width, '\0').slice(0, width), 'latin1'));
}

/** The 16 bytes of a UUID, in the order of its text. */
export function uuidBytes(uuid: string): Uint8Array {
  return Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
}

/** The text of a UUID that stands at `offset`. */
export function uuidAt(bytes: Uint8Array, offset: number): string {
  const digits = Buffer.from(bytes.subarray(offset, offset + 16)).toString('hex');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
