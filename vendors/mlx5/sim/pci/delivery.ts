import { AuxctlError } from '@auxctl/core';

/** What byte 3fh of a command queue entry says about the delivery of the command, apart from the command's own status. */
export const DELIVERY = {
  ok: 0x0,
  badSignature: 0x1,
  badToken: 0x2,
  badBlockNumber: 0x3,
  badOutputPointer: 0x4,
  badInputPointer: 0x5,
  internalError: 0x6,
  badInputLength: 0x7,
  badOutputLength: 0x8,
  reservedNotClear: 0x9,
  badType: 0xa,
} as const;

/** One of {@link DELIVERY} that is not ok. */
export type DeliveryFault = Exclude<(typeof DELIVERY)[keyof typeof DELIVERY], 0>;

/** Either something delivered or why not. */
export type Delivered<T> = { readonly fault?: undefined; readonly value: T } | { readonly fault: DeliveryFault };

/** Runs `access`; false when it reached for memory that the guest has not mapped, and then it ended there. */
export function reachesMemory(access: () => void): boolean {
  try {
    access();
    return true;
  } catch (error) {
    if (error instanceof AuxctlError && error.code === 'ERR_DMA_RANGE') return false;
    throw error;
  }
}

/** Runs `access`; memory that the guest has not mapped makes it an internal error of the delivery. */
export function deliverFromMemory<T>(access: () => Delivered<T>): Delivered<T> {
  let delivered: Delivered<T> = { fault: DELIVERY.internalError };
  reachesMemory(() => { delivered = access(); });
  return delivered;
}
