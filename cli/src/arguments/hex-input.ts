/**
 * Bytes from hexadecimal text: pairs of digits, with blanks, line ends, commas, colons and `0x` between them. Undefined for anything else,
 * such as no digits at all.
 */
export function parseHex(text: string): Uint8Array | undefined {
  const words = text.trim().split(/[\s,:]+/).map((word) => word.replace(/^0x/i, ''));
  const isHex = words.every((word) => /^([0-9a-f]{2})+$/i.test(word));
  return isHex ? Uint8Array.from(Buffer.from(words.join(''), 'hex')) : undefined;
}
