import { TransportError, type DmaMemory } from '@auxctl/core';
import { numberAt, quadAt } from '../bytes.js';
import type { FirmwareModel } from '../firmware/model.js';

const WINDOW_BYTES = 128;
/** A store that is split may reach beyond the window. */
const SPILL_BYTES = 8;
/** In place of a ring's number: what follows says where in memory the request is. */
const SHORT_SIGNATURE = 0x4321;
const LONGEST_SHORT_BYTES = 512;
const REPLY_ADDRESS = 8;
const HEADER = { code: 0, length: 6, payload: 8 };

/** Runs a task later, on the event loop. */
export type Schedule = (task: () => void) => void;

/** The command channel at the start of BAR0: a window for the request, and a doorbell. Replies go to the address in the request. */
export class HwrmChannel {
  readonly #window = new Uint8Array(WINDOW_BYTES + SPILL_BYTES);
  readonly #model: FirmwareModel;
  readonly #schedule: Schedule;
  #memory: DmaMemory | undefined;
  /** Counts doorbells and resets: what an older one asked for is not answered, because its buffer is someone else's by then. */
  #turn = 0;

  constructor(model: FirmwareModel, schedule: Schedule) {
    this.#model = model;
    this.#schedule = schedule;
  }

  attach(memory: DmaMemory): void {
    this.#memory = memory;
  }

  reset(): void {
    this.#window.fill(0);
    this.#turn += 1;
  }

  read(offsetBytes: number, widthBytes: number): Uint8Array {
    return this.#window.slice(offsetBytes, offsetBytes + widthBytes);
  }

  /** A store into the window, of any width. */
  write(offsetBytes: number, data: Uint8Array): void {
    this.#window.set(data.subarray(0, Math.max(0, this.#window.length - offsetBytes)), offsetBytes);
  }

  /** The request in the window is complete; it is executed after this has returned. */
  ring(): void {
    const turn = ++this.#turn;
    const request = this.#window.slice(0, WINDOW_BYTES);
    this.#schedule(() => { if (turn === this.#turn) this.#reachingMemory(request); });
  }

  /** A request or a buffer in memory that is not there has no answer: the driver's own time limit ends it. */
  #reachingMemory(inWindow: Uint8Array): void {
    const memory = this.#memory;
    if (memory === undefined) return;
    try {
      this.#execute(memory, inWindow);
    } catch (error) {
      if (error instanceof TransportError && error.code === 'ERR_DMA_RANGE') return;
      throw error;
    }
  }

  #execute(memory: DmaMemory, inWindow: Uint8Array): void {
    const request = requestIn(memory, inWindow);
    const address = request === undefined ? 0n : quadAt(request, REPLY_ADDRESS);
    if (request === undefined || address === 0n) return;
    const reply = this.#model.execute(request);
    if (reply !== undefined) answer(memory, address, reply);
  }
}

/** The driver writes a short command only for a request that is longer than the window. One that points at another is nobody's. */
function requestIn(memory: DmaMemory, inWindow: Uint8Array): Uint8Array | undefined {
  if (numberAt(inWindow, 2, 2) !== SHORT_SIGNATURE) return inWindow;
  const [lengthBytes, address] = [numberAt(inWindow, 6, 2), quadAt(inWindow, 8)];
  if (lengthBytes <= WINDOW_BYTES || lengthBytes > LONGEST_SHORT_BYTES || address === 0n) return undefined;
  const request = memory.read(address, lengthBytes);
  return numberAt(request, 2, 2) === SHORT_SIGNATURE ? undefined : request;
}

/** The driver looks at the length, then at the sequence number, then at the last byte: so these come last, in the order that it needs. */
function answer(memory: DmaMemory, address: bigint, reply: Uint8Array): void {
  const last = reply.length - 1;
  memory.write(address + BigInt(HEADER.payload), reply.subarray(HEADER.payload, last));
  memory.write(address + BigInt(HEADER.code), reply.subarray(HEADER.code, HEADER.length));
  memory.write(address + BigInt(HEADER.length), reply.subarray(HEADER.length, HEADER.payload));
  memory.write(address + BigInt(last), reply.subarray(last));
}
