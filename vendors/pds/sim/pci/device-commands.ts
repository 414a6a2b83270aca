import type { Firmware } from '../firmware/model.js';
import { STATUS } from '../firmware/types.js';
import { packed, u8 } from '../wire.js';
import { DOORBELL_PAGES, QUEUE_PLACE, VECTORS } from './places.js';
import { parseRings, type Rings } from './queues.js';

/** Commands in the registers (Linux 7.2, include/linux/pds/pds_core_if.h, enum pds_core_cmd_opcode). */
const COMMAND = { nop: 0, identify: 1, reset: 2, init: 3, firmwareControl: 5 } as const;
const LIST_STORED = 7;
const IDENTITY_VERSION = 1;
const AT = { doorbell: 0, done: 4, command: 8, completion: 0x48, data: 0x88 };
const BLOCK_BYTES = 0x800;
const COMMAND_BYTES = 64;

/** What device commands do to the function. */
export interface FunctionControl {
  /** Stops the queues and forgets them. */
  readonly reset: () => void;
  readonly init: (rings: Rings) => void;
}

interface Answer {
  readonly name: string;
  readonly status: number;
  /** Byte 1 of the completion. */
  readonly version?: number;
  readonly data?: Uint8Array;
}

/** The device command registers: one command at a time, done before the write of its doorbell returns. */
export class DeviceCommands {
  readonly #firmware: Firmware;
  readonly #control: FunctionControl;
  readonly #block = new Uint8Array(BLOCK_BYTES);

  constructor(firmware: Firmware, control: FunctionControl) {
    this.#firmware = firmware;
    this.#control = control;
  }

  /** `offsetBytes` counts from the first of these registers. */
  read(offsetBytes: number, widthBytes: number): Uint8Array {
    return this.#block.slice(offsetBytes, offsetBytes + widthBytes);
  }

  write(offsetBytes: number, data: Uint8Array): void {
    this.#block.set(data, offsetBytes);
    if (offsetBytes === AT.doorbell && (u8(data, 0) & 1) === 1) this.#execute();
  }

  reset(): void {
    this.#block.fill(0);
  }

  #execute(): void {
    const command = this.#block.slice(AT.command, AT.command + COMMAND_BYTES);
    if (!this.#firmware.life.isRunning) return;
    if (this.#firmware.faults.hang) {
      this.#firmware.note('hang', command, undefined);
      return;
    }
    const { name, status, version = 0, data = new Uint8Array() } = this.#run(command);
    this.#block.set(data, AT.data);
    this.#block.set(packed(16, [0, 1, status], [1, 1, version]), AT.completion);
    this.#block.set(packed(4, [0, 4, 1]), AT.done);
    this.#firmware.note(name, command, status);
  }

  #run(command: Uint8Array): Answer {
    switch (u8(command, 0)) {
      case COMMAND.nop: return { name: 'NOP', status: STATUS.success };
      case COMMAND.identify: return this.#identify(u8(command, 1));
      case COMMAND.reset: this.#control.reset(); return { name: 'RESET', status: STATUS.success };
      case COMMAND.init: return this.#init();
      case COMMAND.firmwareControl: return this.#firmwareControl(u8(command, 4));
      default: return { name: `DEVCMD 0x${u8(command, 0).toString(16)}`, status: STATUS.opcode };
    }
  }

  #identify(version: number): Answer {
    if (version !== IDENTITY_VERSION) return { name: 'IDENTIFY', status: STATUS.version };
    return { name: 'IDENTIFY', status: STATUS.success, version: IDENTITY_VERSION, data: this.#firmware.deviceIdentity(VECTORS, DOORBELL_PAGES) };
  }

  /** What comes back stands where the driver's rings stood. */
  #init(): Answer {
    const rings = parseRings(this.#block.subarray(AT.data));
    if (rings === undefined || rings.vector >= VECTORS) return { name: 'INIT', status: STATUS.invalid };
    const { coreIndex, adminIndex, notifyIndex, adminType, notifyType } = QUEUE_PLACE;
    this.#control.init(rings);
    return { name: 'INIT', status: STATUS.success, data: packed(14, [0, 4, coreIndex], [4, 4, adminIndex], [8, 4, notifyIndex], [12, 1, adminType], [13, 1, notifyType]) };
  }

  #firmwareControl(operation: number): Answer {
    return operation === LIST_STORED ? { name: 'FW_CONTROL', status: STATUS.success, data: this.#firmware.storedVersions() } : { name: 'FW_CONTROL', status: STATUS.notSupported };
  }
}
