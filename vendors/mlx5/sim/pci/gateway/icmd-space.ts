import type { FirmwareModel } from '../../firmware/types.js';
import { bitsAt, dwordAt, putDword } from '../../wire.js';
import type { AddressSpace } from './address-space.js';
import { executeIcmd } from './icmd-commands.js';

const CONTROL = 0x0;
const MAXIMUM_SIZE = 0x1000;
const SYNDROME = 0x1008;
const MAILBOX = 0x100000;
const MAILBOX_BYTES = 0x340;

/** The mailbox for commands that need no driver: software fills it, sets the busy bit, and the firmware clears it. */
export class IcmdSpace implements AddressSpace {
  readonly #model: FirmwareModel;
  readonly #control = new Uint8Array(4);
  readonly #mailbox = new Uint8Array(MAILBOX_BYTES);
  #syndrome = 0;

  constructor(model: FirmwareModel) {
    this.#model = model;
  }

  read(address: number): number | undefined {
    if (address === CONTROL) {
      this.#execute();
      return dwordAt(this.#control, 0);
    }
    if (address === MAXIMUM_SIZE) return MAILBOX_BYTES;
    if (address === SYNDROME) return this.#syndrome;
    return isInMailbox(address) ? dwordAt(this.#mailbox, address - MAILBOX) : undefined;
  }

  write(address: number, value: number): boolean {
    if (address === CONTROL) {
      putDword(this.#control, 0, value);
      this.#execute();
      return true;
    }
    if (!isInMailbox(address)) return false;
    putDword(this.#mailbox, address - MAILBOX, value);
    return true;
  }

  reset(): void {
    this.#control.fill(0);
    this.#mailbox.fill(0);
    this.#syndrome = 0;
  }

  /** While the firmware hangs the command stays busy, to be executed when somebody looks again. */
  #execute(): void {
    if (bitsAt(this.#control, 0, 0, 0) === 0 || this.#model.faults.hang) return;
    const { status, syndrome } = executeIcmd(this.#model, bitsAt(this.#control, 0, 31, 16), this.#mailbox);
    this.#syndrome = syndrome;
    putDword(this.#control, 0, bitsAt(this.#control, 0, 31, 16) * 2 ** 16 + status * 2 ** 8);
  }
}

function isInMailbox(address: number): boolean {
  return address >= MAILBOX && address < MAILBOX + MAILBOX_BYTES;
}
