import type { PciCapability, PciDevice, PciExtendedCapability, MsixLayout, PciIdentity, PciRegion } from './pci-device.js';

/** One register of configuration space as it stands after power-on. */
export interface ConfigRegister {
  readonly offsetBytes: number;
  readonly widthBytes: 1 | 2 | 4;
  readonly value: number;
  /** The bits that a write changes; none when absent. */
  readonly writableBits?: number;
}

/** A capability before it has its place: registers relative to its first byte, the two bytes of the list header left out. */
interface Capability {
  readonly id: number;
  readonly lengthBytes: number;
  readonly registers: readonly ConfigRegister[];
}

/** Offsets in a type-0 header (PCI Express Base 6.0, section 7.5.1). */
export const HEADER = {
  vendorId: 0x00,
  deviceId: 0x02,
  command: 0x04,
  status: 0x06,
  revision: 0x08,
  programmingInterface: 0x09,
  classCode: 0x0a,
  cacheLine: 0x0c,
  firstBar: 0x10,
  subsystemVendorId: 0x2c,
  subsystemId: 0x2e,
  capabilities: 0x34,
  interruptLine: 0x3c,
} as const;

/** Bits of the command register. */
export const COMMAND_BIT = { memorySpace: 0x0002, busMaster: 0x0004, parityResponse: 0x0040, systemError: 0x0100, interruptDisable: 0x0400 } as const;

const STATUS_HAS_CAPABILITIES = 0x0010;
const BAR_BYTES = 4;
const BAR_KIND = { is64Bit: 0x4, isPrefetchable: 0x8 } as const;
const TWO_TO_32 = 2 ** 32;
const FIRST_CAPABILITY = 0x40;
const CAPABILITY_ALIGNMENT = 8;
const BYTE_MAX = 0xff;
const WORD_MAX = 0xffff;

/** Where extended configuration space begins, and with it the list of extended capabilities (section 7.6). */
const FIRST_EXTENDED_CAPABILITY = 0x100;
/** The header of an extended capability: its id, its version, and where the next one begins. */
const EXTENDED_HEADER = { lengthBytes: 4, versionShift: 16, nextShift: 20 } as const;

/** Ids of the capabilities that the bus makes. */
export const CAPABILITY_ID = { powerManagement: 0x01, express: 0x10, msix: 0x11 } as const;

/** Offsets in the MSI-X capability (section 7.7.2). */
export const MSIX = { control: 0x02, table: 0x04, pending: 0x08, lengthBytes: 0x0c } as const;
/** Bits of its message control register. */
export const MSIX_BIT = { functionMask: 0x4000, enable: 0x8000 } as const;

/** Offsets in the PCI Express capability (section 7.5.3). */
export const EXPRESS = {
  capabilities: 0x02,
  deviceCapabilities: 0x04,
  deviceControl: 0x08,
  linkCapabilities: 0x0c,
  linkControl: 0x10,
  linkStatus: 0x12,
  deviceCapabilities2: 0x24,
  deviceControl2: 0x28,
  linkCapabilities2: 0x2c,
  linkControl2: 0x30,
  lengthBytes: 0x3c,
} as const;
/** Writing this bit of device control resets the function; it reads as zero. */
export const INITIATE_FUNCTION_RESET = 0x8000;

/** A version 2 endpoint that can be reset, on a link of 16 lanes at 16 GT/s. */
const EXPRESS_CAPABILITY: Capability = {
  id: CAPABILITY_ID.express,
  lengthBytes: EXPRESS.lengthBytes,
  registers: [
    { offsetBytes: EXPRESS.capabilities, widthBytes: 2, value: 0x0002 },
    { offsetBytes: EXPRESS.deviceCapabilities, widthBytes: 4, value: 0x1000_8022 },
    { offsetBytes: EXPRESS.deviceControl, widthBytes: 2, value: 0x2810, writableBits: 0x7fff },
    { offsetBytes: EXPRESS.linkCapabilities, widthBytes: 4, value: 0x0000_0104 },
    { offsetBytes: EXPRESS.linkControl, widthBytes: 2, value: 0x0000, writableBits: 0x00cb },
    { offsetBytes: EXPRESS.linkStatus, widthBytes: 2, value: 0x1104 },
    { offsetBytes: EXPRESS.deviceCapabilities2, widthBytes: 4, value: 0x0000_0010 },
    { offsetBytes: EXPRESS.deviceControl2, widthBytes: 2, value: 0x0000, writableBits: 0x0050 },
    { offsetBytes: EXPRESS.linkCapabilities2, widthBytes: 4, value: 0x0000_001e },
    { offsetBytes: EXPRESS.linkControl2, widthBytes: 2, value: 0x0004, writableBits: 0x000f },
  ],
};

