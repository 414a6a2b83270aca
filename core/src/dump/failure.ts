import type { DumpFailure } from '@auxctl/schemas';
import type { AuxctlError } from '../errors/base.js';
import { FirmwareError } from '../errors/classes.js';

const ANSWERS: readonly string[] = ['ERR_KERNEL_REFUSED', 'ERR_DELIVERY', 'ERR_SYSTEM_CALL'];

/** Does an error say something about one reading, rather than about the device or the way to it? */
export function isAnswer({ layer, code }: AuxctlError): boolean {
  return layer === 'firmware' || ANSWERS.includes(code);
}

/** An error as a dump keeps it. */
export function failureOf(error: AuxctlError): DumpFailure {
  const { code, message } = error;
  if (!(error instanceof FirmwareError)) return { code, message };
  const { status, syndrome } = error;
  return { code, message, status: hex(status), ...(syndrome === undefined ? {} : { syndrome: hex(syndrome) }) };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
