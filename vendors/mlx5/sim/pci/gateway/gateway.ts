import type { PciCapability } from '@auxctl/core';
import type { AddressSpace } from './address-space.js';

const REGISTER = { header: 0x00, control: 0x04, counter: 0x08, semaphore: 0x0c, address: 0x10, data: 0x14 } as const;
const LENGTH_BYTES = 0x18;
/** Length and type (0, functional) of the capability, above the list's own bytes. */
const HEADER = LENGTH_BYTES * 2 ** 16;
const FLAG = 2 ** 31;
const SYNDROME_FLAG = 2 ** 30;
const ADDRESSES = 2 ** 30;
const SPACES = 2 ** 16;
const SYNDROME_UNIT = 2 ** 24;
const SIZE_VALID = 2 ** 28;
const SUPPORTED = 2 ** 29;
const TICKETS = 2 ** 32;

/** Syndromes of an access, in four bits of the control register. */
const SYNDROME = { unaligned: 1, addressOutOfRange: 3 } as const;

/**
 * The vendor-specific capability: a semaphore, and a window through which software reads and writes the device's address spaces a dword
 * at a time. It does not ask who holds the semaphore; software has to.
 */
export class Gateway implements PciCapability {
  readonly id = 0x09;
  readonly lengthBytes = LENGTH_BYTES;
  readonly #spaces: ReadonlyMap<number, AddressSpace>;
  #space = 0;
  #syndrome = 0;
  #ticket = 0;
  #semaphore = 0;
  #address = 0;
  #isFlagged = false;
  #data = 0;

  constructor(spaces: ReadonlyMap<number, AddressSpace>) {
    this.#spaces = spaces;
  }

  /** Whose ticket holds the semaphore; 0 when it is free. */
  get semaphore(): number {
    return this.#semaphore;
  }

  read(offsetBytes: number): number {
    switch (offsetBytes) {
      case REGISTER.header: return HEADER;
      case REGISTER.control: return this.#control();
      case REGISTER.counter: return this.#nextTicket();
      case REGISTER.semaphore: return this.#semaphore;
      case REGISTER.address: return this.#address + (this.#syndrome === 0 ? 0 : SYNDROME_FLAG) + (this.#isFlagged ? FLAG : 0);
      case REGISTER.data: return this.#data;
      default: return 0;
    }
  }

  write(offsetBytes: number, value: number, mask: number): void {
    const merged = (before: number): number => ((before & ~mask) | (value & mask)) >>> 0;
    if (offsetBytes === REGISTER.control) this.#select(merged(this.#space) % SPACES);
    if (offsetBytes === REGISTER.semaphore) this.#claim(merged(this.#semaphore));
    if (offsetBytes === REGISTER.data) this.#data = merged(this.#data);
    if (offsetBytes === REGISTER.address) this.#access(merged(this.#address));
  }

  /** As after power-on: the semaphore is free. */
  reset(): void {
    this.#space = 0;
    this.#syndrome = 0;
    this.#semaphore = 0;
    this.#address = 0;
    this.#isFlagged = false;
    this.#data = 0;
  }

  #control(): number {
    const space = this.#spaces.get(this.#space);
    const status = space === undefined ? 0 : SUPPORTED;
    return this.#space + this.#syndrome * SYNDROME_UNIT + (space?.sizeBytes === undefined ? 0 : SIZE_VALID) + status;
  }

  #nextTicket(): number {
    this.#ticket = (this.#ticket + 1) % TICKETS || 1;
    return this.#ticket;
  }

  /** Zero always frees it; anything else is taken only while it is free. */
  #claim(value: number): void {
    if (value === 0 || this.#semaphore === 0) this.#semaphore = value;
  }

  #select(number: number): void {
    this.#space = number;
    this.#syndrome = 0;
    this.#isFlagged = false;
    this.#address = this.#spaces.get(number)?.sizeBytes ?? 0;
  }

  /** The flag says in which direction, and changes when the access is done: at once. */
  #access(value: number): void {
    const isWrite = value >= FLAG;
    this.#address = value % ADDRESSES;
    this.#isFlagged = !isWrite;
    this.#syndrome = this.#address % 4 === 0 ? 0 : SYNDROME.unaligned;
    const space = this.#spaces.get(this.#space);
    if (this.#syndrome !== 0 || space === undefined) return;
    const isDone = isWrite ? space.write(this.#address, this.#data) : this.#load(space);
    if (!isDone) this.#syndrome = SYNDROME.addressOutOfRange;
  }

  #load(space: AddressSpace): boolean {
    const value = space.read(this.#address);
    if (value === undefined) return false;
    this.#data = value;
    this.#address = space.next?.(this.#address) ?? this.#address;
    return true;
  }
}
