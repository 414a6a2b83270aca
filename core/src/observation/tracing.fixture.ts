import { readFileSync } from 'node:fs';
import { parseEventFormat } from './event-format.js';
import { RpcEvents } from './rpc-events.js';

/** What a kernel gave: the formats of the three events and of a piece's head, a piece with three requests and their returns, and one before which events were lost. */
interface Captured {
  readonly request: string;
  readonly seen: string;
  readonly return: string;
  readonly head: string;
  readonly page: string;
  readonly lostPage: string;
}

const captured = JSON.parse(readFileSync(new URL('../../../test/fixtures/tracing/x86-64.json', import.meta.url), 'utf8')) as Captured;

export const REQUEST = parseEventFormat(captured.request);
export const SEEN = parseEventFormat(captured.seen);
export const RETURN = parseEventFormat(captured.return);
export const HEAD = parseEventFormat(captured.head);
export const PAGE = new Uint8Array(Buffer.from(captured.page, 'hex'));
export const LOST_PAGE = new Uint8Array(Buffer.from(captured.lostPage, 'hex'));
export const events = new RpcEvents(REQUEST, SEEN, RETURN);

/** What a request's event is made of. */
export interface Requested {
  readonly thread: number;
  readonly node: Uint8Array;
  readonly scope: number;
  readonly length: number;
  readonly room: number;
  readonly address: bigint;
  /** 64 bytes. */
  readonly words: Uint8Array;
  readonly name: Uint8Array;
}

/** An event as the captured kernel writes it, put together apart from the code that reads it. */
export function requestEvent({ thread, node, scope, length, room, address, words, name }: Requested): Uint8Array {
  const fixed = Buffer.alloc(108);
  fixed.writeUInt16LE(REQUEST.id ?? 0, 0);
  fixed.writeInt32LE(thread, 4);
  [scope, length, room].forEach((value, index) => fixed.writeUInt32LE(value, 20 + 4 * index));
  fixed.writeBigUInt64LE(address, 32);
  fixed.set(words, 40);
  let at = fixed.length;
  for (const [place, text] of [[16, node], [104, name]] as const) {
    fixed.writeUInt32LE((text.length << 16) | at, place);
    at += text.length;
  }
  return Buffer.concat([fixed, node, name]);
}

/** A piece of the buffer with these events, each so many nanoseconds after the one before. */
export function subBuffer(timeNs: bigint, parts: readonly { readonly bytes: Uint8Array; readonly afterNs: bigint }[], lost?: number): Uint8Array {
  const data = Buffer.concat(parts.flatMap(({ bytes, afterNs }) => [...(afterNs >= 2n ** 27n ? [word(30, afterNs % 2n ** 27n), number(Number(afterNs >> 27n))] : []), ...event(bytes, afterNs >= 2n ** 27n ? 0n : afterNs)]));
  const head = Buffer.alloc(16);
  head.writeBigUInt64LE(timeNs, 0);
  head.writeBigInt64LE(BigInt(data.length) - (lost === undefined ? 0n : 2n ** 31n) + (lost === undefined || lost < 0 ? 0n : 2n ** 30n), 8);
  const count = Buffer.alloc(lost === undefined || lost < 0 ? 0 : 8);
  if (count.length > 0) count.writeBigUInt64LE(BigInt(lost ?? 0));
  return new Uint8Array(Buffer.concat([head, data, count]));
}

function event(bytes: Uint8Array, afterNs: bigint): Buffer[] {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - bytes.length % 4) % 4)]);
  return padded.length / 4 <= 28 && padded.length > 0 ? [word(padded.length / 4, afterNs), padded] : [word(0, afterNs), number(padded.length + 4), padded];
}

function word(type: number, time: bigint): Buffer {
  return number(Number((time << 5n) + BigInt(type)));
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
