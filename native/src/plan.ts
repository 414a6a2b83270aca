import { argumentError } from './errors.js';
import { checkBytes, checkInteger, checkObject } from './check.js';
import type { IoctlCall, IoctlPointer } from './types.js';

/** What a step of a plan does; the numbers are shared with program.h. */
export const Op = { ioctl: 1, ioctlValue: 2, pread: 3, pwrite: 4, read: 5, write: 6, open: 7, lock: 8, size: 9, map: 10, close: 11, await: 12, merge: 13 } as const;

/** System calls in the form that the addon takes: memory, and steps that refer to positions in it. */
export interface Plan {
  /** The memory that the steps read and write; the addon works on a copy and copies it back. */
  readonly arena: Uint8Array;
  /** Six words a step (operation, a, b, c, d, number of pointers), then two a pointer (position of the slot, position pointed to). */
  readonly words: Uint32Array;
  /** Number of steps. */
  readonly steps: number;
}

/** Largest arena: positions are 32 bits wide, and one Uint8Array must hold it. */
const MAX_ARENA_BYTES = 0x7fff_0000;
const STEP_WORDS = 6;
const WORDS_A_POINTER = 2;
const SLOT_BYTES = 8;
const MAX_DEPTH = 16;
const WORD_BITS = 32n;
const WORD_MASK = 0xffff_ffffn;
// The size field of a request number that was made with the kernel's _IOC macros.
const IOC_SIZE_SHIFT = 16;
const IOC_SIZE_MASK = 0x3fff;
const IOC_DIRECTION_SHIFT = 30;
const ALIGNMENT_BYTES = 16;

