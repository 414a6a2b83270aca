import type { DmaMemory } from '@auxctl/core';
import type { FirmwareModel } from '../firmware/types.js';
import { ENTRY_BYTES, INLINE_BYTES, INLINE_OUTPUT_OFFSET, isOwnedByDevice, parseEntry, STATUS_OFFSET, type CommandEntry } from './command-entry.js';
import { deliverFromMemory, DELIVERY, reachesMemory, type Delivered, type DeliveryFault } from './delivery.js';
import type { EventDelivery } from './event-delivery.js';
import { findBlocks, readInput, writeOutputBlocks } from './mailbox.js';

const SLOTS = 32;

/** Runs a task later, on the event loop, tasks in the order given. */
export type Schedule = (task: () => void) => void;

/** What a command queue works with. */
export interface CommandQueueParts {
  readonly model: FirmwareModel;
  readonly events: EventDelivery;
  readonly schedule: Schedule;
  /** Guest bus address of slot 0; `undefined` while there is no queue. */
  readonly address: () => bigint | undefined;
}

/** The command queue in the guest's memory: 32 slots, executed in the order of their doorbells. */
export class CommandQueue {
  readonly #parts: CommandQueueParts;
  readonly #memory: DmaMemory;
  #waiting: number[] = [];
  /** Slots that a hanging firmware has taken and not answered. */
  readonly #unanswered = new Set<number>();

  constructor(parts: CommandQueueParts, memory: DmaMemory) {
    this.#parts = parts;
    this.#memory = memory;
  }

  /** The driver rang for the slots whose bits are set. They are executed after this has returned. */
  ring(slots: number): void {
    this.resume();
    this.#add(Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => ((slots >>> slot) & 1) === 1));
  }

  /** Answers what a firmware that hung and has recovered left unanswered, if the driver still waits for it. */
  resume(): void {
    if (this.#unanswered.size === 0 || this.#parts.model.faults.hang) return;
    const slots = [...this.#unanswered];
    this.#unanswered.clear();
    this.#add(slots);
  }

  /** Forgets what has not been executed. */
  reset(): void {
    this.#waiting = [];
    this.#unanswered.clear();
  }

  #add(slots: readonly number[]): void {
    const isIdle = this.#waiting.length === 0;
    for (const slot of slots) if (!this.#waiting.includes(slot)) this.#waiting.push(slot);
    if (isIdle) this.#scheduleNext(this.#waiting);
  }

  /** One slot a task, so that a busy device lets others have their turn. A reset leaves the tasks of the old list without effect. */
  #scheduleNext(waiting: number[]): void {
    if (waiting.length === 0) return;
    this.#parts.schedule(() => {
      if (waiting !== this.#waiting) return;
      const slot = waiting.shift();
      if (slot !== undefined) this.#execute(slot);
      this.#scheduleNext(waiting);
    });
  }

  #execute(slot: number): void {
    const queue = this.#parts.address();
    if (queue === undefined) return;
    reachesMemory(() => { this.#executeAt(slot, queue + BigInt(slot * ENTRY_BYTES)); });
  }

  /** The command that creates the command event queue is completed without an event: the driver still polls for it. */
  #executeAt(slot: number, address: bigint): void {
    const bytes = this.#memory.read(address, ENTRY_BYTES);
    if (!isOwnedByDevice(bytes)) return;
    const listener = this.#parts.events.commandQueue();
    const fault = this.#deliver(parseEntry(bytes), address);
    if (fault === 'no-answer') {
      this.#unanswered.add(slot);
      return;
    }
    this.#memory.write(address + BigInt(STATUS_OFFSET), Uint8Array.of(fault << 1));
    if (listener !== undefined) this.#parts.events.completeCommand(listener, slot);
  }

  #deliver(parsed: Delivered<CommandEntry>, address: bigint): DeliveryFault | typeof DELIVERY.ok | 'no-answer' {
    if (parsed.fault !== undefined) return parsed.fault;
    const entry = parsed.value;
    const memory = this.#memory;
    const message = deliverFromMemory(() => openMessages(memory, entry));
    if (message.fault !== undefined) return message.fault;
    const output = this.#parts.model.execute(message.value.request, entry.output.lengthBytes);
    if (output === undefined) return 'no-answer';
    const isWritten = reachesMemory(() => {
      memory.write(address + BigInt(INLINE_OUTPUT_OFFSET), output.subarray(0, INLINE_BYTES));
      writeOutputBlocks(memory, output, message.value.outputBlocks);
    });
    return isWritten ? DELIVERY.ok : DELIVERY.internalError;
  }
}

/** Everything is looked at before the command runs, so that a command whose answer cannot be delivered has no effect. */
function openMessages(memory: DmaMemory, entry: CommandEntry): Delivered<{ request: Uint8Array; outputBlocks: readonly bigint[] }> {
  const inputBlocks = findBlocks(memory, entry, 'input');
  if (inputBlocks.fault !== undefined) return inputBlocks;
  const outputBlocks = findBlocks(memory, entry, 'output');
  if (outputBlocks.fault !== undefined) return outputBlocks;
  return { value: { request: readInput(memory, entry, inputBlocks.value), outputBlocks: outputBlocks.value } };
}
