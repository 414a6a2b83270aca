import type { ElementValue } from '../../layout/field.js';
import type { BasicType, HeaderFormat } from '../header/format.js';
import { LIMITS } from '../limits.js';
import { counted, dimensionsOf } from '../header/shape.js';

/** A gap by any of its spellings, with the words before it that some have. */
const RESERVED = /^(?:\w+_)?(?:unused|rsvd|reserved)(?:_?\d+)*(?:_\d+b)?$/;
/** A name that only a gap can have. */
const GAP = 'reserved_at_';
/** These count what is reserved. */
const COUNTED = /^(?:num|min|max|cnt|nr)_/;
const BYTE_BITS = 8;
const WIDTHS = [8, 16, 32, 64] as const;

/** Plain C structures of little-endian integers, aligned as C aligns them unless they are packed. */
export const HSI_FORMAT: HeaderFormat = {
  byteOrder: 'little',
  types: new Map([
    ['char', { kind: 'text', sizeBits: BYTE_BITS }], ['bool', { kind: 'unsigned', sizeBits: BYTE_BITS }],
    ...WIDTHS.flatMap((sizeBits): [string, BasicType][] => [
      ...[`u${sizeBits}`, `__u${sizeBits}`, `uint${sizeBits}_t`, `__le${sizeBits}`, `le${sizeBits}`, `rte_le${sizeBits}_t`].map((name): [string, BasicType] => [name, { kind: 'unsigned', sizeBits }]),
      ...[`s${sizeBits}`, `__s${sizeBits}`, `int${sizeBits}_t`].map((name): [string, BasicType] => [name, { kind: 'signed', sizeBits }]),
      ...[`__be${sizeBits}`, `be${sizeBits}`, `rte_be${sizeBits}_t`].map((name): [string, BasicType] => [name, { kind: 'swapped', sizeBits }]),
    ]),
  ]),
  isAligned: true,
  isFormatTag: () => true,
  /** What is defined of a gap's bits makes it none. */
  isReserved: (name, hasConstants) => name.startsWith(GAP) || (!hasConstants && RESERVED.test(name) && !COUNTED.test(name)),
  layoutNames: (tag) => [tag],
  shapeOf: (member, { kind, sizeBits }, valueOf) => {
    const counts = dimensionsOf(member, valueOf);
    const length = counts.at(-1);
    return kind === 'text' && counts.length > 1 && isLength(length) ? counted(sizeBits * Number(length), counts.slice(0, -1)) : counted(sizeBits, counts);
  },
  valueOf: (basic, { count, widthBits = basic.sizeBits }) => {
    const element = elementOf(basic);
    if (count === undefined || count === 'rest') return element;
    const sizeBits = widthBits * count;
    if (basic.kind === 'text') return widthBits === basic.sizeBits ? { type: 'string', sizeBits } : { type: 'array', sizeBits, count, element: { type: 'string', sizeBits: widthBits } };
    return basic.kind === 'unsigned' && basic.sizeBits === BYTE_BITS ? { type: 'bytes', sizeBits } : { type: 'array', sizeBits, count, element };
  },
  elementOf: (_member, basic, widthBits) => (basic.sizeBits === BYTE_BITS || widthBits !== basic.sizeBits ? undefined : elementOf(basic)),
};

/** The last count of several texts is the length of each. */
function isLength(length: bigint | undefined): length is bigint {
  return length !== undefined && length > 0n && length <= BigInt(LIMITS.elements);
}

function elementOf({ kind, sizeBits }: BasicType): ElementValue {
  if (kind === 'signed') return { type: 'int', sizeBits };
  return kind === 'swapped' ? { type: 'bytes', sizeBits } : { type: 'uint', sizeBits };
}
