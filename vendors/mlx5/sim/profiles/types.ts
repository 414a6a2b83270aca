import type { PciIdentity } from '@auxctl/core';
import type { ComponentProfile } from '../firmware/components.js';
import type { NvItemProfile } from '../firmware/nv/types.js';
import type { PortProfile } from '../firmware/port.js';
import type { SamplingProfile } from '../firmware/sampling.js';
import type { SensorProfile } from '../firmware/sensors.js';
import type { FirmwareVersion } from '../firmware/types.js';

/** One capability type: at most 4096 bytes each, zero past the end. */
export interface CapabilityProfile {
  readonly current: Uint8Array;
  readonly maximum: Uint8Array;
}

/** What one model of device is: all data, shared by every device of the profile and never modified. */
export interface Profile {
  readonly name: string;
  readonly pci: PciIdentity;
  readonly hardwareId: number;
  readonly version: FirmwareVersion;
  readonly psid: string;
  readonly timerFrequencyKhz: number;
  readonly publishesTimeouts: boolean;
  readonly nodeDescription: string;
  /** What the board's label says. At most 20, 4 and 64 ASCII characters. */
  readonly board: { readonly partNumber: string; readonly revision: string; readonly productName: string };
  /** Pages of 4 KiB wanted before INIT_HCA. */
  readonly bootPages: number;
  readonly initPages: number;
  /** Bit n means interface step n; 0 when the firmware does not know QUERY_ISSI. */
  readonly interfaceSteps: number;
  /** How many user contexts and event queues there can be. */
  readonly userContexts: number;
  readonly eventQueues: number;
  /** By capability type. */
  readonly capabilities: ReadonlyMap<number, CapabilityProfile>;
  readonly port: PortProfile;
  readonly sensors: readonly SensorProfile[];
  readonly hasModule: boolean;
  /** Items of non-volatile configuration; none when absent. */
  readonly nvItems?: readonly NvItemProfile[];
  /** Parts of the firmware, by index; none when absent. */
  readonly components?: readonly ComponentProfile[];
  /** What the device is called: plain ASCII text. */
  readonly model?: { readonly name: string; readonly description: string };
  /** Its diagnostic counters, where it has some. */
  readonly sampling?: SamplingProfile;
  /** Has configuration space the vendor-specific capability? */
  readonly hasGateway: boolean;
  /** The name in the vital product data; there is none when absent. */
  readonly productName?: string;
  /** Ids of the registers that this firmware knows; all of the simulator's when absent. */
  readonly registers?: ReadonlySet<number>;
}
