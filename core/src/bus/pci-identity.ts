import type { PciFunctionIdentity } from '../device/types.js';

/** What one `uevent` attribute says of a PCI function: everything but its revision, in a single read. */
export interface PciSummary {
  readonly identity: Omit<PciFunctionIdentity, 'revision'>;
  /** The alias that match tables use, `pci:vvvv:dddd`. */
  readonly alias: string;
  readonly driver: string | undefined;
}

const CLASS = /^PCI_CLASS=([0-9A-F]{1,6})$/m;
const IDENTITY = /^PCI_ID=([0-9A-F]{4}):([0-9A-F]{4})$/m;
const SUBSYSTEM = /^PCI_SUBSYS_ID=([0-9A-F]{4}):([0-9A-F]{4})$/m;
const DRIVER = /^DRIVER=([\w.+-]{1,64})$/m;
const REVISION = /^0x([0-9a-f]{2})$/;

/** Reads the text of a PCI function's `uevent` attribute; undefined when it is not one. */
export function parsePciUevent(text: string): PciSummary | undefined {
  const [, classCode] = CLASS.exec(text) ?? [];
  const [, vendor, device] = IDENTITY.exec(text) ?? [];
  const [, subsystemVendor, subsystem] = SUBSYSTEM.exec(text) ?? [];
  if (classCode === undefined || vendor === undefined || device === undefined || subsystemVendor === undefined || subsystem === undefined) return undefined;
  return {
    identity: {
      vendorId: hex(vendor),
      deviceId: hex(device),
      subsystemVendorId: hex(subsystemVendor),
      subsystemId: hex(subsystem),
      classCode: hex(classCode),
    },
    alias: `pci:${vendor}:${device}`.toLowerCase(),
    driver: DRIVER.exec(text)?.[1],
  };
}

/** Reads the text of a PCI function's `revision` attribute; undefined when it is not one. */
export function parsePciRevision(text: string): number | undefined {
  const [, digits] = REVISION.exec(text) ?? [];
  return digits === undefined ? undefined : hex(digits);
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}
