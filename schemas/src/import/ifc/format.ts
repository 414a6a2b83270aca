import type { BasicType, HeaderFormat } from '../header/format.js';
import { counted, dimensionsOf } from '../header/shape.js';
import { LIMITS } from '../limits.js';
import { bitsValue } from '../values.js';

const TAG = /^([A-Za-z][A-Za-z0-9]*)_ifc_(\w+?)(_bits)?$/;
/** A gap by any of its spellings; where a name gives a place, the place counts for nothing. */
const RESERVED = /^(rese?re?ved_at_\w*|reserved(_auto)?_?\d*|rsvd_?\d*)$/;
const BIT: BasicType = { kind: 'unsigned', sizeBits: 1 };
const BYTE_BITS = 8;

/** Headers in which one array element of `u8` is one bit, and structures are called `PREFIX_ifc_NAME_bits`. */
export const IFC_FORMAT: HeaderFormat = {
  byteOrder: 'big',
  types: new Map(['u8', '__u8', 'uint8_t'].map((name) => [name, BIT])),
  isAligned: false,
  isFormatTag: (tag) => TAG.test(tag),
  isReserved: (name) => RESERVED.test(name),
  layoutNames: (tag) => {
    const [, , name = tag, suffix = ''] = TAG.exec(tag) ?? [];
    return [name, name + suffix, tag];
  },
  /** The last dimension is the width in bits, those before it are counts. */
  shapeOf: (member, _basic, valueOf) => {
    const numbers = dimensionsOf(member, valueOf);
    const last = numbers.at(-1);
    if (numbers.length === 0) return { widthBits: 1, count: undefined };
    if (numbers.length === 1 && last === 0n) return { widthBits: BYTE_BITS, count: 'rest' };
    const width = member.isFlexible && numbers.length === 1 ? BigInt(BYTE_BITS) : last;
    return width === undefined || width < 1n || width > BigInt(LIMITS.sizeBits) ? undefined : counted(Number(width), numbers.slice(0, -1));
  },
  valueOf: (_basic, { widthBits = 0, count }, offsetBits) => {
    const element = bitsValue(widthBits, offsetBits);
    if (element === undefined || count === undefined || count === 'rest') return element;
    return element.type === 'bytes' && offsetBits % BYTE_BITS !== 0 ? undefined : { type: 'array', sizeBits: widthBits * count, count, element };
  },
  elementOf: ({ dimensions }, _basic, widthBits) => (widthBits === BYTE_BITS && dimensions.length < 2 ? undefined : bitsValue(widthBits, 0)),
};

/** What a constant of `field` in the structure `tag` begins with, as in `PREFIX_STRUCTURE_FIELD_`. */
export function constantPrefix(tag: string, field: string): string {
  const [, prefix = '', name = ''] = TAG.exec(tag) ?? [];
  return `${prefix}_${name}_${field}_`.toUpperCase();
}
