import { createHash } from 'node:crypto';
import { InProcessTransport, TransportError, type Device, type DriverRefusal, type PciDevice, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { Controller } from './controller.js';
import { COMPLETION_BYTES, ENTRY_BYTES, readEntry } from './wire.js';

const MDTS_BYTES = 128 * 1024;
const SET_FEATURES = 0x09;
/** Features that the kernel sets itself and for nobody else (`drivers/nvme/host/ioctl.c`, Linux 7.2). */
const KERNELS_OWN = new Set([0x07, 0x0c, 0x0d, 0x0f, 0x16]);

class SimulatedNvme implements SimulatedDevice {
  readonly device: Device;
  readonly faults = { hang: false };
  readonly #controller: Controller;

  constructor({ index, now = () => performance.now(), onCommand }: SimulatorOptions) {
    this.#controller = new Controller({ index, now, onCommand });
    this.device = {
      address: `sim-nvme-${index}`, bus: 'sim', aliases: ['nvme:controller', 'pci-class:010802', 'pci:1de5:0001'],
      names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] },
    };
  }

  openTransport(): Promise<Transport> {
    return Promise.resolve(new InProcessTransport({
      device: this.device.address,
      limits: { maxRequestBytes: ENTRY_BYTES + MDTS_BYTES, maxReplyBytes: COMPLETION_BYTES + MDTS_BYTES },
      info: { data: new Uint8Array() },
      meanings: manifest,
      execute: ({ request, replyLengthBytes }) => this.#execute(request, replyLengthBytes),
      isPresent: () => true,
    }));
  }

  /** All that commands have changed on purpose, in short. */
  digest(): string {
    return createHash('sha256').update(JSON.stringify(this.#controller.state())).digest('hex');
  }

  pciDevice(): PciDevice {
    throw new TransportError('ERR_NO_TRANSPORT', 'the simulated controller has no PCI function; QEMU has an nvme device of its own');
  }

  #execute(request: Uint8Array, replyLengthBytes: number): Uint8Array | DriverRefusal | undefined {
    const entry = readEntry(request);
    if (this.faults.hang) {
      this.#controller.log(request, entry?.opcode ?? 0, undefined);
      return undefined;
    }
    if (entry?.opcode === SET_FEATURES && KERNELS_OWN.has(entry.dwords[0] & 0xff)) return { errno: 'EACCES' };
    return this.#controller.execute(request, replyLengthBytes);
  }
}

/** The simulated controller. */
export const simulator: Simulator = { profiles: ['ssd'], create: (options) => new SimulatedNvme(options) };
