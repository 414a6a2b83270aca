import { fieldOf, type EventField, type EventFormat } from './event-format.js';
import { HEAD_BYTES } from './probe.js';
import type { RawEvent } from './sub-buffer.js';

/** A firmware RPC that some process makes, as the kernel saw it begin. */
export interface RpcCall {
  readonly type: 'call';
  /** The thread that makes it. */
  readonly thread: number;
  /** On the clock that is never set, in nanoseconds. */
  readonly timeNs: bigint;
  /** What the thread calls itself: up to 15 bytes of anything. */
  readonly name: string;
  /** What the kernel's structures call the device; not checked. */
  readonly node: string;
  /** As the caller gave it. */
  readonly scope: number;
  readonly requestBytes: number;
  readonly replyRoomBytes: number;
  /** The request's first bytes, up to the edge of a page; meant only where an {@link RpcSeen} says so. Own memory. */
  readonly head: Uint8Array;
}

/** Whether a request's first page could be read when its call began. */
export interface RpcSeen {
  readonly type: 'seen';
  readonly thread: number;
  readonly timeNs: bigint;
  readonly isReadable: boolean;
}

/** What the kernel's probes tell. */
export type RpcEvent = RpcCall | RpcSeen | RpcReturn;

/** That a thread's RPC came back. */
export interface RpcReturn {
  readonly type: 'return';
  readonly thread: number;
  readonly timeNs: bigint;
  /** 0, or a negative errno. */
  readonly result: number;
}

const IS_LITTLE_ENDIAN = true;
const WORD_BYTES = 8;
/** The least that the machines known here have; what cannot be read ends at the edge of a page. */
const PAGE_BYTES = 4096n;
const LOCATION_BITS = 16;

/** Makes sense of the events of a group of probes, by the kernel's own description of their fields. */
export class RpcEvents {
  readonly #request: EventFormat;
  readonly #seen: EventFormat;
  readonly #return: EventFormat;

  constructor(request: EventFormat, seen: EventFormat, back: EventFormat) {
    this.#request = request;
    this.#seen = seen;
    this.#return = back;
  }

  /** What an event says; undefined for one that is of another kind, or too short for its fields. */
  read({ bytes, timeNs }: RawEvent): RpcEvent | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const id = numberAt(view, fieldOf(this.#request, 'common_type'));
    if (id === undefined) return undefined;
    if (id === this.#request.id) return this.#call(view, timeNs);
    if (id === this.#seen.id) return this.#readable(view, timeNs);
    return id === this.#return.id ? this.#back(view, timeNs) : undefined;
  }

  #call(view: DataView, timeNs: bigint): RpcCall | undefined {
    const number = (name: string): number | undefined => numberAt(view, fieldOf(this.#request, name));
    const text = (name: string): Uint8Array | undefined => textAt(view, fieldOf(this.#request, name));
    const [thread, scope, requestBytes, replyRoomBytes] = ['common_pid', 'scope', 'length', 'room'].map(number);
    const [node, name] = ['node', 'comm'].map(text);
    if (thread === undefined || scope === undefined || requestBytes === undefined || replyRoomBytes === undefined || node === undefined || name === undefined) return undefined;
    return { type: 'call', thread, timeNs, name: asText(name), node: asText(node), scope, requestBytes, replyRoomBytes, head: this.#head(view, requestBytes) };
  }

  /** Whole words up to the edge of the first page: behind it the caller's memory may not have been there. */
  #head(view: DataView, requestBytes: number): Uint8Array {
    const words = Array.from({ length: HEAD_BYTES / WORD_BYTES }, (_, index) => fieldOf(this.#request, `word${index}`).offsetBytes);
    const address = fieldOf(this.#request, 'address').offsetBytes;
    if ([address, ...words].some((offset) => offset + WORD_BYTES > view.byteLength)) return new Uint8Array();
    const toEdge = Number(PAGE_BYTES - view.getBigUint64(address, IS_LITTLE_ENDIAN) % PAGE_BYTES);
    const readable = toEdge >= HEAD_BYTES ? HEAD_BYTES : toEdge - toEdge % WORD_BYTES;
    const all = Buffer.concat(words.map((offset) => new Uint8Array(view.buffer, view.byteOffset + offset, WORD_BYTES)));
    return new Uint8Array(all.subarray(0, Math.min(readable, requestBytes)));
  }

  #readable(view: DataView, timeNs: bigint): RpcSeen | undefined {
    const thread = numberAt(view, fieldOf(this.#seen, 'common_pid'));
    const text = textAt(view, fieldOf(this.#seen, 'seen'));
    return thread === undefined || text === undefined ? undefined : { type: 'seen', thread, timeNs, isReadable: text.length > 0 };
  }

  #back(view: DataView, timeNs: bigint): RpcReturn | undefined {
    const thread = numberAt(view, fieldOf(this.#return, 'common_pid'));
    const { offsetBytes, sizeBytes } = fieldOf(this.#return, 'result');
    if (thread === undefined || offsetBytes + sizeBytes > view.byteLength) return undefined;
    return { type: 'return', thread, timeNs, result: view.getInt32(offsetBytes, IS_LITTLE_ENDIAN) };
  }
}

function numberAt(view: DataView, { offsetBytes, sizeBytes }: EventField): number | undefined {
  if (offsetBytes + sizeBytes > view.byteLength) return undefined;
  return sizeBytes === Uint16Array.BYTES_PER_ELEMENT ? view.getUint16(offsetBytes, IS_LITTLE_ENDIAN) : view.getUint32(offsetBytes, IS_LITTLE_ENDIAN);
}

/** The bytes that a `__data_loc` field points to: its place in the lower half, its length in the upper. A text that could not be read has none. */
function textAt(view: DataView, field: EventField): Uint8Array | undefined {
  const location = numberAt(view, field);
  if (location === undefined) return undefined;
  const offset = location % 2 ** LOCATION_BITS;
  const length = Math.floor(location / 2 ** LOCATION_BITS);
  return offset + length > view.byteLength ? undefined : new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

/** Up to its first zero. */
function asText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end < 0 ? bytes.length : end)).toString('utf8');
}
