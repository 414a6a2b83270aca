import { TransportError, type DmaMemory, type PciDevice, type PciHost } from '@auxctl/core';
import { numberAt } from './bytes.js';

const MEMORY_BYTES = 0x10000;

/** A guest's memory and its side of BAR0: what a driver of the function would do. */
export class TestGuest {
  readonly memory = new Uint8Array(MEMORY_BYTES);
  /** Writes by the device, in order: where, and how many bytes. */
  readonly written: (readonly [address: number, lengthBytes: number])[] = [];
  readonly #tasks: (() => void)[] = [];
  #device: PciDevice | undefined;

  /** Given to the function as its way to run commands later. */
  readonly schedule = (task: () => void): void => { this.#tasks.push(task); };

  plug(device: PciDevice): void {
    this.#device = device;
    const host: PciHost = { memory: this.#dma(), raise: () => undefined, busMaster: true };
    device.attach(host);
  }

  /** Stores into BAR0 as the driver does: four bytes at a time, and what is left in single bytes. */
  store(offsetBytes: number, bytes: Uint8Array): void {
    const region = this.#device?.regions.find(({ bar }) => bar === 0);
    for (let at = 0; at < bytes.length; at += 4) region?.write(offsetBytes + at, bytes.subarray(at, at + 4));
  }

  load(offsetBytes: number): number {
    const bytes = this.#device?.regions.find(({ bar }) => bar === 0)?.read(offsetBytes, 4) ?? new Uint8Array();
    return numberAt(bytes, 0, 4);
  }

  /** Writes a request, filled up with zeros, and rings. */
  send(request: Uint8Array, windowBytes = 128): void {
    const window = new Uint8Array(windowBytes);
    window.set(request);
    this.store(0, window);
    this.store(0x100, Uint8Array.of(1, 0, 0, 0));
  }

  /** Lets the device do what it has put off. */
  settle(): void {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) task();
  }

  #dma(): DmaMemory {
    const require = (address: bigint, lengthBytes: number): number => {
      if (address + BigInt(lengthBytes) > BigInt(MEMORY_BYTES)) throw new TransportError('ERR_DMA_RANGE', 'not mapped');
      return Number(address);
    };
    return {
      read: (address, lengthBytes) => {
        const at = require(address, lengthBytes);
        return this.memory.slice(at, at + lengthBytes);
      },
      write: (address, data) => {
        const at = require(address, data.length);
        this.memory.set(data, at);
        this.written.push([at, data.length]);
      },
    };
  }
}
