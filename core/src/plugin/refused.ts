import { AuxctlError } from '../errors/base.js';

/** Waits for an answer that a device may refuse: undefined if the firmware, the kernel's filter, the transport's own limits or a short reply stood in the way. Other failures are passed on. */
export async function refusedToUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AuxctlError && (error.layer === 'firmware' || error.code === 'ERR_KERNEL_REFUSED' || error.code === 'ERR_NOT_CARRIED')) return undefined;
    throw error;
  }
}
