import type { PciFunctionIdentity } from './types.js';

const DIGITS = 4;

/** Vendor and device as `15b3:101d`. */
export function pciIdText({ vendorId, deviceId }: Pick<PciFunctionIdentity, 'vendorId' | 'deviceId'>): string {
  return [vendorId, deviceId].map((id) => id.toString(16).padStart(DIGITS, '0')).join(':');
}
