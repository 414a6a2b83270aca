import { REFUSAL } from './refusal.js';
import type { Outcome } from './register.js';

/** A part of the firmware as a profile has it. */
export interface ComponentProfile {
  /** What it is, by the number that MCQS gives it. */
  readonly identifier: number;
  /** 0 not present, 1 present, 2 in use. */
  readonly status: number;
  readonly sizeBytes: number;
  readonly maxSizeBytes: number;
  /** Its version as text, at most 92 characters; absent where it has none. */
  readonly version?: string;
  /** The version as a number, where it is one. */
  readonly versionNumber?: number;
}

/** States of an update, as MCC shows them. */
export const CONTROL_STATE = { idle: 0, locked: 1, download: 3 } as const;
/** Orders of MCC. */
export const INSTRUCTION = { lock: 1, release: 2, update: 3, verify: 4, activate: 6, cancel: 8, check: 9, forceRelease: 10 } as const;
const IDLE = 0;
const APPLIED = 2;
const ACTIVE_PENDING_RESET = 4;

/** An order with what it needs. */
export interface UpdateOrder {
  readonly instruction: number;
  readonly handle: number;
  readonly component: number;
  readonly sizeBytes: number;
}

/** The parts of a device's firmware, and the update that is under way, of which there is at most one. */
export class Components {
  readonly profiles: readonly ComponentProfile[];
  /** The update's state, and its handle; 0 while nobody holds it. */
  controlState: number = CONTROL_STATE.idle;
  handle = 0;
  #handles = 0;
  #expectedBytes = 0;
  #receivedBytes = 0;
  #updating = 0;
  readonly #updateStates = new Map<number, number>();

  constructor(profiles: readonly ComponentProfile[]) {
    this.profiles = profiles;
  }

  /** What an update is at: all that an order or a piece changes. */
  get progress(): readonly unknown[] {
    return [this.controlState, this.handle, this.#updating, this.#expectedBytes, this.#receivedBytes, this.#updateStates];
  }

  /** The state of a component's update, as MCQS shows it. */
  updateStateOf(component: number): number {
    return this.#updateStates.get(component) ?? IDLE;
  }

  /** Executes one order; only `lock` and `forceRelease` need no handle. */
  order(order: UpdateOrder): Outcome {
    if (order.instruction === INSTRUCTION.lock) return this.#lock();
    if (order.instruction !== INSTRUCTION.forceRelease && !this.#holds(order.handle)) return REFUSAL.updateHandle;
    switch (order.instruction) {
      case INSTRUCTION.check:
        return undefined;
      case INSTRUCTION.release:
      case INSTRUCTION.forceRelease:
        this.handle = 0;
        this.controlState = CONTROL_STATE.idle;
        return undefined;
      case INSTRUCTION.cancel:
        this.controlState = CONTROL_STATE.locked;
        return undefined;
      case INSTRUCTION.update:
        return this.#begin(order);
      case INSTRUCTION.verify:
        return this.#verify();
      case INSTRUCTION.activate:
        return this.#activate(order.component);
      default:
        return REFUSAL.registerValue;
    }
  }

  /** Takes a piece of the component that is being updated; pieces come in order. */
  take(handle: number, offsetBytes: number, lengthBytes: number): Outcome {
    if (!this.#holds(handle)) return REFUSAL.updateHandle;
    if (this.controlState !== CONTROL_STATE.download) return REFUSAL.updateState;
    if (offsetBytes !== this.#receivedBytes || offsetBytes + lengthBytes > this.#expectedBytes) return REFUSAL.registerValue;
    this.#receivedBytes += lengthBytes;
    return undefined;
  }

  #holds(handle: number): boolean {
    return handle !== 0 && handle === this.handle;
  }

  #lock(): Outcome {
    if (this.handle !== 0) return REFUSAL.updateLocked;
    this.#handles += 1;
    this.handle = this.#handles;
    this.controlState = CONTROL_STATE.locked;
    return undefined;
  }

  #begin({ component, sizeBytes }: UpdateOrder): Outcome {
    const profile = this.profiles[component];
    if (profile === undefined) return REFUSAL.component;
    if (this.controlState !== CONTROL_STATE.locked) return REFUSAL.updateState;
    if (sizeBytes === 0 || sizeBytes > profile.maxSizeBytes) return REFUSAL.registerValue;
    this.controlState = CONTROL_STATE.download;
    this.#updating = component;
    this.#expectedBytes = sizeBytes;
    this.#receivedBytes = 0;
    return undefined;
  }

  #verify(): Outcome {
    if (this.controlState !== CONTROL_STATE.download || this.#receivedBytes !== this.#expectedBytes) return REFUSAL.updateState;
    this.controlState = CONTROL_STATE.locked;
    this.#updateStates.set(this.#updating, APPLIED);
    return undefined;
  }

  #activate(component: number): Outcome {
    if (this.updateStateOf(component) !== APPLIED) return REFUSAL.updateState;
    this.#updateStates.set(component, ACTIVE_PENDING_RESET);
    return undefined;
  }
}
