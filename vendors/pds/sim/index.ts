import { TransportError, type Device, type ErrnoMeanings, type PciDevice, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { KernelDriver } from './driver.js';
import { Firmware } from './firmware/model.js';
import { DscFunction } from './pci/pci-function.js';
import { PROFILES } from './profiles.js';
import { openSimTransport } from './transport.js';

const DEFAULT_PROFILE = [...PROFILES.keys()][0] ?? '';

function describe({ index, pci }: Firmware): Device {
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  return {
    address: `sim-pds-${index}`,
    bus: 'sim',
    names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] },
    pci,
    aliases: ['auxiliary:pds_core.fwctl', `pci:${hex(pci.vendorId)}:${hex(pci.deviceId)}`],
  };
}

/** A simulated DSC: its core function, which either this process or a virtual machine's kernel drives. */
export class SimulatedDsc implements SimulatedDevice {
  readonly device: Device;
  /** The firmware, with its faults and its life. */
  readonly firmware: Firmware;
  readonly #now: () => number;
  readonly #meanings: ErrnoMeanings;
  #driver: KernelDriver | undefined;
  #isPlugged = false;

  /** @throws ERR_UNKNOWN_NAME when there is no such profile. */
  constructor({ index, profile = DEFAULT_PROFILE, now = () => performance.now(), onCommand }: SimulatorOptions) {
    this.#now = now;
    this.#meanings = manifest;
    this.firmware = new Firmware({ index, profile, now, ...(onCommand === undefined ? {} : { onCommand }) });
    this.device = describe(this.firmware);
  }

  get faults(): Firmware['faults'] {
    return this.firmware.faults;
  }

  /** The first transport probes, unless the function has been made a PCI device: then its driver must have. */
  async openTransport(): Promise<Transport> {
    const { address } = this.device;
    if (this.#isPlugged) throw new TransportError('ERR_NO_TRANSPORT', `${address} belongs to the driver of whoever plugged it in`, { device: address });
    this.#driver ??= new KernelDriver(this.firmware);
    return Promise.resolve(openSimTransport(this.#driver, address, this.#meanings));
  }

  /** Leaves the function to the driver of whoever plugs it in. */
  pciDevice(): PciDevice {
    this.#isPlugged = true;
    return new DscFunction(this.firmware, this.#now);
  }

  /** A hash of what commands change on purpose: settings, saved and not, memory, loopback. */
  digest(): string {
    return this.firmware.digest();
  }
}

/** The pds simulator. */
export const simulator = {
  profiles: [...PROFILES.keys()],
  create: (options: SimulatorOptions): SimulatedDsc => new SimulatedDsc(options),
} satisfies Simulator;
