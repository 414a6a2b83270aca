import { InProcessTransport, TransportError, type Device, type PciDevice, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import { Anvil } from './anvil.js';

class SimulatedAnvil implements SimulatedDevice {
  readonly device: Device;
  readonly faults = { hang: false };
  readonly #anvil: Anvil;

  constructor({ index, onCommand }: SimulatorOptions) {
    this.#anvil = new Anvil(index, onCommand);
    this.device = {
      address: `sim-acme-${index}`, bus: 'sim', aliases: ['pci:f00d:0001'],
      names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] },
    };
  }

  openTransport(): Promise<Transport> {
    return Promise.resolve(new InProcessTransport({
      device: this.device.address,
      limits: { maxRequestBytes: 4096, maxReplyBytes: 4096 },
      info: { data: new Uint8Array() },
      execute: ({ request, replyLengthBytes }) => (this.faults.hang ? undefined : this.#anvil.execute(request, replyLengthBytes)),
      isPresent: () => true,
    }));
  }

  digest(): string {
    return this.#anvil.digest();
  }

  pciDevice(): PciDevice {
    throw new TransportError('ERR_NO_TRANSPORT', 'the simulated Anvil is no PCI device');
  }
}

/** The Anvil's simulator. */
export const simulator: Simulator = { profiles: ['anvil'], create: (options) => new SimulatedAnvil(options) };
