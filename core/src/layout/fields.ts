import { ReplyError } from '../errors/classes.js';
import type { Fields } from './types.js';

/** A field that holds bytes; throws `ERR_REPLY` if there is none of this name. */
export function bytesField(fields: Fields, name: string): Uint8Array {
  const value = fields[name];
  if (value instanceof Uint8Array) return value;
  throw missingField(name, 'bytes');
}

/** A field that holds an integer of any width; throws `ERR_REPLY` if there is none of this name. */
export function integerField(fields: Fields, name: string): bigint {
  const value = fields[name];
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt(value);
  throw missingField(name, 'an integer');
}

/** A field that holds text; throws `ERR_REPLY` if there is none of this name. */
export function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw missingField(name, 'text');
}

/** A field that holds a structure; throws `ERR_REPLY` if there is none of this name. */
export function structureField(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)) return value as Fields;
  throw missingField(name, 'a structure');
}

function missingField(name: string, kind: string): ReplyError {
  return new ReplyError('ERR_REPLY', `there is no field ${name} that holds ${kind}`);
}
