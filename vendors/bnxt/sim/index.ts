import { TransportError, UsageError, type Device, type PciDevice, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import { bringUp, openSimTransport, type DriverFaults } from './driver.js';
import { FirmwareModel } from './firmware/model.js';
import type { FirmwareFaults } from './firmware/types.js';
import { NetxtremeFunction } from './pci/netxtreme-function.js';
import { PROFILES } from './profiles/index.js';

const DEFAULT_PROFILE = [...PROFILES.keys()][0] ?? '';

function describe(index: number, { identity: pci }: FirmwareModel): Device {
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  return {
    address: `sim-bnxt-${index}`,
    bus: 'sim',
    names: { auxiliary: [], fwctl: [], netdev: [`simbnxt${index}`], rdma: [], nvme: [], memdev: [] },
    pci,
    aliases: ['auxiliary:bnxt_en.fwctl', `pci:${hex(pci.vendorId)}:${hex(pci.deviceId)}`],
  };
}

/** A simulated NetXtreme: one function, which either this process or a virtual machine's kernel drives. */
export class SimulatedNetxtreme implements SimulatedDevice {
  readonly device: Device;
  readonly firmware: FirmwareModel;
  readonly driverFaults: DriverFaults = { timeOut: false };
  #isPlugged = false;

  /** Throws `ERR_UNKNOWN_NAME` when there is no such profile. */
  constructor({ index, profile: name = DEFAULT_PROFILE, now = () => performance.now(), onCommand }: SimulatorOptions) {
    const profile = PROFILES.get(name);
    if (profile === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `the bnxt simulator has no profile '${name}'`, { hint: `Profiles: ${[...PROFILES.keys()].join(', ')}.` });
    this.firmware = new FirmwareModel({ index, profile, now, ...(onCommand === undefined ? {} : { onCommand }) });
    this.device = describe(index, this.firmware);
  }

  get faults(): FirmwareFaults {
    return this.firmware.faults;
  }

  /** The first transport brings the function up, unless it has been made a PCI device: then its driver must have. */
  async openTransport(): Promise<Transport> {
    const { address } = this.device;
    if (!this.firmware.state.isRegistered) {
      if (this.#isPlugged) throw new TransportError('ERR_NO_TRANSPORT', `no driver has brought ${address} up`, { device: address });
      bringUp(this.firmware);
    }
    return Promise.resolve(openSimTransport(this.firmware, address, this.driverFaults));
  }

  /** Leaves the function to the driver of whoever plugs it in, reset. */
  pciDevice(): PciDevice {
    this.#isPlugged = true;
    this.firmware.reset();
    return new NetxtremeFunction(this.firmware);
  }

  digest(): string {
    return this.firmware.digest();
  }
}

/** The bnxt simulator. */
export const simulator = {
  profiles: [...PROFILES.keys()],
  create: (options: SimulatorOptions): SimulatedNetxtreme => new SimulatedNetxtreme(options),
} satisfies Simulator;
