import { InProcessTransport, TransportError, UsageError, type Device, type PciDevice, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { PROFILES, SimulatedFunction, type Profile } from './function.js';

const LIMITS = { maxRequestBytes: 4096, maxReplyBytes: 131_072 };

class SimulatedPciFunction implements SimulatedDevice {
  readonly device: Device;
  readonly faults = { hang: false };
  readonly #function: SimulatedFunction;

  constructor({ index, profile = PROFILES[0], onCommand }: SimulatorOptions) {
    if (!isProfile(profile)) throw new UsageError('ERR_UNKNOWN_NAME', `the simulated PCI function has no profile ${profile}; it has ${PROFILES.join(', ')}`);
    this.#function = new SimulatedFunction(index, profile, onCommand);
    this.device = {
      address: `sim-pci-${index}`, bus: 'sim', aliases: ['pci-class:020000', 'pci:cafe:0001'],
      names: { auxiliary: [], fwctl: [], netdev: profile === 'conventional' ? [] : [`simnet${index}`], rdma: [], nvme: [], memdev: [] },
    };
  }

  digest(): string {
    return this.#function.digest();
  }

  openTransport(): Promise<Transport> {
    return Promise.resolve(new InProcessTransport({
      device: this.device.address, limits: LIMITS, info: { data: new Uint8Array() }, meanings: manifest,
      execute: ({ request, replyLengthBytes }) => (this.faults.hang ? undefined : this.#function.execute(request, replyLengthBytes)),
      isPresent: () => true,
    }));
  }

  pciDevice(): PciDevice {
    throw new TransportError('ERR_NO_TRANSPORT', 'what is simulated here is the kernel around a function, which a virtual machine has itself');
  }
}

function isProfile(name: string): name is Profile {
  return (PROFILES as readonly string[]).includes(name);
}

/** The simulator of the plugin for any PCI function. */
export const simulator: Simulator = { profiles: PROFILES, create: (options) => new SimulatedPciFunction(options) };
