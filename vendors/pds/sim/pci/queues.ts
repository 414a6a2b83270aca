import { AuxctlError, type DmaMemory } from '@auxctl/core';
import type { Firmware } from '../firmware/model.js';
import { packed, u16, u64, u8 } from '../wire.js';

/** Runs a task later, on the event loop, tasks in the order given. */
export type Schedule = (task: () => void) => void;

const ENTRY_BYTES = 64;
const COMPLETION_BYTES = 16;
const COLOR_AT = 15;
const COLOR = 0x80;
const EVENT_BYTES = 64;
const EVENT_DATA_AT = 8;
/** A queue has at most this many entries, so that an index fits the doorbell. */
const MOST_LOG_ENTRIES = 16;

/** Where INIT says that the rings are. */
export interface Rings {
  readonly admin: bigint;
  readonly completions: bigint;
  readonly notify: bigint;
  readonly vector: number;
  readonly adminEntries: number;
  readonly notifyEntries: number;
}

/** Reads the 32 bytes that INIT comes with; `undefined` when they make no sense. */
export function parseRings(data: Uint8Array): Rings | undefined {
  const [logAdmin, logNotify] = [u8(data, 30), u8(data, 31)];
  if (logAdmin > MOST_LOG_ENTRIES || logNotify > MOST_LOG_ENTRIES) return undefined;
  return { admin: u64(data, 0), completions: u64(data, 8), notify: u64(data, 16), vector: u16(data, 28), adminEntries: 2 ** logAdmin, notifyEntries: 2 ** logNotify };
}

/** What queues work with. */
export interface QueueParts {
  readonly firmware: Firmware;
  readonly memory: DmaMemory;
  readonly schedule: Schedule;
  readonly interrupt: (vector: number) => void;
}

/**
 * The admin queue, its completions and the notify queue, from one INIT to the next reset. The driver matches completions to commands by
 * their place alone, so a command that is not answered stops the queue.
 */
export class Queues {
  readonly #parts: QueueParts;
  readonly #rings: Rings;
  #consumed = 0;
  #produced = 0;
  #completed = 0;
  #events = 0;
  #isStopped = false;
  #isScheduled = false;
  /** Has a command been taken that firmware does not answer? */
  isStuck = false;

  constructor(parts: QueueParts, rings: Rings) {
    this.#parts = parts;
    this.#rings = rings;
  }

  /** The rings are the driver's again: nothing refers to them from now on. */
  stop(): void {
    this.#isStopped = true;
  }

  /** The driver has filled the admin queue up to, not including, this index. Commands run after this has returned. */
  ring(index: number): void {
    this.#produced = index % this.#rings.adminEntries;
    this.#scheduleNext();
  }

  /** Puts an event into the notify queue; `data` is what follows its number. */
  notify(data: Uint8Array): void {
    if (this.#isStopped) return;
    const { notify, notifyEntries, vector } = this.#rings;
    const address = notify + BigInt((this.#events % notifyEntries) * EVENT_BYTES);
    const number = packed(EVENT_DATA_AT, [0, 8, ++this.#events]);
    this.#reach(() => {
      this.#parts.memory.write(address + BigInt(EVENT_DATA_AT), data);
      this.#parts.memory.write(address, number);
      this.#parts.interrupt(vector);
    });
  }

  #scheduleNext(): void {
    if (this.#isScheduled || this.#isStopped || this.isStuck || this.#consumed === this.#produced) return;
    this.#isScheduled = true;
    this.#parts.schedule(() => {
      this.#isScheduled = false;
      if (this.#isStopped) return;
      this.#reach(() => { this.#executeNext(); });
      this.#scheduleNext();
    });
  }

  #executeNext(): void {
    const { firmware, memory, interrupt } = this.#parts;
    const { admin, adminEntries, vector } = this.#rings;
    const index = this.#consumed;
    const completion = firmware.execute(memory.read(admin + BigInt(index * ENTRY_BYTES), ENTRY_BYTES), memory);
    if (completion === undefined) {
      this.isStuck = true;
      return;
    }
    this.#consumed = (index + 1) % adminEntries;
    this.#complete(completion, index);
    interrupt(vector);
  }

  /** The color, which says that the rest is there, is written last. It changes at every turn of the ring. */
  #complete(completion: Uint8Array, index: number): void {
    const { memory } = this.#parts;
    const { completions, adminEntries } = this.#rings;
    const address = completions + BigInt((this.#completed % adminEntries) * COMPLETION_BYTES);
    const color = Math.floor(this.#completed / adminEntries) % 2 === 0 ? COLOR : 0;
    this.#completed++;
    const bytes = completion.slice();
    bytes.set(packed(2, [0, 2, index]), 2);
    memory.write(address, bytes.subarray(0, COLOR_AT));
    memory.write(address + BigInt(COLOR_AT), Uint8Array.of(color));
  }

  /** A driver that has taken the rings' memory away gets no more answers. */
  #reach(access: () => void): void {
    try {
      access();
    } catch (error) {
      if (!(error instanceof AuxctlError && error.code === 'ERR_DMA_RANGE')) throw error;
      this.#isStopped = true;
    }
  }
}
