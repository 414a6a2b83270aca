import type { AccessWidth, PciDevice, PciRegion } from '@auxctl/core';
import { TransportError } from '@auxctl/core';
import { bitsAt, dword, dwordAt, flagAt, putDword, putQuad } from '../wire.js';

const QUEUE = 0x1000;
const FIRST_FREE = 0x2000;
const BLOCK_BYTES = 576;
/** Pages for the firmware's own use lie where nobody else looks. */
const FIRST_GIFT = 0x1_0000_0000n;

/** A command as the driver queues it. */
export interface Submission {
  readonly request: Uint8Array;
  readonly replyLengthBytes: number;
  readonly slot?: number;
  /** Mailbox blocks chained behind those that the message needs. */
  readonly spareBlocks?: number;
  /** Changes the finished entry (64 bytes), before it is signed. */
  readonly spoil?: (entry: Uint8Array) => void;
  /** Changes a block of the input, its 576 bytes as a view of the guest's memory. */
  readonly spoilBlock?: (block: Uint8Array, index: number) => void;
}

/** What the driver finds in a slot. */
export interface Completion {
  readonly isDone: boolean;
  readonly delivery: number;
  readonly reply: Uint8Array;
}

/** An event queue entry as the driver reads it. */
export interface SeenEvent {
  readonly type: number;
  readonly subType: number;
  readonly data: Uint8Array;
}

interface Pending {
  readonly replyLengthBytes: number;
  readonly outputBlocks: readonly number[];
}

/**
 * The driver's side of the command interface: guest memory from address 0 on, a command queue in it, and the tasks that the device
 * scheduled, which run only when told to.
 */
export class TestDriver {
  readonly memory = new Uint8Array(0x400000);
  /** Vectors in the order in which they were raised. */
  readonly interrupts: number[] = [];
  readonly #tasks: (() => void)[] = [];
  readonly #pending = new Map<number, Pending>();
  #region: PciRegion | undefined;
  #free = FIRST_FREE;
  #freePage = FIRST_GIFT;
  #token = 0;

  /** Where the device shall put its tasks. */
  readonly schedule = (task: () => void): void => {
    this.#tasks.push(task);
  };

