import type { Device } from '../device/types.js';
import { PolicyError } from '../errors/classes.js';
import { KernelPlace } from './place.js';
import type { KernelApiSource, KernelWay, OfferedValue } from './types.js';
import { canExpress, concerns } from './words.js';

/**
 * The kernel's own ways to do what is about to be done past it, those that are there first. An offer whose conditions are not met, that has no word for the
 * value, or that sets nothing is left out. Never rejects: what cannot be asked is a way that is not available, with the reason.
 */
export async function kernelWays(device: Device, values: readonly OfferedValue[], source: KernelApiSource = {}): Promise<KernelWay[]> {
  if (values.length === 0) return [];
  await using place = new KernelPlace(device, source);
  const ways: KernelWay[] = [];
  for (const offered of values) {
    for (const offer of offered.offers) {
      if (offer.readOnly === true || !concerns(offer, offered) || !canExpress(offer, offered)) continue;
      const missing = await place.missing(offer, offered);
      ways.push({
        field: offered.field, what: offer.what ?? 'the same', offer, command: await place.command(offer, offered), isAvailable: missing === undefined,
        ...(missing === undefined ? {} : { reason: missing.reason, ...(missing.isUnknown === true ? { isUnknown: true } : {}) }),
      });
    }
  }
  return ways.sort((a, b) => Number(b.isAvailable) - Number(a.isAvailable));
}

/** Throws `ERR_KERNEL_FIRST`, with the kernel's commands, where the kernel has a way of its own. */
export function requireKernelFirst(ways: readonly KernelWay[], command: string, device: string): void {
  const available = ways.filter(({ isAvailable }) => isAvailable);
  if (available.length === 0) return;
  const fields = [...new Set(available.map(({ field }) => field))].join(', ');
  const commands = [...new Set(available.map((way) => way.command))].join(' ; ');
  throw new PolicyError('ERR_KERNEL_FIRST', `${command} would set ${fields} past the kernel, which has its own interface for it; nothing was sent`, {
    device, command, hint: `Use the kernel's: ${commands} . Or add --even-so to go past it.`,
  });
}
