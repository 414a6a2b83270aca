import type { Codec } from '../layout/codec.js';

/** An item's bytes in the length of its layout at least: in older firmware an item may be shorter. */
export function wholeItem({ sizeBytes }: Pick<Codec, 'sizeBytes'>, data: Uint8Array): Uint8Array {
  if (data.length >= sizeBytes) return data;
  const whole = new Uint8Array(sizeBytes);
  whole.set(data);
  return whole;
}
