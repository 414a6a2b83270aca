import { kernelSecurity } from '@auxctl/core';
import type { Style } from './output/style.js';
import type { ListDocument } from './schemas/devices.js';

/** The kernel's marks and defences, as documents hold them. */
export type SystemDocument = ListDocument['system'];

/** Reads them below `root`. */
export function readSystem(root: string): SystemDocument {
  const { taint, lockdown } = kernelSecurity({ root });
  return {
    taint: taint?.value ?? null,
    taintReasons: (taint?.flags ?? []).map(({ meaning }) => meaning),
    lockdown: lockdown === 'unavailable' ? null : lockdown,
  };
}

/** The same in a few words. */
export function systemText({ taint, taintReasons, lockdown }: SystemDocument, style: Style): string {
  const marks = taint === null ? 'taint unknown' : taint === 0 ? 'not tainted' : style.warning(`tainted ${taint}${taintReasons.length === 0 ? '' : ` (${taintReasons.join('; ')})`}`);
  return `${marks}, lockdown ${lockdown ?? 'not available'}`;
}
