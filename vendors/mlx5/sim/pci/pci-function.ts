import type { AccessWidth, PciCapability, PciDevice, PciHost, PciRegion } from '@auxctl/core';
import type { FirmwareModel } from '../firmware/types.js';
import { BAR0_BYTES, MSIX, SEGMENT_BYTES, UAR_PAGE_BYTES } from './bar0.js';
import { CommandQueue, type Schedule } from './command-queue.js';
import { EventDelivery } from './event-delivery.js';
import { InitializationSegment } from './initialization-segment.js';
import { OwnCapabilities } from './own-capabilities.js';

/** What the function has once it is plugged in. */
interface Attached {
  readonly commands: CommandQueue;
  readonly events: EventDelivery;
}

/** A ConnectX PCI function around a firmware model, which answers every command that the driver queues. */
export class ConnectxFunction implements PciDevice {
  readonly identity: PciDevice['identity'];
  readonly regions: readonly PciRegion[];
  readonly msix = MSIX;
  readonly capabilities: readonly PciCapability[];
  readonly #ownCapabilities: OwnCapabilities;
  readonly #model: FirmwareModel;
  readonly #schedule: Schedule;
  readonly #segment: InitializationSegment;
  #attached: Attached | undefined;

  /** The model must hand out doorbell pages within {@link UARS}. `schedule` says when commands run; the event loop's next turn when absent. */
  constructor(model: FirmwareModel, schedule: Schedule = setImmediate) {
    this.#model = model;
    this.#schedule = schedule;
    this.identity = model.identity.pci;
    this.#ownCapabilities = new OwnCapabilities(model);
    this.capabilities = this.#ownCapabilities.all;
    this.#segment = new InitializationSegment(model, {
      commandDoorbell: (slots) => { this.#attached?.commands.ring(slots); },
      softwareReset: () => { this.#resetFirmware(); },
    });
    this.regions = [{
      bar: 0,
      sizeBytes: BAR0_BYTES,
      is64Bit: true,
      isPrefetchable: true,
      read: (offsetBytes, widthBytes) => this.#read(offsetBytes, widthBytes),
      write: (offsetBytes, data) => { this.#write(offsetBytes, data); },
    }];
  }

  attach(host: PciHost): void {
    const events = new EventDelivery(this.#model, host);
    const address = (): bigint | undefined => this.#segment.commandQueueAddress;
    const commands = new CommandQueue({ model: this.#model, events, schedule: this.#schedule, address }, host.memory);
    this.#attached = { commands, events };
    this.#model.attach(events);
  }

  reset(): void {
    this.#segment.reset();
    this.#ownCapabilities.reset();
    this.#resetFirmware();
  }

  #resetFirmware(): void {
    this.#attached?.commands.reset();
    this.#model.reset();
  }

  /** The driver looks at the segment every other second, which is soon enough to go on with what a hang left behind. */
  #read(offsetBytes: number, widthBytes: AccessWidth): Uint8Array {
    this.#attached?.commands.resume();
    return offsetBytes < SEGMENT_BYTES ? this.#segment.read(offsetBytes, widthBytes) : new Uint8Array(widthBytes);
  }

  #write(offsetBytes: number, data: Uint8Array): void {
    if (offsetBytes < SEGMENT_BYTES) {
      this.#segment.write(offsetBytes, data);
      return;
    }
    const page = Math.floor(offsetBytes / UAR_PAGE_BYTES);
    if (this.#model.uars.has(page)) this.#attached?.events.doorbell(page, offsetBytes % UAR_PAGE_BYTES, data);
  }
}
