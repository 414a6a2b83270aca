import { AuxctlError } from '../errors/base.js';
import { TransportError } from '../errors/classes.js';
import { ConfigSpace } from './config-space.js';
import { MsixState } from './msix-state.js';
import type { AccessWidth, DmaMemory, PciDevice, PciHost, PciRegion } from './pci-device.js';
import { checkPciDevice } from './pci-device-check.js';

/** What the host of a function offers it. */
export interface SlotHost {
  /** The guest's memory. */
  readonly memory: DmaMemory;
  /** Sends the interrupt of `vector` to the guest; returns false when nobody listens to the vector. */
  signal(vector: number): boolean;
}

const WIDTHS: readonly AccessWidth[] = [8, 4, 2, 1];

/**
 * What stands between a device and the host that shows it to a guest: configuration space, MSI-X, and the rules of the bus. While
 * bus mastering is off the device neither reaches memory nor interrupts.
 */
export class PciSlot {
  readonly #device: PciDevice;
  readonly #host: SlotHost;
  readonly #config: ConfigSpace;
  readonly #msix: MsixState | undefined;
  readonly #regions: ReadonlyMap<number, PciRegion>;

  /** Attaches the device. Throws `ERR_PLUGIN` when its regions or interrupts contradict each other. */
  constructor(device: PciDevice, host: SlotHost) {
    checkPciDevice(device);
    this.#device = device;
    this.#host = host;
    this.#msix = device.msix === undefined ? undefined : new MsixState(device.msix);
    this.#regions = new Map(device.regions.map((region) => [region.bar, region]));
    this.#config = new ConfigSpace(device, {
      functionReset: () => { this.#resetFunction(); },
      interruptsChanged: () => { this.sendHeld(); },
    });
    device.attach(this.#deviceHost());
  }

  /** Vectors that the function has; 0 without MSI-X. */
  get vectors(): number {
    return this.#msix?.layout.vectors ?? 0;
  }

  /** Size of a BAR; 0 when the function does not have it. */
  barSizeBytes(bar: number): number {
    return this.#regions.get(bar)?.sizeBytes ?? 0;
  }

  /** Reads configuration space. */
  readConfig(offsetBytes: number, lengthBytes: number): Uint8Array {
    return this.#config.read(offsetBytes, lengthBytes);
  }

  /** Writes configuration space; may reset the device. */
  writeConfig(offsetBytes: number, data: Uint8Array): void {
    this.#config.write(offsetBytes, data);
  }

  /** Reads within a BAR, in the widest aligned pieces. The range must lie inside it. */
  readBar(bar: number, offsetBytes: number, lengthBytes: number): Uint8Array {
    const region = this.#region(bar);
    const result = new Uint8Array(lengthBytes);
    for (const piece of pieces(offsetBytes, lengthBytes)) result.set(this.#readPiece(region, piece), piece.offsetBytes - offsetBytes);
    return result;
  }

  /** Writes within a BAR, in the widest aligned pieces. The range must lie inside it. */
  writeBar(bar: number, offsetBytes: number, data: Uint8Array): void {
    const region = this.#region(bar);
    for (const piece of pieces(offsetBytes, data.length)) {
      const at = piece.offsetBytes - offsetBytes;
      this.#writePiece(region, piece.offsetBytes, data.subarray(at, at + piece.widthBytes));
    }
  }

  /** Sends the interrupts that waited, as far as somebody listens now. */
  sendHeld(): void {
    const msix = this.#msix;
    if (msix === undefined || !this.#config.msixEnabled || this.#config.msixMasked) return;
    for (const vector of msix.held()) if (this.#host.signal(vector)) msix.release(vector);
  }

  /** The whole function as after power-on. */
  reset(): void {
    this.#config.reset();
    this.#resetFunction();
  }

  #resetFunction(): void {
    this.#msix?.reset();
    this.#device.reset();
  }

  #deviceHost(): PciHost {
    const config = this.#config;
    const { memory } = this.#host;
    return {
      memory: {
        read: (address, lengthBytes) => {
          requireBusMaster(config);
          return memory.read(address, lengthBytes);
        },
        write: (address, data) => {
          requireBusMaster(config);
          memory.write(address, data);
        },
      },
      raise: (vector) => { this.#raise(vector); },
      get busMaster() {
        return config.busMaster;
      },
    };
  }

  #raise(vector: number): void {
    const msix = this.#msix;
    if (msix === undefined || !this.#config.msixEnabled || !this.#config.busMaster || vector >= msix.layout.vectors) return;
    if (this.#config.msixMasked || !this.#host.signal(vector)) msix.hold(vector);
  }

  #readPiece(region: PciRegion, piece: Piece): Uint8Array {
    const held = region.bar === this.#msix?.layout.bar ? this.#msix.read(piece.offsetBytes, piece.widthBytes) : undefined;
    return held ?? region.read(piece.offsetBytes, piece.widthBytes);
  }

  #writePiece(region: PciRegion, offsetBytes: number, data: Uint8Array): void {
    if (region.bar === this.#msix?.layout.bar && this.#msix.write(offsetBytes, data)) return;
    region.write(offsetBytes, data);
  }

  #region(bar: number): PciRegion {
    const region = this.#regions.get(bar);
    if (region === undefined) throw new AuxctlError('ERR_INTERNAL', `The function has no BAR ${String(bar)}.`);
    return region;
  }
}

interface Piece {
  readonly offsetBytes: number;
  readonly widthBytes: AccessWidth;
}

function* pieces(offsetBytes: number, lengthBytes: number): Generator<Piece> {
  const end = offsetBytes + lengthBytes;
  let at = offsetBytes;
  while (at < end) {
    const widthBytes = WIDTHS.find((width) => at % width === 0 && at + width <= end) ?? 1;
    yield { offsetBytes: at, widthBytes };
    at += widthBytes;
  }
}

function requireBusMaster(config: ConfigSpace): void {
  if (!config.busMaster) throw new TransportError('ERR_DMA_RANGE', 'The guest has not switched bus mastering on for this function.');
}
