import type { AddressSpace } from './address-space.js';

const BYTES = 0x100;

/** Semaphores by address. Each is free while it is 0, takes any value then, and is freed by 0. */
export class SemaphoreSpace implements AddressSpace {
  readonly #owners = new Map<number, number>();

  read(address: number): number | undefined {
    return address < BYTES ? this.#owners.get(address) ?? 0 : undefined;
  }

  write(address: number, value: number): boolean {
    if (address >= BYTES) return false;
    if (value === 0) this.#owners.delete(address);
    else if (!this.#owners.has(address)) this.#owners.set(address, value);
    return true;
  }

  reset(): void {
    this.#owners.clear();
  }
}
