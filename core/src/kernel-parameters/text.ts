import type { DevlinkValue, DevlinkValueType } from '../devlink/types.js';
import { UsageError } from '../errors/classes.js';

const WHOLE = /^(0x[0-9a-f]+|\d+)$/i;
const BITS: Readonly<Partial<Record<DevlinkValueType, number>>> = { u8: 8, u16: 16, u32: 32, u64: 64 };

/** A parameter's value as one line: flags as `true` and `false`, lists with commas, bytes in hexadecimal. */
export function kernelValueText(value: DevlinkValue): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** The value that a text stands for, by the parameter's kind. Throws `ERR_FIELD_VALUE` for a text that stands for none. */
export function parseKernelValue(name: string, type: DevlinkValueType, text: string): DevlinkValue {
  const bits = BITS[type];
  if (bits !== undefined) return type === 'u64' ? whole(name, text, bits) : Number(whole(name, text, bits));
  switch (type) {
    case 'flag': return text === 'true' || (text === 'false' ? false : unfit(name, text, 'true or false'));
    case 'string':
    case 'text': return text.includes('\0') ? unfit(name, text, 'text') : text;
    case 'u64 array': return text.split(',').map((each) => whole(name, each.trim(), 64));
    default: return unfit(name, text, `a value of type ${type}, which this version cannot set`);
  }
}

/** Are two values of one parameter the same? */
export function isSameKernelValue(a: DevlinkValue | undefined, b: DevlinkValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : kernelValueText(a) === kernelValueText(b);
}

function whole(name: string, text: string, bits: number): bigint {
  if (!WHOLE.test(text)) return unfit(name, text, `a whole number of up to ${bits} bits`);
  const value = BigInt(text);
  return value < 1n << BigInt(bits) ? value : unfit(name, text, `a whole number of up to ${bits} bits`);
}

function unfit(name: string, text: string, what: string): never {
  throw new UsageError('ERR_FIELD_VALUE', `'${text}' is no value for ${name}: ${what} is expected`);
}
