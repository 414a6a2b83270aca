import { argumentError } from './errors.js';

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** Checks a whole number within limits. */
export function checkInteger(name: string, value: unknown, lowest: number, highest: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw argumentError(name, `a whole number from ${lowest} to ${highest}`);
}

/** Checks a position in a file: a whole number or bigint from 0 to 2^63-1. */
export function checkPosition(name: string, value: unknown): bigint {
  const position = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof position === 'bigint' && position >= 0n && position <= MAX_UINT64 >> 1n) return position;
  throw argumentError(name, 'a whole number or bigint from 0 to 2^63-1');
}

/** Checks an unsigned 64-bit bigint. */
export function checkUint64(name: string, value: unknown): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= MAX_UINT64) return value;
  throw argumentError(name, 'a bigint from 0 to 2^64-1');
}

/** Checks bytes: a Uint8Array (or Buffer) on memory that is neither shared nor detached. */
export function checkBytes(name: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw argumentError(name, 'a Uint8Array');
  if (!(value.buffer instanceof ArrayBuffer)) throw argumentError(name, 'a Uint8Array on memory that is not shared');
  if (value.byteLength === 0 && isDetached(value.buffer)) throw argumentError(name, 'a Uint8Array whose memory is not detached');
  return value;
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Checks a string that can be passed to the kernel: not empty, without NUL. */
export function checkText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw argumentError(name, 'a string, neither empty nor with a NUL in it');
}

/** Checks that a value is one of several. */
export function checkOneOf<const T>(name: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw argumentError(name, `one of ${allowed.map(String).join(', ')}`);
  return found;
}

/** Checks that a value is an object. */
export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw argumentError(name, 'an object');
}