function align(lengthBytes: number): number {
  return Math.ceil(lengthBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

/** Splits an unsigned 64-bit value into its low and high word. */
export function splitWords(value: bigint): [low: number, high: number] {
  return [Number(value & WORD_MASK), Number((value >> WORD_BITS) & WORD_MASK)];
}

/** A plan of one step on the given memory. */
export function planStep(op: number, arena: Uint8Array, a = 0, b = 0, c = 0, d = 0): Plan {
  return { arena, words: Uint32Array.of(op, a, b, c, d, 0), steps: 1 };
}

/** The length of an argument or buffer in the arena. */
function bufferLength(buffer: IoctlPointer['buffer']): number {
  return buffer instanceof Uint8Array ? buffer.byteLength : buffer.lengthBytes;
}

interface Extent {
  bytes: number;
  pointers: number;
}

function measurePointers(pointers: readonly IoctlPointer[], parentBytes: number, depth: number, extent: Extent): void {
  if (!Array.isArray(pointers)) throw argumentError('pointers', 'an array');
  if (depth > MAX_DEPTH) throw argumentError('pointers', `at most ${MAX_DEPTH} levels`);
  for (const pointer of pointers as readonly IoctlPointer[]) {
    checkObject('pointers', pointer);
    checkInteger('pointers.offsetBytes', pointer.offsetBytes, 0, parentBytes - SLOT_BYTES);
    const lengthBytes = checkBuffer(pointer.buffer);
    extent.bytes += align(lengthBytes);
    extent.pointers += 1;
    if (pointer.pointers !== undefined) measurePointers(pointer.pointers, lengthBytes, depth + 1, extent);
  }
}

function checkBuffer(buffer: unknown): number {
  if (typeof buffer !== 'object' || buffer === null) throw argumentError('pointers.buffer', 'a Uint8Array or a length');
  if (ArrayBuffer.isView(buffer)) return checkBytes('pointers.buffer', buffer).byteLength;
  return checkInteger('pointers.buffer.lengthBytes', 'lengthBytes' in buffer ? buffer.lengthBytes : undefined, 0, MAX_ARENA_BYTES);
}

function checkCall(call: IoctlCall): void {
  checkObject('call', call);
  checkInteger('request', call.request, 0, 0xffff_ffff);
  if (typeof call.name !== 'string') throw argumentError('name', 'a string');
  if (typeof call.argument === 'bigint') {
    if (call.pointers !== undefined && call.pointers.length > 0) throw argumentError('pointers', 'none with an argument passed by value');
    if (BigInt.asUintN(64, call.argument) !== call.argument) throw argumentError('argument', 'a bigint from 0 to 2^64-1');
    return;
  }
  const lengthBytes = checkBytes('argument', call.argument).byteLength;
  const encoded = call.request >>> IOC_DIRECTION_SHIFT === 0 ? 0 : (call.request >>> IOC_SIZE_SHIFT) & IOC_SIZE_MASK;
  if (lengthBytes < encoded) throw argumentError('argument', `at least the ${encoded} bytes that request ${call.name} says it has`);
}

function measure(calls: readonly IoctlCall[]): Extent {
  const extent = { bytes: 0, pointers: 0 };
  for (const call of calls) {
    checkCall(call);
    if (typeof call.argument === 'bigint') continue;
    extent.bytes += align(call.argument.byteLength);
    if (call.pointers !== undefined) measurePointers(call.pointers, call.argument.byteLength, 1, extent);
  }
  if (extent.bytes > MAX_ARENA_BYTES) throw argumentError('calls', `at most ${MAX_ARENA_BYTES} bytes in all`);
  return extent;
}

/** Lays out calls one after the other, each followed by its buffers in depth-first order. */
class Layouter {
  readonly arena: Uint8Array;
  readonly words: Uint32Array;
  #atByte = 0;
  #atWord = 0;

  constructor(calls: number, extent: Extent) {
    this.arena = new Uint8Array(extent.bytes);
    this.words = new Uint32Array(calls * STEP_WORDS + extent.pointers * WORDS_A_POINTER);
  }

  call(call: IoctlCall): void {
    const { argument } = call;
    if (typeof argument === 'bigint') {
      this.#step(Op.ioctlValue, call.request, ...splitWords(argument));
      return;
    }
    const countAt = this.#atWord + STEP_WORDS - 1;
    const position = this.#atByte;
    this.#step(Op.ioctl, call.request, position, argument.byteLength);
    this.arena.set(argument, position);
    this.#atByte += align(argument.byteLength);
    if (call.pointers !== undefined) this.words[countAt] = this.#pointers(call.pointers, position);
  }

  #step(op: number, a: number, b: number, c: number): void {
    const at = this.#atWord;
    this.words[at] = op;
    this.words[at + 1] = a;
    this.words[at + 2] = b;
    this.words[at + 3] = c;
    this.#atWord = at + STEP_WORDS;
  }

  #pointers(pointers: readonly IoctlPointer[], parentAt: number): number {
    let count = 0;
    for (const { offsetBytes, buffer, pointers: nested } of pointers) {
      const position = this.#atByte;
      this.words[this.#atWord++] = parentAt + offsetBytes;
      this.words[this.#atWord++] = position;
      if (buffer instanceof Uint8Array) this.arena.set(buffer, position);
      this.#atByte += align(bufferLength(buffer));
      count += 1;
      if (nested !== undefined) count += this.#pointers(nested, position);
    }
    return count;
  }
}

/** Checks requests and turns them into a plan. Throws `ERR_NATIVE_ARGUMENT`. */
export function planIoctls(calls: readonly IoctlCall[]): Plan {
  const layouter = new Layouter(calls.length, measure(calls));
  for (const call of calls) layouter.call(call);
  return { arena: layouter.arena, words: layouter.words, steps: calls.length };
}

/** Walks the arena of a plan that has run, and hands out each call's argument and buffers in the order in which they were laid out. */
export class ArenaReader {
  readonly #arena: Uint8Array;
  #atByte = 0;

  constructor(arena: Uint8Array) {
    this.#arena = arena;
  }

  /** The memory of the next call. */
  next(call: IoctlCall): { argument: Uint8Array; buffers: Uint8Array[] } {
    if (typeof call.argument === 'bigint') return { argument: new Uint8Array(0), buffers: [] };
    const argument = this.#take(call.argument.byteLength);
    const buffers: Uint8Array[] = [];
    if (call.pointers !== undefined) this.#collect(call.pointers, buffers);
    return { argument, buffers };
  }

  #collect(pointers: readonly IoctlPointer[], buffers: Uint8Array[]): void {
    for (const pointer of pointers) {
      buffers.push(this.#take(bufferLength(pointer.buffer)));
      if (pointer.pointers !== undefined) this.#collect(pointer.pointers, buffers);
    }
  }

  #take(lengthBytes: number): Uint8Array {
    const at = this.#atByte;
    this.#atByte += align(lengthBytes);
    return this.#arena.subarray(at, at + lengthBytes);
  }
}
