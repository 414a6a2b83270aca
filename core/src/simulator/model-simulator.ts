import type { Manifest } from '@auxctl/schemas';
import { PluginError, TransportError } from '../errors/classes.js';
import type { Device } from '../device/types.js';
import type { Transport } from '../transport/types.js';
import { InProcessTransport } from './in-process.js';
import type { PciDevice } from './pci-device.js';
import type { SimulatedDevice, Simulator, SimulatorOptions } from './types.js';

const MOST_BYTES = 65_536;
const OPCODE_BYTES = 4;

/** A firmware model and nothing else: bytes in, bytes out, state inside. */
export interface FirmwareModel {
  /** Executes one command. `request` is a copy; the reply has `replyLengthBytes` bytes, or is made so: padded with zeros, or cut. */
  execute(request: Uint8Array, replyLengthBytes: number): Uint8Array;
  /** The status in a reply that the model gave, 0 for success. */
  status(reply: Uint8Array): number;
  /** A text that differs when what commands change on purpose differs, and only then. */
  digest(): string;
}

/** Makes a model; `now` gives milliseconds since some start. */
export type ModelFactory = (options: Pick<SimulatorOptions, 'index'> & { readonly now: () => number; readonly profile?: string }) => FirmwareModel;

/** A simulator around a model: one device for each index, with the aliases that the manifest matches. It has no PCI function to serve. */
export function modelSimulator(manifest: Pick<Manifest, 'name' | 'match' | 'products' | 'fwctl'>, createModel: ModelFactory): Simulator {
  return { profiles: [manifest.name], create: (options) => new ModelDevice(manifest, createModel, options) };
}

class ModelDevice implements SimulatedDevice {
  readonly device: Device;
  readonly faults = { hang: false };
  readonly #model: FirmwareModel;
  readonly #limits;
  readonly #onCommand: SimulatorOptions['onCommand'];
  #sequence = 0;

  constructor({ name, match, products, fwctl }: Parameters<typeof modelSimulator>[0], createModel: ModelFactory, { index, now = () => performance.now(), onCommand, profile }: SimulatorOptions) {
    this.#model = createModel({ index, now, ...(profile === undefined ? {} : { profile }) });
    this.#onCommand = onCommand;
    this.#limits = { maxRequestBytes: fwctl?.maxRequestBytes ?? MOST_BYTES, maxReplyBytes: fwctl?.maxReplyBytes ?? MOST_BYTES };
    const aliases = [...match.filter((pattern) => !pattern.includes('*')), ...products.map(({ pci }) => `pci:${pci}`)];
    this.device = {
      address: `sim-${name}-${index}`, bus: 'sim', aliases: [...new Set(aliases)],
      names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] },
    };
  }

  openTransport(): Promise<Transport> {
    return Promise.resolve(new InProcessTransport({
      device: this.device.address, limits: this.#limits, info: { data: new Uint8Array() }, isPresent: () => true,
      execute: ({ request, replyLengthBytes }) => this.#execute(request.slice(), replyLengthBytes),
    }));
  }

  digest(): string {
    return this.#model.digest();
  }

  pciDevice(): PciDevice {
    throw new TransportError('ERR_NO_TRANSPORT', `${this.device.address} is no PCI function`, { device: this.device.address });
  }

  #execute(request: Uint8Array, replyLengthBytes: number): Uint8Array | undefined {
    const command = `0x${Buffer.from(request.subarray(0, OPCODE_BYTES)).toString('hex')}`;
    const entry = { sequence: this.#sequence++, command, request: request.slice() };
    if (this.faults.hang) {
      this.#onCommand?.({ ...entry, status: undefined });
      return undefined;
    }
    const reply: unknown = this.#model.execute(request, replyLengthBytes);
    if (!(reply instanceof Uint8Array)) throw new PluginError('ERR_PLUGIN', 'the firmware model gave no bytes', { device: this.device.address });
    this.#onCommand?.({ ...entry, status: this.#model.status(reply) });
    const whole = new Uint8Array(replyLengthBytes);
    whole.set(reply.subarray(0, replyLengthBytes));
    return whole;
  }
}
