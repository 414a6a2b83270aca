import type { ReportedProblem } from '@auxctl/schemas';
import type { AuxctlError } from '../errors/base.js';

const MOST_TEXT = 4096;

/** An error as a report keeps it: what was to be read, why it was not, and what would help. */
export function problemOf(what: string, { code, message, hint }: Pick<AuxctlError, 'code' | 'message'> & { readonly hint?: string | undefined }): ReportedProblem {
  return { what: what.slice(0, MOST_TEXT), code, message, ...(hint === undefined ? {} : { remedy: hint.slice(0, MOST_TEXT) }) };
}
