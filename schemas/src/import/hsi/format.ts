import type { ElementValue } from '../../layout/field.js';
import type { BasicType, HeaderFormat } from '../header/format.js';
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
  shapeOf: (member, { sizeBits }, valueOf) => counted(sizeBits, dimensionsOf(member, valueOf)),
  valueOf: (basic, { count }) => {
    const element = elementOf(basic);
    if (count === undefined || count === 'rest') return element;
    const sizeBits = basic.sizeBits * count;
    if (basic.kind === 'text') return { type: 'string', sizeBits };
    return basic.kind === 'unsigned' && basic.sizeBits === BYTE_BITS ? { type: 'bytes', sizeBits } : { type: 'array', sizeBits, count, element };
  },
  elementOf: (_member, basic, widthBits) => (basic.sizeBits === BYTE_BITS || widthBits !== basic.sizeBits ? undefined : elementOf(basic)),
};

function elementOf({ kind, sizeBits }: BasicType): ElementValue {
  if (kind === 'signed') return { type: 'int', sizeBits };
  return kind === 'swapped' ? { type: 'bytes', sizeBits } : { type: 'uint', sizeBits };
}