/** Version 3, no wake-up events; leaving D3hot does not reset the function. */
const POWER_MANAGEMENT_CAPABILITY: Capability = {
  id: CAPABILITY_ID.powerManagement,
  lengthBytes: 0x08,
  registers: [
    { offsetBytes: 0x02, widthBytes: 2, value: 0x0003 },
    { offsetBytes: 0x04, widthBytes: 2, value: 0x0008, writableBits: 0x0003 },
  ],
};

/** Where the capabilities ended up. */
export interface CapabilityOffsets {
  readonly express: number;
  readonly msix: number | undefined;
  /** The device's own, by offset. */
  readonly own: ReadonlyMap<number, PciCapability>;
}

/** Every register of a function, and the places of the capabilities that have an effect. */
export interface ConfigImage {
  readonly registers: readonly ConfigRegister[];
  readonly offsets: CapabilityOffsets;
}

/** The parts of a device that configuration space shows. */
export type ConfigSource = Pick<PciDevice, 'identity' | 'regions' | 'msix' | 'capabilities' | 'extendedCapabilities'>;

/** What configuration space holds for a function. Registers of the device's own capabilities are left out, except for the list itself. */
export function configImage({ identity, regions, msix, capabilities: own = [], extendedCapabilities = [] }: ConfigSource): ConfigImage {
  const ownPlain = own.map(({ id, lengthBytes }): Capability => ({ id, lengthBytes, registers: [] }));
  const capabilities = [POWER_MANAGEMENT_CAPABILITY, EXPRESS_CAPABILITY, ...(msix === undefined ? [] : [msixCapability(msix)]), ...ownPlain];
  const places = placeCapabilities(capabilities);
  const placeOf = (id: number): number | undefined => places.get(id);
  const registers = [
    ...headerRegisters(identity),
    ...regions.flatMap(barRegisters),
    { offsetBytes: HEADER.capabilities, widthBytes: 1 as const, value: FIRST_CAPABILITY },
    ...capabilities.flatMap((capability, index) => listRegisters(capability, places, capabilities[index + 1])),
    ...extendedRegisters(extendedCapabilities),
  ];
  const ownPlaces = new Map(own.map((capability) => [placeOf(capability.id) ?? FIRST_CAPABILITY, capability]));
  return { registers, offsets: { express: placeOf(CAPABILITY_ID.express) ?? FIRST_CAPABILITY, msix: placeOf(CAPABILITY_ID.msix), own: ownPlaces } };
}

/** How many bytes an extended capability takes, header included. */
export function extendedCapabilityBytes({ data }: PciExtendedCapability): number {
  return EXTENDED_HEADER.lengthBytes + data.length;
}

/** One after the other, each with the place of the next in its header. */
function extendedRegisters(capabilities: readonly PciExtendedCapability[]): ConfigRegister[] {
  let base = FIRST_EXTENDED_CAPABILITY;
  return capabilities.flatMap((capability, index) => {
    const at = base;
    base += extendedCapabilityBytes(capability);
    const next = index + 1 < capabilities.length ? base : 0;
    const header = capability.id + capability.version * 2 ** EXTENDED_HEADER.versionShift + next * 2 ** EXTENDED_HEADER.nextShift;
    const bytes = Array.from(capability.data, (value, byte): ConfigRegister => ({ offsetBytes: at + EXTENDED_HEADER.lengthBytes + byte, widthBytes: 1, value }));
    return [{ offsetBytes: at, widthBytes: 4 as const, value: header }, ...bytes];
  });
}

