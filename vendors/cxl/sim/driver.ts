import type { DriverRefusal } from '@auxctl/core';
import type { Firmware } from './firmware/model.js';
import { EFFECT, FLAG, OPCODE, type Answer } from './firmware/types.js';
import { SPECIFIED } from './profiles/spec-features.js';
import { joined, pack, putUint, uintAt, uuidAt } from './wire.js';

/** Sizes of the driver's messages (`include/uapi/fwctl/cxl.h`, `include/uapi/cxl/features.h`). */
const REQUEST_HEADER_BYTES = 16;
const REPLY_HEADER_BYTES = 8;
/** What the driver counts for a reply's header, 8 more than there are. */
const COUNTED_HEADER_BYTES = 16;
const LIST_REQUEST_BYTES = 8;
const LIST_HEADER_BYTES = 8;
const GET_REQUEST_BYTES = 21;
const UUID_BYTES = 16;
const SET_HEADER_BYTES = 32;
const ENTRY_BYTES = 48;
const ENTRIES_AT_ONCE = 32;
const PAYLOAD = { listCount: 0, listStart: 4, offset: 16, count: 18, setFlags: 16, setOffset: 20 } as const;
const ENTRY = { setBytes: 20, flags: 22, effects: 28 } as const;
const TRANSFER = { full: 0, initiate: 1, continue: 2, finish: 3 } as const;
const ACTION_MASK = 0x7;
const SAVED_ACROSS_RESET = 0x8;
const IMMEDIATE = EFFECT.immediateConfig | EFFECT.immediateData | EFFECT.immediatePolicy | EFFECT.immediateLog;
const RESET = EFFECT.coldReset | EFFECT.conventionalReset | EFFECT.cxlReset;
const SCOPE = { debugWrite: 2, debugWriteFull: 3 } as const;
const EXCLUSIVE: ReadonlySet<string> = new Set(SPECIFIED.map(({ uuid }) => uuid));

/** A request as fwctl passes it on: the scope by its number. */
interface Message {
  readonly request: Uint8Array;
  readonly scope: number;
  readonly replyLengthBytes: number;
}

/** Thrown where the driver refuses. */
class Refused extends RangeError {
  readonly errno: string;

  constructor(errno: string, reason: string) {
    super(reason);
    this.errno = errno;
  }
}

/**
 * The kernel driver's part where no kernel drives the firmware: it asks for the list of features once, then checks requests in the order,
 * and refuses with the errors, of Linux 7.2 (`drivers/cxl/core/features.c`).
 */
export class FeatureDriver {
  readonly #firmware: Firmware;
  readonly #entries: readonly Uint8Array[];

  constructor(firmware: Firmware) {
    this.#firmware = firmware;
    this.#entries = this.#readList();
  }

  /**
   * Executes one request: the reply, the driver's errno, or undefined when the firmware hangs. The kernel's driver gives up after two seconds; here
   * nothing does, and every command hangs, so that callers can try limits of their own.
   */
  rpc(message: Message): Uint8Array | DriverRefusal | undefined {
    if (this.#firmware.faults.hang) return undefined;
    try {
      return this.#rpc(message);
    } catch (error) {
      if (error instanceof Refused) return { errno: error.errno };
      throw error;
    }
  }

  #rpc({ request, scope, replyLengthBytes }: Message): Uint8Array | undefined {
    const size = uintAt(request, 8, 4);
    this.#demand(request.length >= REQUEST_HEADER_BYTES && size <= request.length - REQUEST_HEADER_BYTES, 'EINVAL', 'op_size is larger than the request');
    const payload = request.slice(REQUEST_HEADER_BYTES, REQUEST_HEADER_BYTES + size);
    switch (uintAt(request, 0, 2)) {
      case OPCODE.getSupportedFeatures: return this.#list(payload, replyLengthBytes);
      case OPCODE.getFeature: return this.#get(payload, replyLengthBytes);
      case OPCODE.setFeature: return this.#set(payload, scope, replyLengthBytes);
      default: return this.#refuse('EINVAL', 'the driver does not pass this opcode');
    }
  }

