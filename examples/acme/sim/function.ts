import type { AccessWidth, PciDevice, PciRegion, SimulatorFaults } from '@auxctl/core';
import type { Anvil } from './anvil.js';

const BAR_BYTES = 4096;
const AT = { signature: 0, doorbell: 4, owner: 8, status: 9, requestLength: 12, replyLength: 16, request: 1024, reply: 2048 };
const WINDOW_BYTES = 1024;
const SIGNATURE = Buffer.from('AVIL', 'latin1');
const STATUS = { taken: 0, badLength: 1 };

/** The Anvil on a PCI bus: its mailbox in BAR 0, as section 5 of the manual has it. What is due is done when somebody looks. */
export class AnvilFunction implements PciDevice {
  readonly identity = { vendorId: 0xf00d, deviceId: 1, subsystemVendorId: 0xf00d, subsystemId: 1, revision: 1, classCode: 0x088000 };
  readonly regions: readonly PciRegion[];
  readonly #anvil: Anvil;
  readonly #faults: SimulatorFaults;
  readonly #now: () => number;
  readonly #bytes = Buffer.alloc(BAR_BYTES);
  #pending: { readonly reply: Uint8Array; readonly dueMs: number } | undefined;

  constructor(anvil: Anvil, faults: SimulatorFaults, now: () => number) {
    this.#anvil = anvil;
    this.#faults = faults;
    this.#now = now;
    this.regions = [{ bar: 0, sizeBytes: BAR_BYTES, is64Bit: false, isPrefetchable: false, read: (at, width) => this.#read(at, width), write: (at, data) => { this.#write(at, data); } }];
    this.reset();
  }

  attach(): void {
    // It needs neither memory nor interrupts of the host.
  }

  reset(): void {
    this.#pending = undefined;
    this.#bytes.fill(0).set(SIGNATURE, AT.signature);
  }

  #read(offsetBytes: number, widthBytes: AccessWidth): Uint8Array {
    if (this.#pending !== undefined && !this.#faults.hang && this.#now() >= this.#pending.dueMs) this.#finish(this.#pending.reply, STATUS.taken);
    return Uint8Array.from(this.#bytes.subarray(offsetBytes, offsetBytes + widthBytes));
  }

  /** Of the registers, only the request's length can be written; while the mailbox is the device's, nothing can. */
  #write(offsetBytes: number, data: Uint8Array): void {
    if (this.#pending !== undefined) return;
    for (const [index, byte] of data.entries()) {
      const at = offsetBytes + index;
      const isWritable = (at >= AT.request && at < AT.request + WINDOW_BYTES) || at === AT.requestLength || at === AT.requestLength + 1;
      if (isWritable) this.#bytes[at] = byte;
      else if (at === AT.doorbell && byte % 2 === 1) this.#ring();
    }
  }

  #ring(): void {
    const lengthBytes = this.#bytes.readUInt16LE(AT.requestLength);
    if (lengthBytes === 0 || lengthBytes > WINDOW_BYTES) {
      this.#finish(new Uint8Array(), STATUS.badLength);
      return;
    }
    const { reply, durationMs } = this.#anvil.execute(Uint8Array.from(this.#bytes.subarray(AT.request, AT.request + lengthBytes)));
    this.#bytes[AT.owner] = 1;
    this.#pending = { reply, dueMs: this.#now() + durationMs };
  }

  #finish(reply: Uint8Array, status: number): void {
    this.#pending = undefined;
    this.#bytes.set(reply, AT.reply);
    this.#bytes.writeUInt16LE(reply.length, AT.replyLength);
    this.#bytes[AT.status] = status;
    this.#bytes[AT.owner] = 0;
  }
}
