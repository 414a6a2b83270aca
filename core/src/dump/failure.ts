import type { DumpFailure } from '@auxctl/schemas';
import type { AuxctlError } from '../errors/base.js';
import { CATALOGUE } from '../errors/catalogue.js';
import { FirmwareError } from '../errors/classes.js';

const ANSWERS: readonly string[] = ['ERR_KERNEL_REFUSED', 'ERR_DELIVERY', 'ERR_SYSTEM_CALL'];

/** Does an error say something about one reading, rather than about the device or the way to it? */
export function isAnswer({ code }: Pick<AuxctlError, 'code'>): boolean {
  return CATALOGUE[code].layer === 'firmware' || ANSWERS.includes(code);
}

/** Is it an error of the catalogue? Those of plugins from elsewhere, with a copy of this package of their own, are of other classes. */
export function isCoded(error: unknown): error is Pick<AuxctlError, 'code' | 'message'> {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && Object.hasOwn(CATALOGUE, error.code);
}

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
