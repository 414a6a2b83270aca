import type { Profile } from '../profiles/types.js';
import type { FirmwareIdentity } from './types.js';

/** The first MAC address of device 0; locally administered, so that no real device has it. */
const FIRST_MAC = 0x0200_5e51_a000n;
/** Addresses set aside for each device. */
const MACS_OF_A_DEVICE = 16n;

/** The identity of device number `index` (0 to 255) of a profile. */
export function createIdentity(profile: Profile, index: number): FirmwareIdentity {
  return {
    pci: profile.pci,
    hardwareId: profile.hardwareId,
    version: profile.version,
    psid: profile.psid,
    serialNumber: `SIM26X${String(index).padStart(5, '0')}`,
    baseMac: FIRST_MAC + BigInt(index) * MACS_OF_A_DEVICE,
    timerFrequencyKhz: profile.timerFrequencyKhz,
    publishesTimeouts: profile.publishesTimeouts,
    hasGateway: profile.hasGateway,
    productName: profile.productName,
  };
}