  #list(payload: Uint8Array, room: number): Uint8Array {
    this.#demand(payload.length === LIST_REQUEST_BYTES, 'EINVAL', 'op_size is not 8');
    const [count, start] = [uintAt(payload, PAYLOAD.listCount, 4), uintAt(payload, PAYLOAD.listStart, 2)];
    this.#demand(start < this.#entries.length, 'EINVAL', 'start_idx is past the last feature');
    const shown = this.#entries.slice(start, start + Math.floor(count / ENTRY_BYTES));
    return reply(0, pack([2, shown.length], [2, this.#entries.length], [4, 0], ...shown), room);
  }

  #get(payload: Uint8Array, room: number): Uint8Array | undefined {
    this.#demand(payload.length === GET_REQUEST_BYTES, 'EINVAL', 'op_size is not 21');
    const count = uintAt(payload, PAYLOAD.count, 2);
    this.#demand(count > 0 && room >= REPLY_HEADER_BYTES && count <= room - REPLY_HEADER_BYTES, 'EINVAL', 'count is 0 or larger than the room for the reply');
    const pieces: Uint8Array[] = [];
    const start = uintAt(payload, PAYLOAD.offset, 2);
    for (let done = 0; done < count;) {
      const part = payload.slice();
      putUint(part, PAYLOAD.offset, 2, start + done);
      putUint(part, PAYLOAD.count, 2, Math.min(count - done, this.#firmware.profile.payloadBytes));
      const answer = this.#send(OPCODE.getFeature, part);
      if (answer === undefined) return undefined;
      if (answer === 'undelivered' || answer.code !== 0) return reply(answer === 'undelivered' ? 0 : answer.code, new Uint8Array(), room);
      pieces.push(answer.payload);
      done += answer.payload.length;
    }
    return reply(0, joined(pieces), room);
  }

  #set(payload: Uint8Array, scope: number, room: number): Uint8Array | undefined {
    this.#demand(this.#firmware.profile.opcodes.includes(OPCODE.setFeature), 'EINVAL', 'the device does not list Set Feature');
    this.#demand(payload.length >= UUID_BYTES, 'EINVAL', 'op_size has no room for a UUID');
    this.#checkScope(uuidAt(payload, 0), scope);
    this.#demand(payload.length > SET_HEADER_BYTES, 'EINVAL', 'there is nothing to set');
    this.#demand(!EXCLUSIVE.has(uuidAt(payload, 0)), 'EPERM', 'the feature is the kernel\'s own');
    this.#demand(room >= REPLY_HEADER_BYTES, 'EINVAL', 'there is no room for the reply');
    const data = payload.subarray(SET_HEADER_BYTES);
    const most = this.#firmware.profile.payloadBytes - SET_HEADER_BYTES;
    for (let done = 0; done < data.length; done += most) {
      const answer = this.#send(OPCODE.setFeature, part(payload, data, done, most));
      if (answer === undefined) return undefined;
      if (answer === 'undelivered' || answer.code !== 0) return reply(answer === 'undelivered' ? 0 : answer.code, new Uint8Array(), room);
    }
    return reply(0, new Uint8Array(), room);
  }

  #checkScope(uuid: string, scope: number): void {
    const entry = this.#entries.find((candidate) => uuidAt(candidate, 0) === uuid);
    if (entry === undefined) this.#refuse('EINVAL', 'the device lists no such feature');
    const [flags, effects] = [uintAt(entry, ENTRY.flags, 4), uintAt(entry, ENTRY.effects, 2)];
    this.#demand((flags & FLAG.changeable) !== 0, 'EINVAL', 'the feature is not changeable');
    this.#demand((effects & (EFFECT.reserved | EFFECT.background)) === 0, 'EINVAL', 'its effects are reserved, or it runs in the background');
    this.#demand((effects & (IMMEDIATE | RESET)) !== 0, 'EINVAL', 'it has neither an immediate effect nor one at a reset');
    this.#demand(scope >= ((effects & IMMEDIATE) !== 0 ? SCOPE.debugWriteFull : SCOPE.debugWrite), 'EINVAL', 'the scope is too low');
  }

  /** What the kernel keeps for itself is listed as unchangeable. */
  #readList(): Uint8Array[] {
    const entries: Uint8Array[] = [];
    for (let total = 1; entries.length < total;) {
      const answer = this.#firmware.execute(OPCODE.getSupportedFeatures, pack([4, LIST_HEADER_BYTES + ENTRY_BYTES * ENTRIES_AT_ONCE], [2, entries.length], [2, 0]));
      const shown = uintAt(answer?.payload ?? new Uint8Array(), 0, 2);
      if (answer === undefined || shown === 0) break;
      total = uintAt(answer.payload, 2, 2);
      for (let at = 0; at < shown; at += 1) entries.push(answer.payload.slice(LIST_HEADER_BYTES + at * ENTRY_BYTES, LIST_HEADER_BYTES + (at + 1) * ENTRY_BYTES));
    }
    for (const entry of entries) {
      if (!EXCLUSIVE.has(uuidAt(entry, 0))) continue;
      putUint(entry, ENTRY.setBytes, 2, 0);
      putUint(entry, ENTRY.flags, 1, uintAt(entry, ENTRY.flags, 1) & ~FLAG.changeable);
    }
    return entries;
  }

  #send(opcode: number, payload: Uint8Array): Answer | 'undelivered' | undefined {
    return this.#firmware.faults.isDeaf ? 'undelivered' : this.#firmware.execute(opcode, payload);
  }

  #demand(condition: boolean, errno: string, reason: string): void {
    if (!condition) this.#refuse(errno, reason);
  }

  #refuse(errno: string, reason: string): never {
    throw new Refused(errno, reason);
  }
}

/** One part of a Set Feature: the driver decides how data are transferred, and always asks for them to be saved. */
function part(payload: Uint8Array, data: Uint8Array, done: number, most: number): Uint8Array {
  const last = done + most >= data.length;
  const action = done === 0 ? (last ? TRANSFER.full : TRANSFER.initiate) : (last ? TRANSFER.finish : TRANSFER.continue);
  const bytes = joined([payload.subarray(0, SET_HEADER_BYTES), data.subarray(done, done + most)]);
  putUint(bytes, PAYLOAD.setFlags, 1, (uintAt(payload, PAYLOAD.setFlags, 1) & ~ACTION_MASK) | action | SAVED_ACROSS_RESET);
  putUint(bytes, PAYLOAD.setOffset, 2, uintAt(payload, PAYLOAD.setOffset, 2) + done);
  return bytes;
}

/** A reply as the caller gets it: 8 bytes longer than what it holds, and cut to the room that there is. */
function reply(code: number, payload: Uint8Array, room: number): Uint8Array {
  const bytes = new Uint8Array(COUNTED_HEADER_BYTES + payload.length);
  bytes.set(pack([4, payload.length], [4, code], payload));
  return bytes.subarray(0, room);
}
