import type { FirmwareIdentity } from '../../firmware/types.js';
import type { AddressSpace } from './address-space.js';

const HARDWARE_ID = 0xf0014;
const REVISION_UNIT = 2 ** 16;
/** From here on there is something to see; below lie the registers that software acts on, which are zero at rest. */
const FIRST_PATTERN = 0x100000;
const GOLDEN_RATIO = 0x9e37_79b1;

/** The chip's own registers. Only the identity means something; the rest is a pattern by address, or what was written. */
export class CrSpace implements AddressSpace {
  readonly #written = new Map<number, number>();
  readonly #identity: number;

  constructor({ hardwareId, pci }: FirmwareIdentity) {
    this.#identity = hardwareId + pci.revision * REVISION_UNIT;
  }

  read(address: number): number {
    if (address === HARDWARE_ID) return this.#identity;
    return this.#written.get(address) ?? (address < FIRST_PATTERN ? 0 : Math.imul(address, GOLDEN_RATIO) >>> 0);
  }

  write(address: number, value: number): boolean {
    if (address !== HARDWARE_ID) this.#written.set(address, value);
    return true;
  }

  reset(): void {
    this.#written.clear();
  }
}

const ISLANDS = 16;
const ISLAND_BYTES = 0x100;
const ISLAND_STRIDE = 0x10000;
const FIRST_ISLAND = FIRST_PATTERN;

/**
 * The part of it that a crash dump takes: some islands, which the device walks through by itself. Its size is that of everything up to the
 * end of the last.
 */
export class CrScanSpace implements AddressSpace {
  readonly sizeBytes = FIRST_ISLAND + ISLANDS * ISLAND_STRIDE;
  readonly #space: CrSpace;

  constructor(space: CrSpace) {
    this.#space = space;
  }

  read(address: number): number | undefined {
    return address < this.sizeBytes ? this.#space.read(address) : undefined;
  }

  write(): boolean {
    return false;
  }

  next(address: number): number {
    if (address < FIRST_ISLAND) return FIRST_ISLAND;
    return (address + 4) % ISLAND_STRIDE < ISLAND_BYTES ? address + 4 : (Math.floor(address / ISLAND_STRIDE) + 1) * ISLAND_STRIDE;
  }
}
