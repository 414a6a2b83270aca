import type { PciDevice, PciExtendedCapability, PciRegion } from '@auxctl/core';
import type { Firmware } from '../firmware/model.js';
import { pack, type Part } from '../wire.js';
import { extendedCapabilities } from './capabilities.js';
import { Mailbox } from './mailbox.js';

const BAR = 0;
const BAR_BYTES = 0x10000;
/** Where each part of the register block stands. */
const AT = { deviceStatus: 0x100, memoryStatus: 0x110, mailbox: 0x200 } as const;
const STATUS_BYTES = 8;
/** The media are ready, and so is the mailbox. */
const MEMORY_READY = 0x14;
const CAPABILITY = { deviceStatus: 1, mailbox: 2, memoryStatus: 0x4000 } as const;

/** Identity of every simulated memory device: a device of the CXL consortium's, with the class that the standard's driver wants. */
export const IDENTITY: PciDevice['identity'] = { vendorId: 0x1e98, deviceId: 0x5a1e, subsystemVendorId: 0x1e98, subsystemId: 0x0001, revision: 1, classCode: 0x050210 };

/** A CXL memory device as a PCI function: its register block in BAR 0 (CXL 3.2, section 8.2.8), and the mailbox in it. */
export class MemoryFunction implements PciDevice {
  readonly identity = IDENTITY;
  readonly regions: readonly PciRegion[];
  readonly extendedCapabilities: readonly PciExtendedCapability[];
  readonly #firmware: Firmware;
  readonly #mailbox: Mailbox;
  /** All but the mailbox, which never changes. */
  readonly #block = new Uint8Array(BAR_BYTES);

  constructor(firmware: Firmware, serial: number) {
    this.#firmware = firmware;
    this.#mailbox = new Mailbox(firmware);
    this.extendedCapabilities = extendedCapabilities(BAR, serial);
    this.#block.set(capabilityArray([
      [CAPABILITY.deviceStatus, AT.deviceStatus, STATUS_BYTES], [CAPABILITY.mailbox, AT.mailbox, this.#mailbox.lengthBytes], [CAPABILITY.memoryStatus, AT.memoryStatus, STATUS_BYTES],
    ]));
    this.#block.set([MEMORY_READY], AT.memoryStatus);
    this.regions = [{
      bar: BAR, sizeBytes: BAR_BYTES, is64Bit: true, isPrefetchable: false,
      read: (offset, width) => (this.#isMailbox(offset) ? this.#mailbox.read(offset - AT.mailbox, width) : this.#block.slice(offset, offset + width)),
      write: (offset, data) => { if (this.#isMailbox(offset)) this.#mailbox.write(offset - AT.mailbox, data); },
    }];
  }

  /** The function sends no interrupts and reaches no memory of the guest's. */
  attach(): void { /* Nothing of the host's is used. */ }

  reset(): void {
    this.#firmware.reset();
    this.#mailbox.reset();
  }

  #isMailbox(offset: number): boolean {
    return offset >= AT.mailbox && offset < AT.mailbox + this.#mailbox.lengthBytes;
  }
}

/** The array that says where each part is: a head with their number, then one entry each. */
function capabilityArray(entries: readonly (readonly [id: number, offset: number, lengthBytes: number])[]): Uint8Array {
  const parts = entries.flatMap(([id, offset, lengthBytes]): Part[] => [[2, id], [2, 1], [4, offset], [4, lengthBytes], [4, 0]]);
  return pack([2, 0], [2, 1], [2, entries.length], [2, 0], new Uint8Array(8), ...parts);
}
