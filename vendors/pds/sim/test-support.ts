import { TransportError, type CommandLogEntry, type DmaMemory, type PciHost } from '@auxctl/core';
import { DscFunction } from './pci/pci-function.js';
import { Firmware } from './firmware/model.js';
import { KernelDriver, type DriverResult } from './driver.js';
import { packed, put, putText, u16, u32, u8 } from './wire.js';

/** A firmware model with a clock that a test moves. */
export class TestFirmware {
  nowMs = 0;
  readonly log: CommandLogEntry[] = [];
  readonly firmware: Firmware;

  constructor(profile = 'dsc-sim', index = 0) {
    this.firmware = new Firmware({ profile, index, now: () => this.nowMs, onCommand: (entry) => this.log.push(entry) });
  }

  driver(): TestDriver {
    return new TestDriver(this.firmware);
  }
}

/** Calls of the driver's stand-in, with endpoints by the last byte of their number. */
export class TestDriver {
  readonly #driver: KernelDriver;

  constructor(firmware: Firmware) {
    this.#driver = new KernelDriver(firmware);
  }

  call(endpoint: number, operation: number, payload: Uint8Array = new Uint8Array(), { scope = 3, roomBytes = 512 } = {}): DriverResult {
    return this.#driver.call({ endpoint: 0x5349_4d00 + endpoint, operation, payload, roomBytes, scope });
  }

  /** The data of a call that must succeed. */
  data(endpoint: number, operation: number, payload?: Uint8Array, options?: { scope?: number; roomBytes?: number }): Uint8Array {
    const result = this.call(endpoint, operation, payload, options);
    if (result === undefined || 'errno' in result || result.result !== 0) throw new TypeError(`${endpoint}:${operation} ends as ${JSON.stringify(result)}`);
    return result.data;
  }
}

/** 32-bit words. */
export function words(...values: readonly number[]): Uint8Array {
  return packed(values.length * 4, ...values.map((value, index) => [index * 4, 4, value] as const));
}

/** Memory of a guest, in one piece. */
export class TestMemory implements DmaMemory {
  readonly bytes = new Uint8Array(0x1_0000);
  readonly base = 0x10_0000n;

  read(address: bigint, lengthBytes: number): Uint8Array {
    return this.bytes.slice(...this.#range(address, lengthBytes));
  }

  write(address: bigint, data: Uint8Array): void {
    const [start] = this.#range(address, data.length);
    this.bytes.set(data, start);
  }

  #range(address: bigint, lengthBytes: number): [start: number, end: number] {
    const start = Number(address - this.base);
    if (start >= 0 && start + lengthBytes <= this.bytes.length) return [start, start + lengthBytes];
    throw new TransportError('ERR_DMA_RANGE', `no ${lengthBytes} bytes at ${address}`);
  }
}

const ADMIN = 0x1000;
const COMPLETIONS = 0x2000;
const NOTIFY = 0x3000;
const ENTRIES = 16;
const DOORBELL = 0x1000 + 8 * 2;

/** A driver of the PCI function, in little: what `pds_core` does, step by step. */
export class TestPciDriver {
  readonly memory = new TestMemory();
  readonly raised: number[] = [];
  readonly function: DscFunction;
  client = 0;
  #tasks: (() => void)[] = [];
  #posted = 0;

  constructor(test: TestFirmware) {
    this.function = new DscFunction(test.firmware, () => test.nowMs, (task) => this.#tasks.push(task));
    const host: PciHost = { memory: this.memory, raise: (vector) => this.raised.push(vector), busMaster: true };
    this.function.attach(host);
  }

  read(at: number, widthBytes: 1 | 2 | 4 | 8): number {
    const bytes = this.function.regions[0]?.read(at, widthBytes) ?? new Uint8Array();
    return widthBytes === 1 ? u8(bytes, 0) : widthBytes === 2 ? u16(bytes, 0) : u32(bytes, 0);
  }

  write(at: number, value: number): void {
    this.function.regions[0]?.write(at, packed(4, [0, 4, value]));
  }

  /** A device command; returns its status, or undefined when it is not done. */
  command(opcode: number, ...bytes: readonly (readonly [at: number, widthBytes: number, value: number])[]): number | undefined {
    const command = packed(64, [0, 1, opcode], ...bytes);
    for (let at = 0; at < command.length; at += 4) this.write(0x808 + at, u32(command, at));
    this.write(0x804, 0);
    this.write(0x800, 1);
    return this.read(0x804, 4) === 1 ? this.read(0x848, 1) : undefined;
  }

  /** INIT, and the vector unmasked. */
  init(): number | undefined {
    this.memory.bytes.fill(0, ADMIN, NOTIFY + 0x1000);
    const { base } = this.memory;
    const data = packed(32, [0, 8, base + BigInt(ADMIN)], [8, 8, base + BigInt(COMPLETIONS)], [16, 8, base + BigInt(NOTIFY)], [24, 4, 3], [28, 2, 0], [30, 1, 4], [31, 1, 6]);
    for (let at = 0; at < data.length; at += 4) this.write(0x888 + at, u32(data, at));
    this.#posted = 0;
    const status = this.command(3);
    this.write(0x200c, 1);
    this.write(0x2004, 0);
    return status;
  }

  /** Puts entries into the ring and rings once; nothing runs yet. */
  post(...entries: readonly Uint8Array[]): void {
    for (const entry of entries) {
      this.memory.bytes.set(entry, ADMIN + (this.#posted % ENTRIES) * 64);
      this.#posted++;
    }
    this.function.regions[1]?.write(DOORBELL, packed(8, [0, 2, this.#posted % ENTRIES], [3, 4, 5]));
  }

  /** Lets the device do what it has scheduled. */
  settle(): void {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) task();
  }

  /** The completion at a place of the ring. */
  completion(place: number): Uint8Array {
    return this.memory.bytes.slice(COMPLETIONS + place * 16, COMPLETIONS + (place + 1) * 16);
  }

  /** The event at a place of the notify queue. */
  event(place: number): Uint8Array {
    return this.memory.bytes.slice(NOTIFY + place * 64, NOTIFY + (place + 1) * 64);
  }

  /** RESET, IDENTIFY, INIT, and a client registered. */
  probe(): void {
    this.command(2);
    this.command(1, [1, 1, 1]);
    this.init();
    const entry = packed(64, [0, 1, 6]);
    putText(entry, 4, 32, 'pds_core.fwctl.0');
    this.post(entry);
    this.settle();
    this.client = u16(this.completion(0), 4);
    this.handle(1);
  }

  /** Returns credits, as the interrupt's handler does. */
  handle(credits: number): void {
    this.write(0x2008, 0x3_0000 + credits);
  }

  /** An RPC's entry; addresses are offsets in the guest's memory. */
  rpc(operation: number, endpoint: number, request: { at: number; bytes: Uint8Array }, response: { at: number; lengthBytes: number }): Uint8Array {
    this.memory.bytes.set(request.bytes, request.at);
    const entry = packed(64, [0, 1, 8], [2, 2, this.client], [4, 1, 71], [6, 2, 3], [8, 4, 0x5349_4d00 + endpoint], [12, 4, operation]);
    put(entry, 32, 8, this.memory.base + BigInt(request.at));
    put(entry, 40, 4, request.bytes.length);
    put(entry, 48, 8, this.memory.base + BigInt(response.at));
    put(entry, 56, 4, response.lengthBytes);
    return entry;
  }
}
