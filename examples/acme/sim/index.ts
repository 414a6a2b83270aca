import { createHash } from 'node:crypto';
import { InProcessTransport, type Device, type PciDevice, type RpcRequest, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import { Anvil } from './anvil.js';
import { AnvilFunction } from './function.js';

const WINDOW_BYTES = 1024;

class SimulatedAnvil implements SimulatedDevice {
  readonly device: Device;
  readonly faults = { hang: false };
  readonly #anvil: Anvil;
  readonly #now: () => number;

  constructor({ index, onCommand, now = () => performance.now() }: SimulatorOptions) {
    this.#anvil = new Anvil(index, onCommand);
    this.#now = now;
    this.device = {
      address: `sim-acme-${index}`, bus: 'sim', aliases: ['pci:f00d:0001'],
      names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] },
    };
  }

  openTransport(): Promise<Transport> {
    return Promise.resolve(new InProcessTransport({
      device: this.device.address,
      limits: { maxRequestBytes: WINDOW_BYTES, maxReplyBytes: WINDOW_BYTES },
      info: { data: new Uint8Array() },
      execute: (request) => (this.faults.hang ? undefined : this.#execute(request)),
      isPresent: () => true,
    }));
  }

  digest(): string {
    return createHash('sha256').update(this.#anvil.settings).digest('hex');
  }

  pciDevice(): PciDevice {
    return new AnvilFunction(this.#anvil, this.faults, this.#now);
  }

  /** In this process nothing takes long. */
  #execute({ request, replyLengthBytes }: RpcRequest): Uint8Array {
    return this.#anvil.execute(request).reply.slice(0, replyLengthBytes);
  }
}

/** The Anvil's simulator. */
export const simulator: Simulator = { profiles: ['anvil'], create: (options) => new SimulatedAnvil(options) };
