/** Which end of a structure bit 0 is at: the first byte's most significant bit, or its least significant bit. */
export type ByteOrder = 'big' | 'little';

/** The largest field that a number holds without loss. */
export const MAX_NUMBER_BITS = 53;

/** Reads `sizeBits` (1 to 64) bits at `offsetBits`. The caller has checked that they lie inside `bytes`. */
export function readBits(bytes: Uint8Array, offsetBits: number, sizeBits: number, order: ByteOrder): bigint {
  const { first, last, shift } = span(offsetBits, sizeBits, order);
  let value = 0n;
  for (let index = first; index <= last; index++) {
    const byte = BigInt(bytes[order === 'big' ? index : last + first - index] ?? 0);
    value = (value << 8n) | byte;
  }
  return (value >> shift) & mask(sizeBits);
}

/** Writes the low `sizeBits` (1 to 64) bits of `value` at `offsetBits` and leaves the neighbours alone. */
export function writeBits(bytes: Uint8Array, offsetBits: number, sizeBits: number, order: ByteOrder, value: bigint): void {
  const { first, last, shift } = span(offsetBits, sizeBits, order);
  let rest = (value & mask(sizeBits)) << shift;
  let keep = mask(sizeBits) << shift;
  for (let step = 0; step <= last - first; step++) {
    const index = order === 'big' ? last - step : first + step;
    const old = bytes[index] ?? 0;
    const changed = Number(keep & 0xffn);
    bytes[index] = (old & ~changed & 0xff) | Number(rest & 0xffn);
    rest >>= 8n;
    keep >>= 8n;
  }
}

/** A two's complement value of `sizeBits` bits as a signed integer. */
export function signed(value: bigint, sizeBits: number): bigint {
  return BigInt.asIntN(sizeBits, value);
}

/** Does the value fit `sizeBits` bits, as an unsigned or as a two's complement number? */
export function fitsBits(value: bigint, sizeBits: number, isSigned: boolean): boolean {
  const size = BigInt(sizeBits);
  return isSigned ? value >= -(1n << (size - 1n)) && value < 1n << (size - 1n) : value >= 0n && value < 1n << size;
}

/**
 * A JavaScript expression that reads the same bits as {@link readBits} from `b` with its byte 0 at index `p`: a number up to
 * {@link MAX_NUMBER_BITS} bits, a bigint above.
 */
export function readExpression(offsetBits: number, sizeBits: number, order: ByteOrder, isSigned = false): string {
  if (sizeBits > MAX_NUMBER_BITS) return wideExpression(offsetBits, sizeBits, order, isSigned);
  const unsigned = numberExpression(offsetBits, sizeBits, order);
  if (!isSigned) return unsigned;
  if (sizeBits <= 32) return `(${unsigned}<<${32 - sizeBits}>>${32 - sizeBits})`;
  return `sign(${unsigned},${2 ** (sizeBits - 1)})`;
}

function wideExpression(offsetBits: number, sizeBits: number, order: ByteOrder, isSigned: boolean): string {
  const [high, low] = halves(offsetBits, sizeBits, 32, order);
  const unsigned = `(BigInt(${high})<<32n|BigInt(${low}))`;
  return isSigned ? `BigInt.asIntN(${sizeBits},${unsigned})` : unsigned;
}

function numberExpression(offsetBits: number, sizeBits: number, order: ByteOrder): string {
  const { first, last, shift } = span(offsetBits, sizeBits, order);
  const count = last - first + 1;
  if (count > 4) {
    const [high, low] = halves(offsetBits, sizeBits, 24, order);
    return `(${high}*16777216+${low})`;
  }
  const bytes = Array.from({ length: count }, (_, step) => {
    const index = order === 'big' ? last - step : first + step;
    return step === 0 ? `b[p+${index}]` : `b[p+${index}]<<${step * 8}`;
  });
  if (sizeBits === 32 && count === 4) return `((${bytes.join('|')})>>>0)`;
  const word = count === 1 ? bytes.join('') : `(${bytes.join('|')})`;
  const shifted = shift === 0n ? word : `${word}>>>${shift}`;
  return sizeBits === count * 8 && shift === 0n ? word : `(${shifted}&${2 ** sizeBits - 1})`;
}

/** The two parts of a field, the more significant one first, as expressions. */
function halves(offsetBits: number, sizeBits: number, lowBits: number, order: ByteOrder): [string, string] {
  const highBits = sizeBits - lowBits;
  const [highOffset, lowOffset] = order === 'big' ? [offsetBits, offsetBits + highBits] : [offsetBits + lowBits, offsetBits];
  return [numberExpression(highOffset, highBits, order), numberExpression(lowOffset, lowBits, order)];
}

function span(offsetBits: number, sizeBits: number, order: ByteOrder): { first: number; last: number; shift: bigint } {
  const first = Math.floor(offsetBits / 8);
  const last = Math.floor((offsetBits + sizeBits - 1) / 8);
  const shift = order === 'big' ? (last + 1) * 8 - offsetBits - sizeBits : offsetBits % 8;
  return { first, last, shift: BigInt(shift) };
}

function mask(sizeBits: number): bigint {
  return (1n << BigInt(sizeBits)) - 1n;
}
