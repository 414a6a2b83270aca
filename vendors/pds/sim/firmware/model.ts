import { UsageError, type CommandLogEntry, type DmaMemory, type PciIdentity, type SimulatorFaults } from '@auxctl/core';
import { PROFILES, type Profile } from '../profiles.js';
import { packed, put, putText } from '../wire.js';
import { AdminCommands } from './admin-commands.js';
import { LifeCycle } from './life-cycle.js';
import { DscState, type EventListener } from './state.js';
import { refused, RESULT, type Operation, type Outcome } from './types.js';

/** How a model is made. */
export interface FirmwareOptions {
  /** 0 to 255; part of the serial number. */
  readonly index: number;
  /** A name out of the profile table. */
  readonly profile: string;
  /** Milliseconds since some start, never decreasing. */
  readonly now: () => number;
  readonly onCommand?: (entry: CommandLogEntry) => void;
}

/** The PCI identity of the core function; the class is that of a processing accelerator. */
const PCI: PciIdentity = { vendorId: 0x1dd8, deviceId: 0x100c, subsystemVendorId: 0x1dd8, subsystemId: 0x4000, revision: 0, classCode: 0x12_0000 };

const VIF_FWCTL = 6;
const SLOT_BYTES = 40;
const COMPLETION_STATUS_AT = 0;

/** One card's firmware: admin queue entries in, completions out, state inside. It never throws. */
export class Firmware {
  readonly pci = PCI;
  readonly profile: Profile;
  readonly faults: SimulatorFaults = { hang: false };
  readonly life: LifeCycle;
  readonly admin: AdminCommands;
  readonly #state: DscState;
  readonly #options: FirmwareOptions;
  #stopped: (() => void) | undefined;
  #sequence = 0;
  #hasRestarted = false;

  /** @throws ERR_UNKNOWN_NAME when there is no such profile. */
  constructor(options: FirmwareOptions) {
    const profile = PROFILES.get(options.profile);
    if (profile === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `the pds simulator has no profile '${options.profile}'; it has ${[...PROFILES.keys()].join(', ')}`);
    this.profile = profile;
    this.#options = options;
    const poweredAtMs = options.now();
    const nowMs = (): number => options.now() - poweredAtMs;
    this.life = new LifeCycle(nowMs, () => { this.#goesDown(); });
    this.#state = new DscState({
      profile, index: options.index, nowMs,
      restart: (delayMs, downMs) => { this.life.restart(delayMs, downMs); },
      uptimeMs: () => nowMs() - this.life.startedAtMs,
      restarts: () => this.life.restarts,
    });
    const { endpoints, maxRequestBytes, maxReplyBytes } = profile;
    this.admin = new AdminCommands({ endpoints, maxRequestBytes, maxReplyBytes, run: (operation, payload, version, roomBytes) => this.#run(operation, payload, version, roomBytes) });
  }

  /** Which of several simulated devices. */
  get index(): number {
    return this.#options.index;
  }

  /** The firmware's version as text, 32 bytes at most. */
  get version(): string {
    return this.profile.firmware;
  }

  get serial(): string {
    return this.profile.serial(this.index);
  }

  /** Where events go, and what hears that firmware has stopped. */
  attach(listener: EventListener, stopped: () => void): void {
    this.#state.listener = listener;
    this.#stopped = stopped;
  }

  /** The driver has set up its queues: what it could not be told before, it is told now. */
  queuesReady(): void {
    if (this.#hasRestarted) this.#state.reportReset('complete');
    this.#hasRestarted = false;
  }

  /** Executes an admin queue entry of 64 bytes; the completion's color is the queue's. `undefined` while firmware hangs. */
  execute(entry: Uint8Array, memory: DmaMemory): Uint8Array | undefined {
    if (this.faults.hang) {
      this.note('hang', entry, undefined);
      return undefined;
    }
    const { completion, name, request, status } = this.admin.execute(entry, memory);
    this.note(name, request, status);
    return completion;
  }

  /** Tells whoever listens of a command that has been received. */
  note(command: string, request: Uint8Array, status: number | undefined): void {
    this.#options.onCommand?.({ sequence: this.#sequence++, command, request: request.slice(), status });
  }

  /** The answer to IDENTIFY, 56 bytes (struct pds_core_dev_identity), for a function with so many vectors. */
  deviceIdentity(vectors: number, doorbellPages: number): Uint8Array {
    const bytes = packed(56, [0, 1, 1], [4, 4, 1], [8, 4, vectors], [12, 4, doorbellPages], [16, 4, 1], [20, 4, 1]);
    put(bytes, 24 + 2 * VIF_FWCTL, 2, 1);
    return bytes;
  }

  /** The stored firmwares (struct pds_core_fw_list_info): the golden one, and the two that an update alternates between. */
  storedVersions(): Uint8Array {
    const slots = [['gold', '1.0.0-SIM-1'], ['mainfwa', this.version], ['mainfwb', '1.118.0-SIM-3']] as const;
    const bytes = new Uint8Array(1 + slots.length * SLOT_BYTES);
    bytes[0] = slots.length;
    slots.forEach(([name, version], index) => {
      putText(bytes, 1 + index * SLOT_BYTES, 8, name);
      putText(bytes, 9 + index * SLOT_BYTES, 32, version);
    });
    return bytes;
  }

  /** A hash of what commands change on purpose. */
  digest(): string {
    return this.#state.digest();
  }

  /** Restarts by itself, at once: how a firmware that hung comes back. */
  recover(): void {
    this.life.restart(0, 0);
    this.life.look();
  }

  #run(operation: Operation, payload: Uint8Array, version: number, roomBytes: number): Outcome {
    return payload.length < operation.requestBytes ? refused(RESULT.badLength) : operation.run(this.#state, { payload, version, roomBytes });
  }

  #goesDown(): void {
    this.#stopped?.();
    this.#hasRestarted = true;
    this.#state.restarted();
  }
}

/** The status in a completion. */
export function completionStatus(completion: Uint8Array): number {
  return completion[COMPLETION_STATUS_AT] ?? 0;
}
