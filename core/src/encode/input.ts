import type { LayoutScope, Value } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import { fitsBits } from '../layout/bits.js';
import type { FieldInputValue } from '../layout/types.js';

type IntegerField = Extract<Value, { type: 'uint' | 'int' | 'enum' | 'flags' }>;

/** The integer that `input` means for this field: a number, or text such as `12`, `0x1f`, an enum's name, or flags joined by `|`. */
export function integerInput(path: string, field: IntegerField, input: FieldInputValue, scope: LayoutScope): bigint {
  const value = typeof input === 'string' ? textInteger(path, field, input.trim(), scope) : plainInteger(path, input);
  if (!fitsBits(value, field.sizeBits, field.type === 'int')) {
    throw new UsageError('ERR_FIELD_VALUE', `${path}: ${value} does not fit ${field.sizeBits} bits${field.type === 'int' ? ', signed' : ''}`);
  }
  return value;
}

/** Bytes from a byte array or from hexadecimal text (`:`, `-` and blanks are passed over); exactly `lengthBytes` unless that is undefined. */
export function bytesInput(path: string, input: FieldInputValue, lengthBytes: number | undefined): Uint8Array {
  const bytes = typeof input === 'string' ? hexBytes(path, input) : input;
  if (!(bytes instanceof Uint8Array)) throw new UsageError('ERR_FIELD_VALUE', `${path}: takes bytes, as hexadecimal text`);
  if (lengthBytes !== undefined && bytes.length !== lengthBytes) {
    throw new UsageError('ERR_FIELD_VALUE', `${path}: takes ${lengthBytes} bytes, not ${bytes.length}`);
  }
  return bytes;
}

/** Text as bytes of one character each, padded with zeros. */
export function stringInput(path: string, input: FieldInputValue, lengthBytes: number): Uint8Array {
  if (typeof input !== 'string') throw new UsageError('ERR_FIELD_VALUE', `${path}: takes text`);
  const bytes = Buffer.from(input, 'latin1');
  if (bytes.length > lengthBytes || bytes.toString('latin1') !== input) {
    throw new UsageError('ERR_FIELD_VALUE', `${path}: takes at most ${lengthBytes} single-byte characters`);
  }
  const padded = new Uint8Array(lengthBytes);
  padded.set(bytes);
  return padded;
}

function plainInteger(path: string, input: Exclude<FieldInputValue, string>): bigint {
  if (typeof input === 'bigint') return input;
  if (typeof input === 'boolean') return input ? 1n : 0n;
  if (typeof input === 'number' && Number.isSafeInteger(input)) return BigInt(input);
  throw new UsageError('ERR_FIELD_VALUE', `${path}: takes an integer`);
}

function textInteger(path: string, field: IntegerField, text: string, scope: LayoutScope): bigint {
  const number = parseInteger(text);
  if (number !== undefined) return number;
  if (field.type === 'enum') return symbolValue(path, text, (scope.enums.get(field.enum) ?? []).map(({ name, value }) => [name, integerValue(value)] as const));
  if (field.type === 'flags') {
    const bits = (scope.flags.get(field.flags) ?? []).map(({ name, bit }) => [name, 1n << BigInt(bit)] as const);
    return text.split('|').reduce((all, name) => all | (parseInteger(name.trim()) ?? symbolValue(path, name.trim(), bits)), 0n);
  }
  throw new UsageError('ERR_FIELD_VALUE', `${path}: '${text}' is not an integer`);
}

function parseInteger(text: string): bigint | undefined {
  if (/^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(text)) return BigInt(text.toLowerCase());
  return /^-\d+$/.test(text) ? -BigInt(text.slice(1)) : undefined;
}

function symbolValue(path: string, text: string, symbols: readonly (readonly [string, bigint])[]): bigint {
  const folded = text.toLowerCase();
  const found = symbols.find(([name]) => name === text) ?? symbols.find(([name]) => name.toLowerCase() === folded);
  if (found !== undefined) return found[1];
  const names = symbols.map(([name]) => name);
  const near = nearest(text, names);
  throw new UsageError('ERR_FIELD_VALUE', `${path}: no value is called '${text}'`, { hint: `Did you mean ${(near.length === 0 ? names.slice(0, 8) : near).join(', ')}?` });
}

function hexBytes(path: string, text: string): Uint8Array {
  const digits = text.replace(/^0x/i, '').replaceAll(/[\s:-]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new UsageError('ERR_FIELD_VALUE', `${path}: takes pairs of hexadecimal digits`);
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
