import type { Value } from '@auxctl/schemas';
import { readBits, type ByteOrder } from '../layout/bits.js';
import type { Codec } from '../layout/codec.js';
import { walk, type Visit } from '../layout/walk.js';
import { namedElements } from '../present/named-elements.js';
import { present, type Presented, type PresentedScalar } from '../present/present.js';

/** One value of a structure, whatever it stands in. */
export interface Leaf {
  /** Such as `lanes[2].speed`. */
  readonly path: string;
  /** What is compared: an integer in decimal, anything else in hexadecimal. */
  readonly value: string;
  /** One line for a person. */
  readonly text: string;
  /** The layout's sentence about it. */
  readonly description?: string;
  /** Does it change by itself? */
  readonly isVolatile: boolean;
  /** Does it tell this device from all others? */
  readonly isIdentifying: boolean;
}

const PIECE_BITS = 64;

/** Every value of some bytes by its path, in the layout's order; reserved ones and what follows the layout too. */
export function leavesOf(codec: Codec, raw: Uint8Array): Map<string, Leaf> {
  const { structure, scope, document: { byteOrder }, sizeBytes, hasTail } = codec;
  const presented = present(codec, raw);
  const [shown, names] = [scalarsOf(presented, new Map()), elementPaths(presented, new Map())];
  const leaves = new Map<string, Leaf>();
  walk(raw, structure, scope, byteOrder, ({ path: place, value, offsetBits, within }) => {
    const path = names.has(place) ? names.get(place) : place;
    if (path === undefined) return;
    const bits = exactValue(raw, value, offsetBits, byteOrder);
    const description = within.at(-1)?.description;
    const text = shown.get(place)?.text ?? (value.type === 'reserved' ? `0x${bits}` : bits);
    leaves.set(path, { path, value: bits, text, ...(description === undefined ? {} : { description }), isVolatile: isMarked(within, 'volatile'), isIdentifying: isMarked(within, 'identifies') });
  });
  if (!hasTail && raw.length > sizeBytes) {
    const rest = hex(raw.subarray(sizeBytes));
    leaves.set(REST, { path: REST, value: rest, text: rest, isVolatile: false, isIdentifying: false });
  }
  return leaves;
}

const REST = '(after the layout)';

/** A mark on a structure holds for all that is inside. */
function isMarked(within: Visit['within'], mark: 'volatile' | 'identifies'): boolean {
  return within.some((field) => field[mark] === true);
}

function exactValue(raw: Uint8Array, value: Value, offsetBits: number, order: ByteOrder): string {
  if (value.type === 'uint' || value.type === 'int' || value.type === 'enum' || value.type === 'flags') return readBits(raw, offsetBits, value.sizeBits, order).toString();
  const endBits = value.type === 'bytes' && value.tail === true ? raw.length * 8 : offsetBits + value.sizeBits;
  if (offsetBits % 8 === 0 && endBits % 8 === 0) return hex(raw.subarray(offsetBits / 8, endBits / 8));
  let digits = '';
  for (let at = offsetBits; at < endBits; at += PIECE_BITS) {
    const sizeBits = Math.min(PIECE_BITS, endBits - at);
    digits += readBits(raw, at, sizeBits, order).toString(16).padStart(Math.ceil(sizeBits / 4), '0');
  }
  return digits;
}

function scalarsOf(fields: Readonly<Record<string, Presented>>, into: Map<string, PresentedScalar>, prefix = ''): Map<string, PresentedScalar> {
  for (const [name, value] of Object.entries(fields)) addScalars(value, prefix + name, into);
  return into;
}

function addScalars(value: Presented, path: string, into: Map<string, PresentedScalar>): void {
  if (value.type === 'value') into.set(path, value);
  else if (value.type === 'structure') scalarsOf(value.fields, into, `${path}.`);
  else for (const [index, element] of value.elements.entries()) addScalars(element, `${path}[${index}]`, into);
}

/** What the values of named elements are called instead; `undefined` for the names themselves. */
function elementPaths(fields: Readonly<Record<string, Presented>>, into: Map<string, string | undefined>, prefix = ''): Map<string, string | undefined> {
  for (const [field, value] of Object.entries(fields)) {
    if (value.type === 'structure') elementPaths(value.fields, into, `${prefix}${field}.`);
    if (value.type !== 'array') continue;
    for (const [index, { name }] of (namedElements(value.elements) ?? []).entries()) {
      into.set(`${prefix}${field}[${index}].name`, undefined);
      into.set(`${prefix}${field}[${index}].value`, `${prefix}${field}[${name}]`);
    }
  }
  return into;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
