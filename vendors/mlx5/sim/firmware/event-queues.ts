import { EVENT_TYPE, type EventQueue, type FirmwareEvent, type FirmwareHost } from './types.js';
import { putDword, putQuad } from '../wire.js';

/** `sub_type` of a port state change. */
const PORT_DOWN = 1;
const PORT_UP = 4;
const DATA_BYTES = 28;

function event(type: number, subType: number, fill: (data: Uint8Array) => void): FirmwareEvent {
  const data = new Uint8Array(DATA_BYTES);
  fill(data);
  return { type, subType, data };
}

/** The event that tells of a port going up or down. `port` is 1 to 15. */
export function portEvent(port: number, isUp: boolean): FirmwareEvent {
  return event(EVENT_TYPE.portStateChange, isUp ? PORT_UP : PORT_DOWN, (data) => putDword(data, 0x8, port << 28));
}

/** The event that asks for pages (positive) or gives them back (negative), for function 0. */
export function pageRequestEvent(pages: number): FirmwareEvent {
  return event(EVENT_TYPE.pageRequest, 0, (data) => putDword(data, 0x4, pages));
}

/** The event that names hot sensors. Bit n of `sensors` is sensor n, 0 to 127. */
export function temperatureEvent(sensors: bigint): FirmwareEvent {
  return event(EVENT_TYPE.temperatureWarning, 0, (data) => {
    putQuad(data, 0x0, sensors >> 64n);
    putQuad(data, 0x8, sensors & 0xffffffffffffffffn);
  });
}

/** The event queues of a function, and the way by which events reach them. */
export class EventQueues {
  readonly #queues = new Map<number, EventQueue>();
  readonly #limit: number;
  #host: FirmwareHost | undefined;

  /** At most `limit` queues, up to 128. */
  constructor(limit: number) {
    this.#limit = Math.min(limit, 128);
  }

  get all(): ReadonlyMap<number, EventQueue> {
    return this.#queues;
  }

  attach(host: FirmwareHost | undefined): void {
    this.#host = host;
  }

  /** The lowest free number; `undefined` when there is none. */
  freeNumber(): number | undefined {
    for (let number = 0; number < this.#limit; number++) {
      if (!this.#queues.has(number)) return number;
    }
    return undefined;
  }

  add(queue: EventQueue): void {
    this.#queues.set(queue.number, queue);
    this.#host?.eventQueueCreated(queue);
  }

  /** False when there is no such queue. */
  remove(number: number): boolean {
    const queue = this.#queues.get(number);
    if (queue === undefined) return false;
    this.#queues.delete(number);
    this.#host?.eventQueueDestroyed(queue);
    return true;
  }

  clear(): void {
    for (const number of [...this.#queues.keys()]) this.remove(number);
  }

  /** Has a queue subscribed to events of this type, 0 to 255? */
  hasListener(type: number): boolean {
    return this.#listener(type) !== undefined;
  }

  /** Hands the event to the first queue that subscribed to its type; false when there is none. */
  post(message: FirmwareEvent): boolean {
    const queue = this.#listener(message.type);
    if (queue === undefined) return false;
    this.#host?.postEvent(queue, message);
    return true;
  }

  #listener(type: number): EventQueue | undefined {
    for (const queue of this.#queues.values()) {
      if ((((queue.eventMask[type >> 6] ?? 0n) >> BigInt(type & 63)) & 1n) === 1n) return queue;
    }
    return undefined;
  }
}
