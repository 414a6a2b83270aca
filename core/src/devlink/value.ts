import { UsageError } from '../errors/classes.js';
import { attribute, type AttributeInput, malformed, textOf, unsigned } from '../netlink/attributes.js';
import { Attr, VALUE_TYPES } from './abi.js';
import type { DevlinkValue, DevlinkValueType } from './types.js';

/** The name of a kind of value by the kernel's number. */
export function valueTypeOf(number: number): DevlinkValueType {
  return isKnown(number) ? VALUE_TYPES[number] : `type ${number}`;
}

function isKnown(number: number): number is keyof typeof VALUE_TYPES {
  return Object.hasOwn(VALUE_TYPES, number);
}

/** One value of a kind that has a payload of its own. Throws `ERR_PROTOCOL` for an integer of another length. */
export function decodeValue(type: DevlinkValueType, payload: Uint8Array): DevlinkValue {
  switch (type) {
    case 'u8': return Number(sized(payload, 1));
    case 'u16': return Number(sized(payload, 2));
    case 'u32': return Number(sized(payload, 4));
    case 'u64': return sized(payload, 8);
    case 'flag': return payload.length === 0 || sized(payload, 1) !== 0n;
    case 'string':
    case 'text': return textOf(payload);
    default: return payload.slice();
  }
}

function sized(payload: Uint8Array, lengthBytes: number): bigint {
  if (payload.length !== lengthBytes) throw malformed(`a value of ${payload.length} bytes where ${lengthBytes} are expected`);
  return unsigned(payload);
}

/** The value of a parameter: an array has an attribute for each element, and a flag is true by being there. */
export function decodeParamValue(type: DevlinkValueType, payloads: readonly Uint8Array[]): DevlinkValue | undefined {
  const [first] = payloads;
  if (type === 'u64 array') return payloads.map(unsigned);
  if (type === 'flag') return first !== undefined;
  return first === undefined ? undefined : decodeValue(type, first);
}

/** The attributes that carry a parameter's value in a request. Throws `ERR_USAGE` for a value that its kind cannot have. */
export function encodeParamValue(type: DevlinkValueType, value: DevlinkValue): AttributeInput[] {
  switch (type) {
    case 'u8': return [attribute.u8(Attr.paramValueData, numeric(type, value))];
    case 'u16': return [attribute.u16(Attr.paramValueData, numeric(type, value))];
    case 'u32': return [attribute.u32(Attr.paramValueData, numeric(type, value))];
    case 'u64': return typeof value === 'bigint' || typeof value === 'number' ? [attribute.u64(Attr.paramValueData, whole(type, value))] : unfit(type);
    case 'string':
    case 'text': return typeof value === 'string' ? [attribute.text(Attr.paramValueData, value)] : unfit(type);
    case 'flag': return typeof value === 'boolean' ? (value ? [attribute.flag(Attr.paramValueData)] : []) : unfit(type);
    case 'u64 array': return isBigints(value) ? value.map((each) => attribute.u64(Attr.paramValueData, each)) : unfit(type);
    default: return unfit(type);
  }
}

/** The kernel's number of a kind. Throws `ERR_USAGE` for one that this version does not know. */
export function valueTypeNumber(type: DevlinkValueType): number {
  const found = Object.entries(VALUE_TYPES).find(([, name]) => name === type);
  return found === undefined ? unfit(type) : Number(found[0]);
}

function numeric(type: string, value: DevlinkValue): number {
  return typeof value === 'number' ? whole(type, value) : unfit(type);
}

function whole<T extends number | bigint>(type: string, value: T): T {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? value : unfit(type);
}

function isBigints(value: DevlinkValue): value is readonly bigint[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'bigint');
}

function unfit(type: string): never {
  throw new UsageError('ERR_USAGE', `the value does not fit a parameter of type ${type}`);
}
