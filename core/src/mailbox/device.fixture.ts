import type { Field, LayoutDocument } from '@auxctl/schemas';
import { AuxctlError } from '../errors/base.js';
import { ReplyError } from '../errors/classes.js';
import { compileLayout } from '../layout/compile.js';
import type { Codec } from '../layout/codec.js';
import type { ByteOrder } from '../native.js';
import type { DeviceMemory, MemorySource } from '../device-memory/types.js';
import type { Clock } from '../patience/clock.js';

/** Where a made-up mailbox has its parts, each in a word of its own unless two are the same. */
export interface Place {
  readonly order: ByteOrder;
  readonly doorbell: number;
  readonly owner: number;
  readonly status: number;
  readonly requestLength: number;
  readonly replyLength: number;
  readonly request: number;
  readonly reply: number;
  readonly windowBytes: number;
}

export const PLAIN: Place = { order: 'little', doorbell: 0, owner: 4, status: 8, requestLength: 12, replyLength: 16, request: 64, reply: 128, windowBytes: 64 };

/** The layout of such a mailbox, written by hand: the lowest bits of each register's word. */
export function layoutOf({ order, doorbell, owner, status, requestLength, replyLength, request, reply, windowBytes }: Place): Codec {
  const low = (offsetBytes: number, sizeBits: number): { offsetBits: number; sizeBits: number } => ({ offsetBits: offsetBytes * 8 + (order === 'little' ? 0 : 32 - sizeBits), sizeBits });
  const fields: Field[] = [
    { name: 'doorbell', type: 'uint', offsetBits: doorbell * 8 + (order === 'little' ? 31 : 0), sizeBits: 1 },
    { name: 'owner', type: 'enum', enum: 'owner', ...low(owner, 8) },
    { name: 'status', type: 'enum', enum: 'status', ...low(status, 8) },
    { name: 'request_length', type: 'uint', ...low(requestLength, 16) },
    { name: 'reply_length', type: 'uint', ...low(replyLength, 32) },
    { name: 'request', type: 'bytes', offsetBits: request * 8, sizeBits: windowBytes * 8 },
    ...(reply === request ? [] : [{ name: 'reply', type: 'bytes' as const, offsetBits: reply * 8, sizeBits: windowBytes * 8 }]),
  ];
  const document: LayoutDocument = {
    format: 'auxctl.layout/1', kind: 'structures', name: 'mailbox', title: 'A mailbox', byteOrder: order, source: [{ document: 'the test', revision: '1', section: '1' }],
    structures: { mailbox: { sizeBits: (Math.max(request, reply) + windowBytes) * 8, fields } },
    enums: { owner: [{ name: 'HOST', value: 3 }, { name: 'DEVICE', value: 5 }], status: [{ name: 'FINE', value: 0x11 }, { name: 'GARBLED', value: 0x12 }] },
  };
  return compileLayout(document);
}

export const VALUES = { host: 'HOST', success: 'FINE' };

/** What the device makes of a request. */
export interface Answer {
  readonly reply: Uint8Array;
  readonly status?: number;
  readonly claimedBytes?: number;
}

/** A device with a mailbox. It answers when ownership has been looked at often enough, and may vanish at any access. */
export class MailboxDevice implements DeviceMemory, MemorySource {
  readonly memory = this;
  readonly received: Uint8Array[] = [];
  answer: (request: Uint8Array) => Answer | undefined = (request) => ({ reply: request });
  looksUntilDone = 2;
  accesses = 0;
  goneFrom = Number.POSITIVE_INFINITY;
  closed = 0;
  readonly lengthBytes: number;
  readonly #place: Place;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #gone = new AbortController();
  #pending: Uint8Array | undefined;
  #looks = 0;

  constructor(place: Place = PLAIN, lengthBytes = 512) {
    this.#place = place;
    this.lengthBytes = lengthBytes;
    this.#bytes = new Uint8Array(lengthBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#put(place.owner, 3);
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  takeBack(): void {
    this.#gone.abort();
  }

  /** The device has the mailbox, from whoever was there before. */
  occupy(): void {
    this.#put(this.#place.owner, 5);
  }

  free(): void {
    this.#put(this.#place.owner, 3);
  }

  read32(offsetBytes: number, order: ByteOrder): number {
    this.#touch(offsetBytes);
    if (offsetBytes === this.#place.owner && this.#pending !== undefined && ++this.#looks > this.looksUntilDone) this.#work(this.#pending);
    return this.accesses > this.goneFrom ? 0xffff_ffff : this.#view.getUint32(offsetBytes, order === 'little');
  }

  write32(offsetBytes: number, value: number, order: ByteOrder): void {
    this.#touch(offsetBytes);
    if (this.accesses > this.goneFrom) return;
    this.#view.setUint32(offsetBytes, value, order === 'little');
    if (offsetBytes === this.#place.doorbell && value >= 2 ** 31) this.#ring();
  }

  barrier(): void {
    if (this.closed > 0) throw new ReplyError('ERR_INTERNAL', 'a barrier after closing');
  }

  async close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #ring(): void {
    if (this.#place.doorbell === this.#place.requestLength) this.#put(this.#place.doorbell, this.#get(this.#place.doorbell) & 0x7fff_ffff);
    const { request, requestLength } = this.#place;
    const bytes = this.#bytes.slice(request, request + (this.#get(requestLength) & 0xffff));
    this.received.push(bytes);
    this.#put(this.#place.owner, 5);
    this.#pending = bytes;
    this.#looks = 0;
  }

  #work(request: Uint8Array): void {
    const answer = this.answer(request);
    if (answer === undefined) return;
    this.#pending = undefined;
    this.#bytes.set(answer.reply, this.#place.reply);
    this.#put(this.#place.replyLength, answer.claimedBytes ?? answer.reply.length);
    this.#put(this.#place.status, answer.status ?? 0x11);
    this.#put(this.#place.owner, 3);
  }

  #get(offsetBytes: number): number {
    return this.#view.getUint32(offsetBytes, this.#place.order === 'little');
  }

  #put(offsetBytes: number, value: number): void {
    this.#view.setUint32(offsetBytes, value, this.#place.order === 'little');
  }

  #touch(offsetBytes: number): void {
    if (this.closed > 0 || offsetBytes % 4 !== 0 || offsetBytes < 0 || offsetBytes + 4 > this.lengthBytes) {
      throw new AuxctlError('ERR_INTERNAL', `an access at ${offsetBytes}, closed ${this.closed} times`);
    }
    this.accesses += 1;
  }
}

/** Time that passes only when everybody waits. */
export class TestClock implements Clock {
  readonly #calls: { readonly atMs: number; readonly call: () => void }[] = [];
  #nowMs = 0;
  #isPumping = false;

  nowMs(): number {
    return this.#nowMs;
  }

  after(milliseconds: number, call: () => void): () => void {
    const entry = { atMs: this.#nowMs + milliseconds, call };
    this.#calls.push(entry);
    this.#pump();
    return () => {
      const at = this.#calls.indexOf(entry);
      if (at >= 0) this.#calls.splice(at, 1);
    };
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      const [next] = this.#calls.toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) return;
      this.#calls.splice(this.#calls.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.call();
      this.#pump();
    });
  }
}
