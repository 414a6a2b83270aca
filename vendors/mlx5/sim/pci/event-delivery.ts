import type { PciHost } from '@auxctl/core';
import { EVENT_TYPE, type EventQueue, type FirmwareEvent, type FirmwareHost, type FirmwareModel } from '../firmware/types.js';
import { bitsAt, putDword } from '../wire.js';
import { reachesMemory } from './delivery.js';

const ENTRY_BYTES = 64;
const EVENT_DATA_BYTES = 28;
const OWNER_OFFSET = 0x3f;
const INDEX_RANGE = 0x1000000;
/** Health syndrome: an event queue overran. */
const SYNDROME_OVERRUN = 0x0c;

/** Places in a doorbell page. */
const DOORBELL = { arm: 0x40, noArm: 0x48 } as const;

/** Event queues in the guest's memory: writes their entries, keeps their indices, and fires their interrupts. */
export class EventDelivery implements FirmwareHost {
  readonly #model: FirmwareModel;
  readonly #host: PciHost;
  /** The queues whose next event fires an interrupt. */
  readonly #armed = new Set<EventQueue>();

  constructor(model: FirmwareModel, host: PciHost) {
    this.#model = model;
    this.#host = host;
  }

  /** The queue that wants to hear of finished commands, when there is one. */
  commandQueue(): EventQueue | undefined {
    const bit = 1n << BigInt(EVENT_TYPE.commandCompletion);
    for (const queue of this.#model.eventQueues.values()) if ((queue.eventMask[0] & bit) !== 0n) return queue;
    return undefined;
  }

  /** Tells `queue` that the command in `slot` has finished, unless that very command destroyed the queue. */
  completeCommand(queue: EventQueue, slot: number): void {
    if (this.#model.eventQueues.get(queue.number) !== queue) return;
    const data = new Uint8Array(EVENT_DATA_BYTES);
    putDword(data, 0x0, 2 ** slot);
    this.postEvent(queue, { type: EVENT_TYPE.commandCompletion, subType: 0, data });
  }

  /** The driver arms a queue by its doorbell, so a new one waits for that. */
  eventQueueCreated(queue: EventQueue): void {
    this.#armed.delete(queue);
  }

  eventQueueDestroyed(queue: EventQueue): void {
    this.#armed.delete(queue);
  }

  postEvent(queue: EventQueue, event: FirmwareEvent): void {
    const entries = 2 ** queue.logEntries;
    if (modulo(queue.producerIndex - queue.consumerIndex, INDEX_RANGE) >= entries) {
      this.#model.health.syndrome = SYNDROME_OVERRUN;
      return;
    }
    reachesMemory(() => { this.#writeEntry(queue, event, entries); });
    queue.producerIndex += 1;
    if (this.#armed.has(queue)) this.#fire(queue);
  }

  writeMemory(address: bigint, bytes: Uint8Array): boolean {
    return reachesMemory(() => { this.#host.memory.write(address, bytes); });
  }

  /** The driver wrote to a doorbell page (`uarPage` of BAR0). */
  doorbell(uarPage: number, offsetBytes: number, data: Uint8Array): void {
    if ((offsetBytes !== DOORBELL.arm && offsetBytes !== DOORBELL.noArm) || data.length < 4) return;
    const queue = this.#model.eventQueues.get(bitsAt(data, 0, 31, 24));
    if (queue?.uarPage !== uarPage) return;
    queue.consumerIndex = bitsAt(data, 0, 23, 0);
    if (offsetBytes === DOORBELL.arm) this.#arm(queue);
  }

  /** An event written after the driver's last look would be lost if arming waited for the next one. */
  #arm(queue: EventQueue): void {
    this.#armed.add(queue);
    if (queue.producerIndex % INDEX_RANGE !== queue.consumerIndex) this.#fire(queue);
  }

  /** One interrupt an arming. */
  #fire(queue: EventQueue): void {
    this.#armed.delete(queue);
    this.#host.raise(queue.vector);
  }

  /** The owner bit changes with every lap and is written last: it tells the driver that the entry is whole. */
  #writeEntry(queue: EventQueue, event: FirmwareEvent, entries: number): void {
    const entry = new Uint8Array(ENTRY_BYTES);
    entry[0x1] = event.type;
    entry[0x3] = event.subType;
    entry.set(event.data.subarray(0, EVENT_DATA_BYTES), 0x20);
    const owner = Math.floor(queue.producerIndex / entries) % 2;
    const address = entryAddress(queue, queue.producerIndex % entries);
    this.#host.memory.write(address, entry.subarray(0, OWNER_OFFSET));
    this.#host.memory.write(address + BigInt(OWNER_OFFSET), Uint8Array.of(owner));
  }
}

function entryAddress(queue: EventQueue, index: number): bigint {
  const offsetBytes = queue.firstEntryOffsetBytes + index * ENTRY_BYTES;
  const page = queue.pages[Math.floor(offsetBytes / queue.pageSizeBytes)] ?? 0n;
  return page + BigInt(offsetBytes % queue.pageSizeBytes);
}

function modulo(value: number, range: number): number {
  return ((value % range) + range) % range;
}
