import { InProcessConfigSpace, TransportError, type ConfigSpaceAccess, type Device, type PciDevice, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import { bringUp } from './driver.js';
import { createObjects } from './driver-objects.js';
import { createFirmware } from './firmware/model.js';
import type { FirmwareModel } from './firmware/types.js';
import { UARS } from './pci/bar0.js';
import { ConnectxFunction } from './pci/pci-function.js';
import { PROFILES } from './profiles/index.js';
import { openSimTransport } from './transport.js';

const DEFAULT_PROFILE = [...PROFILES.keys()][0] ?? '';

function describe(index: number, { identity }: FirmwareModel): Device {
  const { pci } = identity;
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  return {
    address: `sim-mlx5-${index}`,
    bus: 'sim',
    names: { auxiliary: [], fwctl: [], netdev: [`simeth${index}`], rdma: [`simrdma${index}`], nvme: [], memdev: [] },
    pci,
    aliases: ['auxiliary:mlx5_core.fwctl', `pci:${hex(pci.vendorId)}:${hex(pci.deviceId)}`],
  };
}

/** The level of reset at which the driver, on its next start, does the bus's part. */
const DRIVER_RESET_LEVEL = 3;

/** A simulated ConnectX: one function, which either this process or a virtual machine's kernel drives. */
export class SimulatedConnectx implements SimulatedDevice {
  readonly device: Device;
  /** The firmware, with its faults and controls. */
  readonly firmware: FirmwareModel;
  #isPlugged = false;
  #function: ConnectxFunction | undefined;

  /** @throws ERR_UNKNOWN_NAME when there is no such profile. */
  constructor({ index, profile = DEFAULT_PROFILE, now = () => performance.now(), onCommand }: SimulatorOptions) {
    this.firmware = createFirmware({ index, profile, now, uars: UARS, ...(onCommand === undefined ? {} : { onCommand }) });
    this.device = describe(index, this.firmware);
  }

  get faults(): FirmwareModel['faults'] {
    return this.firmware.faults;
  }

  /** The first transport brings the function up, unless the function has been made a PCI device: then its driver must have. */
  async openTransport(): Promise<Transport> {
    const { address } = this.device;
    if (!this.#isPlugged && this.firmware.armedResetLevel === DRIVER_RESET_LEVEL) this.firmware.reset();
    if (this.firmware.lifeCycle !== 'operational') {
      if (this.#isPlugged) throw new TransportError('ERR_NO_TRANSPORT', `no driver has brought ${address} up`, { device: address });
      this.firmware.reset();
      bringUp(this.firmware);
      createObjects(this.firmware);
    }
    return Promise.resolve(openSimTransport(this.firmware, address));
  }

  digest(): string {
    return this.firmware.digest();
  }

  /** The gateway needs no driver, so none is asked for. */
  openConfigSpace(): ConfigSpaceAccess {
    this.#function ??= new ConnectxFunction(this.firmware);
    return new InProcessConfigSpace(this.#function, this.device.address);
  }

  /** Leaves the function to the driver of whoever plugs it in, powered on anew. */
  pciDevice(): PciDevice {
    this.#isPlugged = true;
    this.firmware.reset();
    return new ConnectxFunction(this.firmware);
  }
}

/** The mlx5 simulator. */
export const simulator = {
  profiles: [...PROFILES.keys()],
  create: (options: SimulatorOptions): SimulatedConnectx => new SimulatedConnectx(options),
} satisfies Simulator;
