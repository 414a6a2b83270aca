import type { AuxctlError } from './base.js';
import { CATALOGUE } from './catalogue.js';

const ANSWERS: readonly string[] = ['ERR_KERNEL_REFUSED', 'ERR_DELIVERY', 'ERR_SYSTEM_CALL', 'ERR_POLICY'];

/** Does an error say something about one reading, rather than about the device or the way to it? */
export function isAnswer({ code }: Pick<AuxctlError, 'code'>): boolean {
  return CATALOGUE[code].layer === 'firmware' || ANSWERS.includes(code);
}

/** Is it an error of the catalogue? Those of plugins from elsewhere, with a copy of this package of their own, are of other classes. */
export function isCoded(error: unknown): error is Pick<AuxctlError, 'code' | 'message'> {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && Object.hasOwn(CATALOGUE, error.code);
}
