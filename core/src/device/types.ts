import type { BusName } from '@auxctl/schemas';

/** The names by which other parts of the system know the same function. Each list is sorted and may be empty. */
export interface DeviceNames {
  /** Auxiliary devices below the function, such as `mod_core.fwctl.0`. */
  readonly auxiliary: readonly string[];
  /** Nodes of the fwctl class, such as `fwctl0`. */
  readonly fwctl: readonly string[];
  /** Network interfaces, such as `eth0`. */
  readonly netdev: readonly string[];
  /** RDMA devices. */
  readonly rdma: readonly string[];
  /** NVMe controllers, such as `nvme0`. */
  readonly nvme: readonly string[];
  /** Memory devices, such as `mem0`. */
  readonly memdev: readonly string[];
}

/** What PCI configuration space says of a function; numbers as in the header. */
export interface PciFunctionIdentity {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
  readonly revision: number;
  /** 24 bits: class, subclass, programming interface. */
  readonly classCode: number;
}

/** One control-capable function. Plain data: nothing is open. */
export interface Device {
  /** Stable and unique: a PCI address (`0000:3b:00.0`), an auxiliary name, or a simulator's (`sim-acme-0`). */
  readonly address: string;
  readonly bus: BusName;
  readonly names: DeviceNames;
  readonly pci?: PciFunctionIdentity;
  /** The kernel driver bound to the function. */
  readonly driver?: string;
  /** The driver bound to the auxiliary device that leads to firmware control, as the auxiliary bus names it. */
  readonly auxiliaryDriver?: string;
  /** The control node to open, such as `/dev/fwctl/fwctl0`; absent when there is none. */
  readonly node?: string;
  /**
   * Has PCI configuration space a vendor-specific capability? Looked for only where there is no control node; `hidden` when the system does
   * not show that part, absent when there is none.
   */
  readonly vendorCapability?: 'present' | 'hidden';
  /** What a plugin's match table is compared with: `auxiliary:mod.name`, `pci:vvvv:dddd`, in lower case. */
  readonly aliases: readonly string[];
}
