/** Access widths of a memory region, in bytes. */
export type AccessWidth = 1 | 2 | 4 | 8;

/**
 * The guest's memory as a device sees it by DMA. Addresses are guest bus addresses. A range that the guest has not mapped throws
 * `ERR_DMA_RANGE` and transfers nothing, and so does every range while bus mastering is off.
 */
export interface DmaMemory {
  /** Copies `lengthBytes` from the guest. */
  read(address: bigint, lengthBytes: number): Uint8Array;
  /** Copies `data` into the guest. The guest sees writes in the order of the calls. */
  write(address: bigint, data: Uint8Array): void;
}

/** What the bus gives a device once it is plugged in. */
export interface PciHost {
  readonly memory: DmaMemory;
  /** Raises MSI-X `vector`: at once if the guest listens to it, later if it is masked, not at all while MSI-X or bus mastering is off. */
  raise(vector: number): void;
  /** Is bus mastering enabled in the command register? */
  readonly busMaster: boolean;
}

/** One memory BAR. */
export interface PciRegion {
  /** BAR number, 0 to 5. */
  readonly bar: number;
  /** A power of two, at least 4096. */
  readonly sizeBytes: number;
  readonly is64Bit: boolean;
  readonly isPrefetchable: boolean;
  /**
   * A guest load. `offsetBytes` is within the region and a multiple of `widthBytes`. The value is the bytes as they stand in the
   * region, in ascending order, `widthBytes` of them.
   */
  read(offsetBytes: number, widthBytes: AccessWidth): Uint8Array;
  /**
   * A guest store: `data` in ascending byte order, 1, 2, 4 or 8 bytes, `offsetBytes` a multiple of their number. Returns at once;
   * what takes long is done after it has returned.
   */
  write(offsetBytes: number, data: Uint8Array): void;
}

/** Where the MSI-X table and pending bits live: inside a BAR of the device, kept by the bus rather than by the device. */
export interface MsixLayout {
  /** 1 to 2048. */
  readonly vectors: number;
  readonly bar: number;
  readonly tableOffsetBytes: number;
  readonly pendingOffsetBytes: number;
}

/**
 * A capability in configuration space that the device answers itself, a dword at a time. Offsets count from the capability's first byte
 * and are multiples of 4; values are unsigned, with the byte at the lowest address in bits [7:0].
 */
export interface PciCapability {
  /** The capability's id, 1 to 255, which no other capability of the device may have. */
  readonly id: number;
  /** A multiple of 4; with the bus's own capabilities it must fit below 256. */
  readonly lengthBytes: number;
  /** A guest load; may change the device's state. Bits [15:0] at offset 0 are the list's own, whatever is returned. */
  read(offsetBytes: number): number;
  /** A guest store of the bits in `mask`, which covers whole bytes. */
  write(offsetBytes: number, value: number, mask: number): void;
}

/**
 * A capability in extended configuration space, from 256 on: what it holds never changes, and stores have no effect. The bus makes the
 * four bytes of its header.
 */
export interface PciExtendedCapability {
  /** 1 to 0xffff; several capabilities may have the same. */
  readonly id: number;
  /** 0 to 15. */
  readonly version: number;
  /** What follows the header: a multiple of 4 bytes, as they stand in configuration space. */
  readonly data: Uint8Array;
}

/** The identity in configuration space. All numbers as in the PCI header. */
export interface PciIdentity {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
  readonly revision: number;
  /** Class, subclass and programming interface, 24 bits. */
  readonly classCode: number;
}

/** A PCI function as a program: what a host (a virtual machine monitor) needs to show it to a guest. */
export interface PciDevice {
  readonly identity: PciIdentity;
  readonly regions: readonly PciRegion[];
  readonly msix?: MsixLayout;
  /** Capabilities beyond those that the bus makes: power management, PCI Express, MSI-X. */
  readonly capabilities?: readonly PciCapability[];
  /** Capabilities of extended configuration space, in this order from 256 on; none when absent. */
  readonly extendedCapabilities?: readonly PciExtendedCapability[];
  /** Called once, before any access. */
  attach(host: PciHost): void;
  /** Back to the state after power-on. */
  reset(): void;
}
