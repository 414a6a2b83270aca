/** Bytes with zeros behind them up to a length; those given where they are as long already. */
export function padded(bytes: Uint8Array, lengthBytes: number): Uint8Array {
  if (bytes.length >= lengthBytes) return bytes;
  const whole = new Uint8Array(lengthBytes);
  whole.set(bytes);
  return whole;
}
