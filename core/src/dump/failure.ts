import type { DumpFailure } from '@auxctl/schemas';
import type { AuxctlError } from '../errors/base.js';
import { FirmwareError } from '../errors/classes.js';

/** An error as a dump keeps it. */
export function failureOf(error: Pick<AuxctlError, 'code' | 'message'>): DumpFailure {
  const { code, message } = error;
  if (!(error instanceof FirmwareError)) return { code, message };
  const { status, syndrome } = error;
  return { code, message, status: hex(status), ...(syndrome === undefined ? {} : { syndrome: hex(syndrome) }) };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