  attach(device: PciDevice): void {
    [this.#region] = device.regions;
    device.attach({
      memory: {
        read: (address, lengthBytes) => this.#reach(address, lengthBytes).slice(),
        write: (address, data) => { this.#reach(address, data.length).set(data); },
      },
      raise: (vector) => { this.interrupts.push(vector); },
      busMaster: true,
    });
  }

  /** Runs what the device has scheduled, and what that schedules. Returns the number of tasks. */
  settle(): number {
    let count = 0;
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift(), count += 1) task();
    return count;
  }

  read(offset: number, width: AccessWidth): Uint8Array {
    return this.#bar().read(offset, width);
  }

  read32(offset: number): number {
    return dwordAt(this.read(offset, 4), 0);
  }

  write32(offset: number, value: number): void {
    const data = new Uint8Array(4);
    putDword(data, 0, value);
    this.#bar().write(offset, data);
  }

  /** Tells the device where the command queue is, as the driver does. */
  start(): void {
    this.write32(0x10, 0);
    this.write32(0x14, QUEUE);
  }

  /** Free memory, zero, whose address is a multiple of `alignment`. */
  allocate(lengthBytes: number, alignment = 4096): number {
    const address = Math.ceil(this.#free / alignment) * alignment;
    this.#free = address + lengthBytes;
    return address;
  }

  /** Address of a page that was not given away before. */
  nextGift(): bigint {
    const page = this.#freePage;
    this.#freePage += 4096n;
    return page;
  }

  /** Writes an entry without ringing. */
  enqueue({ request, replyLengthBytes, slot = 0, spareBlocks = 0, spoil, spoilBlock }: Submission): void {
    this.#token = (this.#token % 255) + 1;
    const input = this.#chain(request.length, spareBlocks);
    const output = this.#chain(replyLengthBytes, spareBlocks);
    for (const [index, block] of input.entries()) {
      this.memory.set(request.subarray(16 + index * 512, 16 + (index + 1) * 512), block);
      spoilBlock?.(this.memory.subarray(block, block + BLOCK_BYTES), index);
    }
    const entry = this.memory.subarray(QUEUE + slot * 64, QUEUE + slot * 64 + 64).fill(0);
    dword(entry, 0x0, [31, 24, 7]);
    putDword(entry, 0x4, request.length);
    putQuad(entry, 0x8, input[0] ?? 0);
    entry.set(request.subarray(0, 16), 0x10);
    putQuad(entry, 0x30, output[0] ?? 0);
    putDword(entry, 0x38, replyLengthBytes);
    dword(entry, 0x3c, [31, 24, this.#token], [0, 0, 1]);
    spoil?.(entry);
    if (entry[0x3d] === 0) entry[0x3d] = 0xff ^ entry.reduce((sum, byte) => sum ^ byte, 0);
    this.#pending.set(slot, { replyLengthBytes, outputBlocks: output });
  }

  /** What has become of the command in a slot. */
  completion(slot: number): Completion {
    const entry = this.memory.subarray(QUEUE + slot * 64, QUEUE + slot * 64 + 64);
    const { replyLengthBytes, outputBlocks } = this.#pending.get(slot) ?? { replyLengthBytes: 0, outputBlocks: [] };
    const reply = new Uint8Array(replyLengthBytes);
    reply.set(entry.subarray(0x20, 0x20 + Math.min(16, replyLengthBytes)));
    for (const [index, block] of outputBlocks.entries()) {
      const room = Math.min(512, replyLengthBytes - 16 - index * 512);
      if (room > 0) reply.set(this.memory.subarray(block, block + room), 16 + index * 512);
    }
    return { isDone: !flagAt(entry, 0x3c, 0), delivery: bitsAt(entry, 0x3c, 7, 1), reply };
  }

  /** Queues, rings, lets the device work, and looks. */
  command(submission: Submission): Completion {
    const { slot = 0 } = submission;
    this.enqueue(submission);
    this.write32(0x18, 2 ** slot);
    this.settle();
    return this.completion(slot);
  }

  /** Makes an event queue of 2^`logEntries` entries, all owned by the other side, and rings its doorbell for the first time. */
  createEventQueue(uar: number, mask: bigint, logEntries = 8): TestEventQueue {
    const pageCount = Math.max(1, (64 * 2 ** logEntries) / 4096);
    const pages = Array.from({ length: pageCount }, () => this.allocate(4096));
    for (const page of pages) for (let at = 0x3f; at < 4096; at += 64) this.memory[page + at] = 1;
    const request = new Uint8Array(0x110 + 8 * pageCount);
    dword(request, 0x0, [31, 16, 0x301]);
    dword(request, 0x1c, [28, 24, logEntries], [23, 0, uar]);
    putQuad(request, 0x58, mask);
    pages.forEach((page, index) => { putQuad(request, 0x110 + 8 * index, page); });
    const { reply } = this.command({ request, replyLengthBytes: 16 });
    const queue = new TestEventQueue(this, bitsAt(reply, 0x8, 7, 0), uar, pages, logEntries);
    queue.arm();
    return queue;
  }

  #bar(): PciRegion {
    if (this.#region === undefined) throw new TypeError('no device is attached');
    return this.#region;
  }

  #reach(address: bigint, lengthBytes: number): Uint8Array {
    if (address + BigInt(lengthBytes) > BigInt(this.memory.length)) throw new TransportError('ERR_DMA_RANGE', 'past the end of the guest');
    return this.memory.subarray(Number(address), Number(address) + lengthBytes);
  }

  /** The last block always points on, as those of a driver that takes its messages from a cache. */
  #chain(lengthBytes: number, spareBlocks: number): number[] {
    const needed = Math.ceil(Math.max(0, lengthBytes - 16) / 512);
    if (needed === 0) return [];
    const blocks = Array.from({ length: needed + spareBlocks }, () => this.allocate(BLOCK_BYTES, 1024));
    for (const [index, block] of blocks.entries()) {
      const bytes = this.memory.subarray(block, block + BLOCK_BYTES);
      putQuad(bytes, 0x230, blocks[index + 1] ?? 0);
      putDword(bytes, 0x238, index);
      bytes[0x23d] = this.#token;
    }
    return blocks.slice(0, needed);
  }
}

/** The driver's side of one event queue. */
export class TestEventQueue {
  readonly number: number;
  readonly pages: readonly number[];
  consumerIndex = 0;
  readonly #driver: TestDriver;
  readonly #uar: number;
  readonly #logEntries: number;

  constructor(driver: TestDriver, number: number, uar: number, pages: readonly number[], logEntries: number) {
    this.#driver = driver;
    this.number = number;
    this.pages = pages;
    this.#uar = uar;
    this.#logEntries = logEntries;
  }

  /** Takes all entries that belong to software now. */
  take(): SeenEvent[] {
    const seen: SeenEvent[] = [];
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      this.consumerIndex += 1;
      seen.push({ type: entry[0x1] ?? 0, subType: entry[0x3] ?? 0, data: entry.slice(0x20, 0x3c) });
    }
    return seen;
  }

  /** Rings with arm: the next event shall interrupt. */
  arm(consumerIndex = this.consumerIndex): void {
    this.#ring(0x40, consumerIndex);
  }

  /** Rings without arm: only tells how far the driver has come. */
  update(): void {
    this.#ring(0x48, this.consumerIndex);
  }

  #ring(offset: number, consumerIndex: number): void {
    this.#driver.write32(this.#uar * 4096 + offset, this.number * 0x1000000 + (consumerIndex % 0x1000000));
  }

  #next(): Uint8Array | undefined {
    const entries = 2 ** this.#logEntries;
    const offset = (this.consumerIndex % entries) * 64;
    const page = this.pages[Math.floor(offset / 4096)] ?? 0;
    const entry = this.#driver.memory.subarray(page + (offset % 4096), page + (offset % 4096) + 64);
    return ((entry[0x3f] ?? 0) & 1) === Math.floor(this.consumerIndex / entries) % 2 ? entry : undefined;
  }
}

/** A request of `lengthBytes` with an opcode, `op_mod`, and dwords at offsets. */
export function request(opcode: number, lengthBytes = 16, opMod = 0, dwords: Readonly<Record<number, number>> = {}): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  dword(bytes, 0x0, [31, 16, opcode]);
  dword(bytes, 0x4, [15, 0, opMod]);
  for (const [offset, value] of Object.entries(dwords)) putDword(bytes, Number(offset), value);
  return bytes;
}
