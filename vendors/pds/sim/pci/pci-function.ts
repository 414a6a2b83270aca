import type { AccessWidth, PciDevice, PciHost, PciRegion } from '@auxctl/core';
import type { Firmware } from '../firmware/model.js';
import { packed, put, putText, u16 } from '../wire.js';
import { DeviceCommands } from './device-commands.js';
import { InterruptControl } from './interrupt-control.js';
import { DOORBELL_PAGE_BYTES, DOORBELLS_BYTES, MSIX, PLACE, QUEUE_PLACE, REGISTERS_BYTES } from './places.js';
import { Queues, type Rings, type Schedule } from './queues.js';

const SIGNATURE = 0x4445_5649;
const RUNNING = 1;
const INFO_BYTES = 0x800;
const HEARTBEAT_MS = 1000;
const ADMIN_DOORBELL = QUEUE_PLACE.coreIndex * DOORBELL_PAGE_BYTES + 8 * QUEUE_PLACE.adminType;

/** The core function of a DSC around a firmware model. */
export class DscFunction implements PciDevice {
  readonly identity: PciDevice['identity'];
  readonly regions: readonly PciRegion[];
  readonly msix = MSIX;
  readonly #firmware: Firmware;
  readonly #schedule: Schedule;
  readonly #nowMs: () => number;
  readonly #commands: DeviceCommands;
  #interrupts: InterruptControl | undefined;
  #host: PciHost | undefined;
  #queues: Queues | undefined;

  /** `schedule` says when commands of the admin queue run; the event loop's next turn when absent. */
  constructor(firmware: Firmware, nowMs: () => number, schedule: Schedule = setImmediate) {
    this.#firmware = firmware;
    this.#schedule = schedule;
    this.#nowMs = nowMs;
    this.identity = firmware.pci;
    this.#commands = new DeviceCommands(firmware, { reset: () => { this.#dropQueues(); }, init: (rings) => { this.#init(rings); } });
    this.regions = [
      { bar: 0, sizeBytes: REGISTERS_BYTES, is64Bit: true, isPrefetchable: false, read: (at, width) => this.#read(at, width), write: (at, data) => { this.#write(at, data); } },
      { bar: 2, sizeBytes: DOORBELLS_BYTES, is64Bit: true, isPrefetchable: false, read: (_at, width) => new Uint8Array(width), write: (at, data) => { this.#ring(at, data); } },
    ];
  }

  attach(host: PciHost): void {
    this.#host = host;
    this.#interrupts = new InterruptControl((vector) => { host.raise(vector); });
    this.#firmware.attach((data) => { this.#queues?.notify(data); }, () => { this.#dropQueues(); });
  }

  /** Firmware goes on as it is: only what belongs to the function is gone. */
  reset(): void {
    this.#dropQueues();
    this.#interrupts?.reset();
    this.#commands.reset();
    this.#firmware.admin.forgetClients();
  }

  #init(rings: Rings): void {
    this.#dropQueues();
    const interrupts = this.#interrupts;
    const host = this.#host;
    if (interrupts === undefined || host === undefined) return;
    this.#queues = new Queues({ firmware: this.#firmware, memory: host.memory, schedule: this.#schedule, interrupt: (vector) => { interrupts.event(vector); } }, rings);
    this.#firmware.queuesReady();
  }

  #dropQueues(): void {
    this.#queues?.stop();
    this.#queues = undefined;
  }

  /** Any access is an occasion for firmware to go on with its life: a driver looks every five seconds, and all the time while it waits. */
  #look(): void {
    if (this.#queues?.isStuck === true && !this.#firmware.faults.hang) this.#firmware.recover();
    this.#firmware.life.look();
  }

  #read(offsetBytes: number, widthBytes: AccessWidth): Uint8Array {
    this.#look();
    if (offsetBytes < PLACE.commands) return this.#information().slice(offsetBytes, offsetBytes + widthBytes);
    if (offsetBytes < PLACE.interruptStatus) return this.#commands.read(offsetBytes - PLACE.commands, widthBytes);
    if (offsetBytes < PLACE.interruptControl || offsetBytes >= PLACE.end) return new Uint8Array(widthBytes);
    return this.#interrupts?.read(offsetBytes - PLACE.interruptControl, widthBytes) ?? new Uint8Array(widthBytes);
  }

  #write(offsetBytes: number, data: Uint8Array): void {
    this.#look();
    if (offsetBytes < PLACE.commands || offsetBytes >= PLACE.end) return;
    if (offsetBytes < PLACE.interruptStatus) this.#commands.write(offsetBytes - PLACE.commands, data);
    else if (offsetBytes >= PLACE.interruptControl) this.#interrupts?.write(offsetBytes - PLACE.interruptControl, data);
  }

  #ring(offsetBytes: number, data: Uint8Array): void {
    this.#look();
    if (offsetBytes === ADMIN_DOORBELL && data.length === 8) this.#queues?.ring(u16(data, 0));
  }

  /** The device information registers (struct pds_core_dev_info_regs). */
  #information(): Uint8Array {
    const { life, profile, version, serial } = this.#firmware;
    const bytes = packed(INFO_BYTES, [0, 4, SIGNATURE], [4, 1, 1], [5, 1, profile.asicType], [6, 1, profile.asicRevision]);
    put(bytes, 7, 1, life.generation * 0x10 + (life.isRunning ? RUNNING : 0));
    put(bytes, 8, 4, Math.floor(this.#nowMs() / HEARTBEAT_MS));
    putText(bytes, 12, 32, version);
    putText(bytes, 44, 32, serial);
    return bytes;
  }
}