function headerRegisters(identity: PciIdentity): ConfigRegister[] {
  return [
    { offsetBytes: HEADER.vendorId, widthBytes: 2, value: identity.vendorId },
    { offsetBytes: HEADER.deviceId, widthBytes: 2, value: identity.deviceId },
    { offsetBytes: HEADER.command, widthBytes: 2, value: 0, writableBits: Object.values(COMMAND_BIT).reduce((all, bit) => all | bit, 0) },
    { offsetBytes: HEADER.status, widthBytes: 2, value: STATUS_HAS_CAPABILITIES },
    { offsetBytes: HEADER.revision, widthBytes: 1, value: identity.revision },
    { offsetBytes: HEADER.programmingInterface, widthBytes: 1, value: identity.classCode & BYTE_MAX },
    { offsetBytes: HEADER.classCode, widthBytes: 2, value: (identity.classCode >>> 8) & WORD_MAX },
    { offsetBytes: HEADER.cacheLine, widthBytes: 1, value: 0, writableBits: BYTE_MAX },
    { offsetBytes: HEADER.subsystemVendorId, widthBytes: 2, value: identity.subsystemVendorId },
    { offsetBytes: HEADER.subsystemId, widthBytes: 2, value: identity.subsystemId },
    { offsetBytes: HEADER.interruptLine, widthBytes: 1, value: 0, writableBits: BYTE_MAX },
  ];
}

/** The address bits below the region's size stay zero, which is how software learns the size. */
function barRegisters(region: PciRegion): ConfigRegister[] {
  const offsetBytes = HEADER.firstBar + region.bar * BAR_BYTES;
  const kind = (region.is64Bit ? BAR_KIND.is64Bit : 0) | (region.isPrefetchable ? BAR_KIND.isPrefetchable : 0);
  const lowBits = region.sizeBytes >= TWO_TO_32 ? 0 : TWO_TO_32 - region.sizeBytes;
  const low: ConfigRegister = { offsetBytes, widthBytes: 4, value: kind, writableBits: lowBits };
  if (!region.is64Bit) return [low];
  const highBits = TWO_TO_32 - Math.max(1, region.sizeBytes / TWO_TO_32);
  return [low, { offsetBytes: offsetBytes + BAR_BYTES, widthBytes: 4, value: 0, writableBits: highBits }];
}

function msixCapability(layout: MsixLayout): Capability {
  return {
    id: CAPABILITY_ID.msix,
    lengthBytes: MSIX.lengthBytes,
    registers: [
      { offsetBytes: MSIX.control, widthBytes: 2, value: layout.vectors - 1, writableBits: MSIX_BIT.functionMask | MSIX_BIT.enable },
      { offsetBytes: MSIX.table, widthBytes: 4, value: layout.tableOffsetBytes | layout.bar },
      { offsetBytes: MSIX.pending, widthBytes: 4, value: layout.pendingOffsetBytes | layout.bar },
    ],
  };
}

/** How many bytes a capability of this length takes, up to where the next one begins. */
export function capabilityRoomBytes(lengthBytes: number): number {
  return Math.ceil(lengthBytes / CAPABILITY_ALIGNMENT) * CAPABILITY_ALIGNMENT;
}

function placeCapabilities(capabilities: readonly Capability[]): Map<number, number> {
  const places = new Map<number, number>();
  let next = FIRST_CAPABILITY;
  for (const { id, lengthBytes } of capabilities) {
    places.set(id, next);
    next += capabilityRoomBytes(lengthBytes);
  }
  return places;
}

function listRegisters(capability: Capability, places: ReadonlyMap<number, number>, next: Capability | undefined): ConfigRegister[] {
  const base = places.get(capability.id) ?? FIRST_CAPABILITY;
  const nextPlace = next === undefined ? 0 : places.get(next.id) ?? 0;
  return [
    { offsetBytes: base, widthBytes: 1, value: capability.id },
    { offsetBytes: base + 1, widthBytes: 1, value: nextPlace },
    ...capability.registers.map((register) => ({ ...register, offsetBytes: base + register.offsetBytes })),
  ];
}
