import type { Firmware } from '../firmware/model.js';
import { putUint, uintAt } from '../wire.js';

/** Registers of a mailbox (CXL 3.2, section 8.2.8.4), in bytes from its start. */
const AT = { capabilities: 0x00, control: 0x04, command: 0x08, status: 0x10, payload: 0x20 } as const;
const DOORBELL = 1;
/** A command register is 16 bits of opcode, and from bit 16 on the payload's length. */
const LENGTH = { offset: 2, width: 3, mask: 0x1fffff } as const;
const CODE = { offset: 4, width: 2 } as const;

/** The primary mailbox. A command runs while the doorbell is being written; one that the firmware does not answer keeps it rung. */
export class Mailbox {
  readonly lengthBytes: number;
  readonly #firmware: Firmware;
  readonly #bytes: Uint8Array;

  constructor(firmware: Firmware) {
    this.#firmware = firmware;
    this.lengthBytes = AT.payload + firmware.profile.payloadBytes;
    this.#bytes = new Uint8Array(this.lengthBytes);
    this.reset();
  }

  /** As after power-on. */
  reset(): void {
    this.#bytes.fill(0);
    putUint(this.#bytes, AT.capabilities, 1, Math.log2(this.#firmware.profile.payloadBytes));
  }

  /** A load; `offset` counts from the mailbox. A firmware that hung and has recovered answers now. */
  read(offset: number, width: number): Uint8Array {
    if (offset === AT.control && this.#isRung() && !this.#firmware.faults.hang) this.#execute();
    return this.#bytes.slice(offset, offset + width);
  }

  /** A store; capabilities and status are read-only. */
  write(offset: number, data: Uint8Array): void {
    if (offset === AT.control) this.#control(data);
    else if (offset === AT.command || offset >= AT.payload) this.#bytes.set(data.subarray(0, this.lengthBytes - offset), offset);
  }

  #isRung(): boolean {
    return (uintAt(this.#bytes, AT.control, 1) & DOORBELL) !== 0;
  }

  #control(data: Uint8Array): void {
    const wasRung = this.#isRung();
    this.#bytes.set(data, AT.control);
    if (!wasRung && this.#isRung()) this.#execute();
    else if (wasRung) this.#setDoorbell(true);
  }

  #execute(): void {
    const opcode = uintAt(this.#bytes, AT.command, 2);
    const length = uintAt(this.#bytes, AT.command + LENGTH.offset, LENGTH.width) & LENGTH.mask;
    const answer = this.#firmware.execute(opcode, this.#bytes.slice(AT.payload, AT.payload + length));
    if (answer === undefined) return;
    this.#bytes.set(answer.payload, AT.payload);
    putUint(this.#bytes, AT.command + LENGTH.offset, LENGTH.width, answer.payload.length);
    putUint(this.#bytes, AT.status + CODE.offset, CODE.width, answer.code);
    this.#setDoorbell(false);
  }

  #setDoorbell(isRung: boolean): void {
    putUint(this.#bytes, AT.control, 1, isRung ? DOORBELL : 0);
  }
}
