/** The positions of the bits that are set in a number of any width, lowest first. */
export function setBits(value: bigint): number[] {
  return Array.from(value.toString(2)).reverse().flatMap((digit, bit) => (digit === '1' ? [bit] : []));
}
