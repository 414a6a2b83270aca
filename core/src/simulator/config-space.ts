import { COMMAND_BIT, configImage, EXPRESS, HEADER, INITIATE_FUNCTION_RESET, MSIX, MSIX_BIT, type CapabilityOffsets, type ConfigSource } from './config-registers.js';
import type { PciCapability } from './pci-device.js';

/** Length of the configuration space of a PCI Express function. */
export const CONFIG_SPACE_BYTES = 4096;

const BYTE_BITS = 8;
const BYTE_MAX = 0xff;
const DWORD_BYTES = 4;
/** Id and next pointer at the start of each capability. */
const LIST_HEADER_BYTES = 2;

/** What a write to configuration space caused, beyond changing the registers. */
export interface ConfigEffects {
  /** Software asked for a function-level reset. The registers have been reset already. */
  functionReset(): void;
  /** The MSI-X message control register was written. */
  interruptsChanged(): void;
}

/**
 * Configuration space of one function: a type-0 header, power management, PCI Express and MSI-X capabilities, the device's own
 * ones, and those of extended space. Bytes stand in it as they do on the bus, little-endian.
 */
export class ConfigSpace {
  readonly #initial = new Uint8Array(CONFIG_SPACE_BYTES);
  readonly #writable = new Uint8Array(CONFIG_SPACE_BYTES);
  readonly #bytes: Uint8Array;
  readonly #offsets: CapabilityOffsets;
  readonly #effects: ConfigEffects;

  constructor(device: ConfigSource, effects: ConfigEffects) {
    const { registers, offsets } = configImage(device);
    for (const { offsetBytes, widthBytes, value, writableBits } of registers) {
      putLittleEndian(this.#initial, offsetBytes, widthBytes, value);
      putLittleEndian(this.#writable, offsetBytes, widthBytes, writableBits ?? 0);
    }
    this.#bytes = this.#initial.slice();
    this.#offsets = offsets;
    this.#effects = effects;
  }

  /** May the function read and write the guest's memory, and send interrupts? */
  get busMaster(): boolean {
    return this.#isSet(HEADER.command, COMMAND_BIT.busMaster);
  }

  /** Is MSI-X switched on? */
  get msixEnabled(): boolean {
    return this.#offsets.msix !== undefined && this.#isSet(this.#offsets.msix + MSIX.control, MSIX_BIT.enable);
  }

  /** Are all vectors held back at once? */
  get msixMasked(): boolean {
    return this.#offsets.msix !== undefined && this.#isSet(this.#offsets.msix + MSIX.control, MSIX_BIT.functionMask);
  }

  /** A copy of `lengthBytes` from `offsetBytes` on; what lies past the end is missing from it. A device sees each dword of its own read once. */
  read(offsetBytes: number, lengthBytes: number): Uint8Array {
    const data = this.#bytes.slice(offsetBytes, offsetBytes + lengthBytes);
    for (const { capability, at, base } of this.#ownDwords(offsetBytes, data.length)) {
      const value = capability.read(at);
      for (let byte = at === 0 ? LIST_HEADER_BYTES : 0; byte < DWORD_BYTES; byte += 1) {
        const index = base + at + byte - offsetBytes;
        if (index >= 0 && index < data.length) data[index] = (value >>> (byte * BYTE_BITS)) & BYTE_MAX;
      }
    }
    return data;
  }

  /** Stores what the registers let be stored; the rest of `data`, and what lies past the end, has no effect. */
  write(offsetBytes: number, data: Uint8Array): void {
    for (const [index, byte] of data.entries()) {
      const at = offsetBytes + index;
      const mask = this.#writable[at] ?? 0;
      if (mask !== 0) this.#bytes[at] = ((this.#bytes[at] ?? 0) & ~mask) | (byte & mask);
    }
    this.#writeOwn(offsetBytes, data);
    this.#applyEffects(offsetBytes, data);
  }

  /** Every register as after power-on. */
  reset(): void {
    this.#bytes.set(this.#initial);
  }

  #writeOwn(offsetBytes: number, data: Uint8Array): void {
    for (const { capability, at, base } of this.#ownDwords(offsetBytes, data.length)) {
      let value = 0;
      let mask = 0;
      for (let byte = at === 0 ? LIST_HEADER_BYTES : 0; byte < DWORD_BYTES; byte += 1) {
        const written = data[base + at + byte - offsetBytes];
        if (written === undefined) continue;
        value += written * 2 ** (byte * BYTE_BITS);
        mask += BYTE_MAX * 2 ** (byte * BYTE_BITS);
      }
      if (mask !== 0) capability.write(at, value, mask);
    }
  }

  /** The dwords of the device's own capabilities that a range touches, in ascending order. */
  *#ownDwords(offsetBytes: number, lengthBytes: number): Generator<{ capability: PciCapability; at: number; base: number }> {
    for (const [base, capability] of this.#offsets.own) {
      for (let at = 0; at < capability.lengthBytes; at += DWORD_BYTES) {
        if (base + at + DWORD_BYTES > offsetBytes && base + at < offsetBytes + lengthBytes) yield { capability, at, base };
      }
    }
  }

  #applyEffects(offsetBytes: number, data: Uint8Array): void {
    const resetByte = this.#offsets.express + EXPRESS.deviceControl + 1 - offsetBytes;
    if (((data[resetByte] ?? 0) & (INITIATE_FUNCTION_RESET >>> BYTE_BITS)) !== 0) {
      this.reset();
      this.#effects.functionReset();
      return;
    }
    if (this.#offsets.msix === undefined) return;
    const controlByte = this.#offsets.msix + MSIX.control + 1;
    if (offsetBytes <= controlByte && controlByte < offsetBytes + data.length) this.#effects.interruptsChanged();
  }

  /** `mask` is of a 16-bit register. */
  #isSet(offsetBytes: number, mask: number): boolean {
    const value = (this.#bytes[offsetBytes] ?? 0) | ((this.#bytes[offsetBytes + 1] ?? 0) << BYTE_BITS);
    return (value & mask) !== 0;
  }
}

function putLittleEndian(target: Uint8Array, offsetBytes: number, widthBytes: number, value: number): void {
  for (let index = 0; index < widthBytes; index += 1) target[offsetBytes + index] = (value >>> (index * BYTE_BITS)) & BYTE_MAX;
}
