import { createHash } from 'node:crypto';
import { Page, STATUS, type Answer, type Entry } from './wire.js';

const SLOTS = 3;
const REVISION_BYTES = 8;
/** What an image for this controller begins with, before the eight characters of its revision. */
const MAGIC = 'NVMESIM:';

/** Firmware in slots, and an image on its way. */
export class FirmwareSlots {
  readonly #slots: (string | undefined)[];
  #active = 1;
  #next = 1;
  #image = new Uint8Array();

  constructor(revision: string) {
    this.#slots = [revision, '0.9.0', undefined];
  }

  /** The revision that runs. */
  get revision(): string {
    return this.#slots[this.#active - 1] ?? '';
  }

  download({ dwords: [lengthDwords, offsetDwords], data }: Entry): Answer {
    const offset = offsetDwords * 4;
    if (data.length !== (lengthDwords + 1) * 4 || offset > 1 << 20) return { status: STATUS.invalidField };
    const image = new Uint8Array(Math.max(this.#image.length, offset + data.length));
    image.set(this.#image);
    image.set(data, offset);
    this.#image = image;
    return { status: STATUS.success };
  }

  commit({ dwords: [dword10] }: Entry): Answer {
    const slot = dword10 & 7 || 2;
    const action = (dword10 >>> 3) & 7;
    if (slot > SLOTS || action > 3 || (slot === 1 && action !== 2)) return { status: STATUS.invalidSlot };
    if (action !== 2) {
      const text = Buffer.from(this.#image).toString('latin1');
      if (!text.startsWith(MAGIC)) return { status: STATUS.invalidImage };
      this.#slots[slot - 1] = text.slice(MAGIC.length, MAGIC.length + REVISION_BYTES).trimEnd();
    }
    if (this.#slots[slot - 1] === undefined) return { status: STATUS.invalidSlot };
    if (action > 0) this.#next = slot;
    if (action === 3) this.#active = slot;
    return { status: STATUS.success };
  }

  log(): Uint8Array {
    const page = new Page(512).u8(0, this.#active | (this.#next === this.#active ? 0 : this.#next << 4));
    this.#slots.forEach((revision, index) => { if (revision !== undefined) page.text(8 + index * REVISION_BYTES, REVISION_BYTES, revision); });
    return page.bytes;
  }

  state(): unknown {
    return [this.#slots, this.#active, this.#next, createHash('sha256').update(this.#image).digest('hex')];
  }
}
