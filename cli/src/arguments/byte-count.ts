import { UsageError } from '@auxctl/core';

/** A number of bytes, decimal or `0x` and hexadecimal, up to `mostBytes`. Throws `ERR_USAGE` naming the option. */
export function parseByteCount(option: string, text: string, mostBytes: number): number {
  const count = /^(\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : NaN;
  if (Number.isNaN(count)) throw new UsageError('ERR_USAGE', `${option}: '${text}' is not a number of bytes`);
  if (count > mostBytes) throw new UsageError('ERR_USAGE', `${option}: ${text} is more than ${mostBytes} bytes`);
  return count;
}
