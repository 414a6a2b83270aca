/** Little-endian access to memory of the device and of its driver. Bytes past the end read as zero. */
export function u8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** 16 bits. */
export function u16(bytes: Uint8Array, at: number): number {
  return u8(bytes, at) | (u8(bytes, at + 1) << 8);
}

/** 32 bits, unsigned. */
export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) + u16(bytes, at + 2) * 0x1_0000;
}

/** 64 bits. */
export function u64(bytes: Uint8Array, at: number): bigint {
  return BigInt(u32(bytes, at)) | (BigInt(u32(bytes, at + 4)) << 32n);
}

/** Writes `widthBytes` (at most 8) of an integer, negative ones as two's complement; nothing is written past the end. */
export function put(bytes: Uint8Array, at: number, widthBytes: number, value: number | bigint): void {
  let rest = BigInt.asUintN(widthBytes * 8, BigInt(value));
  for (let index = at; index < Math.min(at + widthBytes, bytes.length); index++) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** Writes Latin-1 text, cut to `lengthBytes` and padded with zeros. */
export function putText(bytes: Uint8Array, at: number, lengthBytes: number, text: string): void {
  bytes.set(Buffer.from(text.slice(0, lengthBytes).padEnd(lengthBytes, '\0'), 'latin1'), at);
}

/** Text up to its first zero byte, Latin-1. */
export function textAt(bytes: Uint8Array, at: number, lengthBytes: number): string {
  return Buffer.from(bytes.subarray(at, at + lengthBytes)).toString('latin1').replace(/\0[^]*$/, '');
}

/** Fresh memory filled from integers, each as `[offset, width in bytes, value]`. */
export function packed(lengthBytes: number, ...values: readonly (readonly [at: number, widthBytes: number, value: number | bigint])[]): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (const [at, widthBytes, value] of values) put(bytes, at, widthBytes, value);
  return bytes;
}
