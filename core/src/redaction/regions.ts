import type { Field, Value } from '@auxctl/schemas';
import type { Codec } from '../layout/codec.js';
import { fieldsWithin, walk, type Visit } from '../layout/walk.js';
import { textAt } from './region-value.js';
import { isIdentifying } from './identifying.js';

/** A value at its place in some bytes: text, a number in the layout's byte order, or anything else as it stands. */
export interface Region {
  readonly kind: 'text' | 'number' | 'bits';
  readonly offsetBits: number;
  readonly sizeBits: number;
}

/** What a redacted dump has to know of an entry's bytes. */
export interface Regions {
  /** What tells the device from others. */
  readonly marked: readonly Region[];
  /** Text and bytes without a mark, whole bytes long: what is marked elsewhere may be repeated in them. */
  readonly open: readonly Region[];
  /** What no layout explains. */
  readonly unknown: readonly Region[];
  /** Bytes from here on are beyond the layout. */
  readonly endBytes: number;
}

/** An identifier fits in so many reserved bits: newer firmware may have one there. Fewer are kept, since they show what a layout lacks. */
const LEAST_UNKNOWN_BITS = 32;
/** Integers up to this size in an array are pieces of one value, as the words of an address are. */
const MOST_PIECE_BITS = 32;
const ELEMENT = /\[\d+\]$/;
const NAME = '.name';
const VALUE = '.value';

/** Sorts all values of some bytes, which are the codec's size at least. */
export function regionsOf(codec: Codec, raw: Uint8Array): Regions {
  const sorter = new Sorter(codec, raw);
  walk(raw, codec.structure, codec.scope, codec.document.byteOrder, (at) => { sorter.take(at); });
  return sorter;
}

class Sorter implements Regions {
  readonly marked: Region[] = [];
  readonly open: Region[] = [];
  readonly unknown: Region[] = [];
  readonly #codec: Codec;
  readonly #raw: Uint8Array;
  /** Of elements that have a name and a value. */
  readonly #names = new Map<string, string>();
  #endBits: number;
  /** The array whose elements the last marked region is made of. */
  #array = '';

  constructor(codec: Codec, raw: Uint8Array) {
    this.#codec = codec;
    this.#raw = raw;
    this.#endBits = codec.sizeBytes * 8;
  }

  get endBytes(): number {
    return Math.min(this.#raw.length, Math.ceil(this.#endBits / 8));
  }

  take(at: Visit): void {
    const { value, offsetBits, path } = at;
    const sizeBits = value.type === 'bytes' && value.tail === true ? this.#raw.length * 8 - offsetBits : value.sizeBits;
    const region: Region = { kind: kindOf(value), offsetBits, sizeBits };
    this.#endBits = Math.max(this.#endBits, offsetBits + sizeBits);
    if (sizeBits === 0) return;
    if (value.type === 'string' && path.endsWith(NAME)) this.#names.set(path.slice(0, -NAME.length), textAt(this.#raw, region));
    const isMarked = this.#isMarked(at);
    if (isUnknown(value, sizeBits, isMarked)) this.unknown.push(region);
    else if (isMarked) this.#mark(at, region);
    else if (value.type === 'string' || value.type === 'bytes') this.open.push(region);
  }

  #isMarked({ within, value, path }: Visit): boolean {
    if (within.some(({ identifies }) => identifies === true)) return true;
    if (value.type === 'union') return value.variants.some(({ structure }) => fieldsWithin(structure, this.#codec.scope).some(({ identifies }) => identifies === true));
    return path.endsWith(VALUE) && isIdentifying(this.#names.get(path.slice(0, -VALUE.length)) ?? '');
  }

  #mark({ path, value, within }: Visit, region: Region): void {
    const array = isPiece(value, within.at(-1)) ? path.replace(ELEMENT, '') : '';
    const last = this.marked.at(-1);
    const isNext = array !== '' && array === this.#array && last !== undefined;
    this.#array = array;
    if (isNext) this.marked[this.marked.length - 1] = { ...last, sizeBits: last.sizeBits + region.sizeBits };
    else this.marked.push(array === '' ? region : { ...region, kind: 'bits' });
  }
}

function kindOf({ type }: Value): Region['kind'] {
  if (type === 'string') return 'text';
  return type === 'uint' || type === 'int' || type === 'enum' || type === 'flags' ? 'number' : 'bits';
}

/** A union is visited as a whole only where its selector chooses nothing that the layout has, or where it has none. */
function isUnknown(value: Value, sizeBits: number, isMarked: boolean): boolean {
  if (value.type === 'reserved') return isMarked || sizeBits >= LEAST_UNKNOWN_BITS;
  return value.type === 'union' && value.selector !== undefined;
}

function isPiece(value: Value, field: Field | undefined): boolean {
  return field?.type === 'array' && kindOf(value) === 'number' && value.sizeBits <= MOST_PIECE_BITS;
}
