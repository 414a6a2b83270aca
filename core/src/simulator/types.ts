import type { ConfigSpaceAccess } from '../config-space/types.js';
import type { Device } from '../device/types.js';
import type { Transport } from '../transport/types.js';
import type { PciDevice } from './pci-device.js';

/** What a caller may choose about a simulated device. */
export interface SimulatorOptions {
  /** Which one of several: sets the address, serial numbers and names. 0 to 255. */
  readonly index: number;
  /** A profile that the simulator knows; its default when absent. */
  readonly profile?: string;
  /** Milliseconds since some start; what makes counters count. Defaults to a monotonic clock. */
  readonly now?: () => number;
  /** Called with one entry for every command that the firmware model received, in order. */
  readonly onCommand?: (entry: CommandLogEntry) => void;
}

/** One command as a firmware model received it. */
export interface CommandLogEntry {
  /** 0 for the first command since power-on. */
  readonly sequence: number;
  /** The model's own name for the command, or its number in hexadecimal. */
  readonly command: string;
  /** The request, a copy. */
  readonly request: Uint8Array;
  /** The device's own status, 0 being success on most devices; `undefined` when the firmware hangs and never answers. */
  readonly status: number | undefined;
}

/** Faults that a test or a demonstration can switch on while a simulated device runs. */
export interface SimulatorFaults {
  /** Commands are accepted and never answered. */
  hang: boolean;
}

/** A vendor's firmware model with a device around it. */
export interface SimulatedDevice {
  /** How bus enumeration shows the device (bus `sim`). */
  readonly device: Device;
  readonly faults: SimulatorFaults;
  /** A transport that reaches the model in this process. Each call is a new client with a context of its own. */
  openTransport(): Promise<Transport>;
  /** The model's configuration space, reached in this process; devices without one leave it out. Can be opened several times at once. */
  openConfigSpace?(): ConfigSpaceAccess;
  /**
   * A hash of all state that a command can change on purpose (configuration, objects), without what moves by itself (counters, temperatures,
   * time, logs). A command whose effect is `inspect` leaves it unchanged.
   */
  digest(): string;
  /** The same model as a PCI function, to be served to a virtual machine. */
  pciDevice(): PciDevice;
}

/** What a plugin's `sim` folder exports. */
export interface Simulator {
  /** The profiles that {@link SimulatorOptions.profile} may name, the default first. */
  readonly profiles: readonly string[];
  create(options: SimulatorOptions): SimulatedDevice;
}
