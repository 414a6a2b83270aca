import type { AccessWidth, PciCapability, PciDevice, PciHost, PciRegion } from '@auxctl/core';
import type { FirmwareModel } from '../firmware/model.js';
import { HwrmChannel, type Schedule } from './hwrm-channel.js';

const REGISTERS_BYTES = 0x4000;
const DOORBELLS_BYTES = 0x1000;
const INTERRUPTS_BYTES = 0x2000;
const WINDOW_END = 0x88;
const DOORBELL = 0x100;
/** Firmware status, which the later chips' driver reads while it waits. */
const STATUS = 0x520;
const READY = Uint8Array.of(0x00, 0x80, 0x00, 0x00);

/** A NetXtreme PCI function around a firmware model. BAR0 holds the command channel, BAR2 doorbells that nobody rings, BAR4 the interrupts. */
export class NetxtremeFunction implements PciDevice {
  readonly identity: PciDevice['identity'];
  readonly regions: readonly PciRegion[];
  readonly msix = { vectors: 16, bar: 4, tableOffsetBytes: 0, pendingOffsetBytes: 0x1000 };
  readonly capabilities: readonly PciCapability[] = [];
  readonly #model: FirmwareModel;
  readonly #channel: HwrmChannel;

  /** `schedule` says when commands run; the event loop's next turn when absent. */
  constructor(model: FirmwareModel, schedule: Schedule = setImmediate) {
    this.#model = model;
    this.identity = model.identity;
    this.#channel = new HwrmChannel(model, schedule);
    this.regions = [
      this.#region(0, REGISTERS_BYTES, (offsetBytes, widthBytes) => this.#read(offsetBytes, widthBytes), (offsetBytes, data) => { this.#write(offsetBytes, data); }),
      this.#region(2, DOORBELLS_BYTES),
      this.#region(4, INTERRUPTS_BYTES),
    ];
  }

  attach(host: PciHost): void {
    this.#channel.attach(host.memory);
  }

  reset(): void {
    this.#channel.reset();
    this.#model.reset();
  }

  #region(bar: number, sizeBytes: number, read: PciRegion['read'] = (_offsetBytes, widthBytes) => new Uint8Array(widthBytes), write: PciRegion['write'] = () => undefined): PciRegion {
    return { bar, sizeBytes, is64Bit: true, isPrefetchable: true, read, write };
  }

  #read(offsetBytes: number, widthBytes: AccessWidth): Uint8Array {
    if (offsetBytes < WINDOW_END) return this.#channel.read(offsetBytes, widthBytes);
    return offsetBytes === STATUS ? READY.slice(0, widthBytes) : new Uint8Array(widthBytes);
  }

  #write(offsetBytes: number, data: Uint8Array): void {
    if (offsetBytes < WINDOW_END) this.#channel.write(offsetBytes, data);
    else if (offsetBytes === DOORBELL) this.#channel.ring();
  }
}
