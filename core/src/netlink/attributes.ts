import { endianness } from 'node:os';
import { TransportError, UsageError } from '../errors/classes.js';

/** Netlink speaks the byte order of the machine. */
export const isLittleEndian = endianness() === 'LE';

const HEADER_BYTES = 4;
const ALIGNMENT_BYTES = 4;
const MAX_ATTRIBUTE_BYTES = 0xffff;
/** The type's upper two bits: holds other attributes, is in network byte order (`include/uapi/linux/netlink.h`, NLA_TYPE_MASK). */
const TYPE_MASK = 0x3fff;
const NESTED = 0x8000;
const MAX_NESTING = 16;

/** What an attribute of a request holds: bytes, or other attributes. */
export interface AttributeInput {
  /** 0 to 0x3fff. */
  readonly type: number;
  readonly value: Uint8Array | readonly AttributeInput[];
}

/** One attribute of an answer; its bytes are a view into the datagram. */
export interface ReceivedAttribute {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Rounds a length up to where the next message or attribute begins. */
export function aligned(lengthBytes: number): number {
  return Math.ceil(lengthBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

/** Makes attributes for a request. Integers are checked against their width: what does not fit throws `ERR_USAGE` before anything is sent. */
export const attribute = {
  text: (type: number, text: string): AttributeInput => ({ type, value: new TextEncoder().encode(`${text}\0`) }),
  bytes: (type: number, value: Uint8Array): AttributeInput => ({ type, value }),
  flag: (type: number): AttributeInput => ({ type, value: new Uint8Array() }),
  u8: (type: number, value: number): AttributeInput => integer(type, value, 1),
  u16: (type: number, value: number): AttributeInput => integer(type, value, 2),
  u32: (type: number, value: number): AttributeInput => integer(type, value, 4),
  u64: (type: number, value: bigint | number): AttributeInput => integer(type, value, 8),
  nest: (type: number, value: readonly AttributeInput[]): AttributeInput => ({ type, value }),
} as const;

function integer(type: number, value: bigint | number, lengthBytes: 1 | 2 | 4 | 8): AttributeInput {
  const bits = lengthBytes * 8;
  const exact = BigInt(value);
  if (BigInt.asUintN(bits, exact) !== exact) throw new UsageError('ERR_USAGE', `attribute ${type}: ${exact} does not fit ${bits} bits`);
  const bytes = new Uint8Array(lengthBytes);
  const view = new DataView(bytes.buffer);
  if (lengthBytes === 1) view.setUint8(0, Number(exact));
  else if (lengthBytes === 2) view.setUint16(0, Number(exact), isLittleEndian);
  else if (lengthBytes === 4) view.setUint32(0, Number(exact), isLittleEndian);
  else view.setBigUint64(0, exact, isLittleEndian);
  return { type, value: bytes };
}

/** Encodes attributes one after the other, each aligned. Throws `ERR_USAGE` for one that is too long for its length field. */
export function encodeAttributes(attributes: readonly AttributeInput[]): Uint8Array {
  const parts = attributes.map(({ type, value }) => ({ type, isNest: !(value instanceof Uint8Array), payload: value instanceof Uint8Array ? value : encodeAttributes(value) }));
  const bytes = new Uint8Array(parts.reduce((total, { payload }) => total + aligned(HEADER_BYTES + payload.length), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { type, isNest, payload } of parts) {
    const lengthBytes = HEADER_BYTES + payload.length;
    if (lengthBytes > MAX_ATTRIBUTE_BYTES) throw new UsageError('ERR_USAGE', `attribute ${type} has ${payload.length} bytes, more than its length can say`);
    view.setUint16(at, lengthBytes, isLittleEndian);
    view.setUint16(at + 2, isNest ? type | NESTED : type, isLittleEndian);
    bytes.set(payload, at + HEADER_BYTES);
    at += aligned(lengthBytes);
  }
  return bytes;
}

/** Takes bytes apart into attributes, in order. Throws `ERR_PROTOCOL` when a length does not fit. */
export function parseAttributes(bytes: Uint8Array): ReceivedAttribute[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: ReceivedAttribute[] = [];
  for (let at = 0; at < bytes.length;) {
    const restBytes = bytes.length - at;
    const lengthBytes = restBytes < HEADER_BYTES ? 0 : view.getUint16(at, isLittleEndian);
    if (lengthBytes < HEADER_BYTES || lengthBytes > restBytes) throw malformed(`an attribute of ${lengthBytes} bytes where ${restBytes} are left`);
    found.push({ type: view.getUint16(at + 2, isLittleEndian) & TYPE_MASK, payload: bytes.subarray(at + HEADER_BYTES, at + lengthBytes) });
    at += aligned(lengthBytes);
  }
  return found;
}

/**
 * The attributes of a message or of a nest, to be asked for by type. An attribute that is not there is `undefined`; one whose length is not what
 * is asked for throws `ERR_PROTOCOL`. Of several of one type the last counts, as in the kernel; `all` and `list` give every one.
 */
export class Attributes {
  /** In the order in which they came. */
  readonly list: readonly ReceivedAttribute[];
  readonly #depth: number;

  constructor(bytes: Uint8Array, depth = 0) {
    if (depth > MAX_NESTING) throw malformed(`attributes are nested more than ${MAX_NESTING} deep`);
    this.list = parseAttributes(bytes);
    this.#depth = depth;
  }

  has(type: number): boolean {
    return this.bytes(type) !== undefined;
  }

  bytes(type: number): Uint8Array | undefined {
    return this.list.findLast((each) => each.type === type)?.payload;
  }

  all(type: number): Uint8Array[] {
    return this.list.filter((each) => each.type === type).map(({ payload }) => payload);
  }

  u8(type: number): number | undefined {
    return this.#view(type, 1)?.getUint8(0);
  }

  u16(type: number): number | undefined {
    return this.#view(type, 2)?.getUint16(0, isLittleEndian);
  }

  u32(type: number): number | undefined {
    return this.#view(type, 4)?.getUint32(0, isLittleEndian);
  }

  u64(type: number): bigint | undefined {
    return this.#view(type, 8)?.getBigUint64(0, isLittleEndian);
  }

  /** An integer of 4 or 8 bytes, as the sender liked (`NLA_UINT`). */
  uint(type: number): bigint | undefined {
    const payload = this.bytes(type);
    return payload === undefined ? undefined : unsigned(payload);
  }

  /** Text up to its first NUL, or whole when it has none. */
  text(type: number): string | undefined {
    const payload = this.bytes(type);
    return payload === undefined ? undefined : textOf(payload);
  }

  nest(type: number): Attributes | undefined {
    const payload = this.bytes(type);
    return payload === undefined ? undefined : new Attributes(payload, this.#depth + 1);
  }

  /** Every nest of this type. */
  nests(type: number): Attributes[] {
    return this.all(type).map((payload) => new Attributes(payload, this.#depth + 1));
  }

  /** Every attribute as a nest, whatever its type: an array's elements are numbered by their types. */
  inside(): Attributes[] {
    return this.list.map(({ payload }) => new Attributes(payload, this.#depth + 1));
  }

  #view(type: number, lengthBytes: number): DataView | undefined {
    const payload = this.bytes(type);
    if (payload === undefined) return undefined;
    if (payload.length !== lengthBytes) throw malformed(`attribute ${type} has ${payload.length} bytes, not ${lengthBytes}`);
    return new DataView(payload.buffer, payload.byteOffset, lengthBytes);
  }
}

/** An unsigned integer of 1, 2, 4 or 8 bytes in the machine's order. Throws `ERR_PROTOCOL` for another length. */
export function unsigned(payload: Uint8Array): bigint {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  switch (payload.length) {
    case 1: return BigInt(view.getUint8(0));
    case 2: return BigInt(view.getUint16(0, isLittleEndian));
    case 4: return BigInt(view.getUint32(0, isLittleEndian));
    case 8: return view.getBigUint64(0, isLittleEndian);
    default: throw malformed(`an integer of ${payload.length} bytes`);
  }
}

/** Text up to its first NUL; what is no UTF-8 becomes the replacement character. */
export function textOf(payload: Uint8Array): string {
  const end = payload.indexOf(0);
  return new TextDecoder().decode(end < 0 ? payload : payload.subarray(0, end));
}

/** The error for bytes that are not what netlink sends. */
export function malformed(detail: string): TransportError {
  return new TransportError('ERR_PROTOCOL', `a netlink message is malformed: ${detail}`);
}
