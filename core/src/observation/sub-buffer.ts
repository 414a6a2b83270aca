import { fieldOf, type EventFormat } from './event-format.js';

/** An event as it is in the kernel's buffer. */
export interface RawEvent {
  /** On the clock that the buffer uses, in nanoseconds. */
  readonly timeNs: bigint;
  /** A view of the piece. */
  readonly bytes: Uint8Array;
}

/** What one piece of the kernel's buffer held. */
export interface SubBuffer {
  readonly events: readonly RawEvent[];
  /** So many were overwritten before this piece; -1 where that is not counted. */
  readonly lost: number;
  /** Did the piece end as its head says? What comes after a fault is left out. */
  readonly isWhole: boolean;
}

// Linux, include/linux/ring_buffer.h and kernel/trace/ring_buffer.c: a word of type (5 bits) and time (27 bits) heads every event.
const TYPE_BITS = 5;
const TIME_BITS = 27n;
const WORD_BYTES = 4;
const COUNT_BYTES = 8;
const TYPE_LONG = 0;
const TYPE_PADDING = 29;
const TYPE_TIME_EXTEND = 30;
const TYPE_TIME_STAMP = 31;
const MISSED_EVENTS_BIT = 31;
const MISSED_STORED_BIT = 30;
/** A time stamp of an event has so many bits; those above are the last known ones. */
const STAMP_BITS = 59n;
const IS_LITTLE_ENDIAN = true;
const UNCOUNTED = -1;

/** Takes one piece apart, as `trace_pipe_raw` gives it; `head` is the format of `events/header_page`. For little-endian machines. Never throws for what is in the piece. */
export function readSubBuffer(piece: Uint8Array, head: EventFormat): SubBuffer {
  const [stamp, commit, data] = ['timestamp', 'commit', 'data'].map((name) => fieldOf(head, name).offsetBytes);
  if (stamp === undefined || commit === undefined || data === undefined || piece.length < data) return { events: [], lost: 0, isWhole: false };
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  const word = view.getUint32(commit, IS_LITTLE_ENDIAN);
  const lengthBytes = word % 2 ** MISSED_STORED_BIT;
  const end = data + lengthBytes;
  const walk = new Walk(view, data, Math.min(end, piece.length), view.getBigUint64(stamp, IS_LITTLE_ENDIAN));
  const events = walk.all();
  return { events, lost: lostBefore(view, word, end), isWhole: walk.isWhole && end <= piece.length };
}

function lostBefore(view: DataView, word: number, end: number): number {
  if (word < 2 ** MISSED_EVENTS_BIT) return 0;
  const isStored = Math.floor(word / 2 ** MISSED_STORED_BIT) % 2 === 1;
  if (!isStored || end + COUNT_BYTES > view.byteLength) return UNCOUNTED;
  return Number(view.getBigUint64(end, IS_LITTLE_ENDIAN));
}

class Walk {
  isWhole = true;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;
  #timeNs: bigint;

  constructor(view: DataView, at: number, end: number, timeNs: bigint) {
    this.#view = view;
    this.#at = at;
    this.#end = end;
    this.#timeNs = timeNs;
  }

  all(): RawEvent[] {
    const events: RawEvent[] = [];
    while (this.#at + WORD_BYTES <= this.#end) {
      const event = this.#next();
      if (event === 'end') break;
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  #next(): RawEvent | 'end' | undefined {
    const word = this.#view.getUint32(this.#at, IS_LITTLE_ENDIAN);
    const type = word % 2 ** TYPE_BITS;
    const time = BigInt(Math.floor(word / 2 ** TYPE_BITS));
    const body = this.#at + WORD_BYTES;
    if (type === TYPE_PADDING && time === 0n) return 'end';
    const isShort = type > TYPE_LONG && type < TYPE_PADDING;
    const array = isShort ? 0 : this.#array(body);
    if (array === undefined) return this.#broken();
    if (type === TYPE_TIME_STAMP) this.#stamp((BigInt(array) << TIME_BITS) + time);
    else this.#timeNs += type === TYPE_TIME_EXTEND ? (BigInt(array) << TIME_BITS) + time : time;
    if (type === TYPE_TIME_EXTEND || type === TYPE_TIME_STAMP) {
      this.#at = body + WORD_BYTES;
      return undefined;
    }
    const lengthBytes = isShort ? type * WORD_BYTES : array;
    if (lengthBytes < WORD_BYTES || body + lengthBytes > this.#end) return this.#broken();
    this.#at = body + lengthBytes;
    if (type === TYPE_PADDING) return undefined;
    const from = isShort ? body : body + WORD_BYTES;
    return { timeNs: this.#timeNs, bytes: new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, this.#at - from) };
  }

  #array(at: number): number | undefined {
    return at + WORD_BYTES <= this.#end ? this.#view.getUint32(at, IS_LITTLE_ENDIAN) : undefined;
  }

  #stamp(low: bigint): void {
    this.#timeNs = ((this.#timeNs >> STAMP_BITS) << STAMP_BITS) + BigInt.asUintN(Number(STAMP_BITS), low);
  }

  #broken(): 'end' {
    this.isWhole = false;
    return 'end';
  }
}
