import type { MapOptions, Mapping, OwnedDescriptor } from '../native.js';
import { TransportError } from '../errors/classes.js';
import type { DmaMemory } from '../simulator/pci-device.js';
import { ERRNO, type Errno } from './protocol/header.js';
import type { DmaMapRequest, DmaUnmapRequest } from './protocol/requests.js';
import { MAX_DMA_RANGES } from './protocol/version.js';

/** What of mapped memory is needed here. */
export type MappedMemory = Pick<Mapping, 'copyOut' | 'copyIn' | 'barrier' | 'close'>;

/** What of the native shim is needed here. */
export interface MemoryMapper {
  /** Maps part of what a descriptor stands for; the mapping outlives the descriptor. */
  map(descriptor: OwnedDescriptor, options: MapOptions): MappedMemory;
}

/** A range that the client announced. */
interface Range {
  readonly start: bigint;
  /** The first address after it. */
  readonly end: bigint;
  readonly readable: boolean;
  readonly writable: boolean;
  /** Absent where the client sent no descriptor. */
  readonly mapping: MappedMemory | undefined;
}

/** Part of an access that lies in one range. */
interface Segment {
  readonly mapping: MappedMemory;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

const ADDRESS_END = 1n << 64n;

/**
 * The client's memory, through the descriptors that it sent. Ranges without a descriptor are known, so that they can be taken back,
 * but not reachable: the protocol's own read and write messages need an answer, and a client that waits for one gives none.
 */
export class GuestMemory implements DmaMemory {
  readonly #native: MemoryMapper;
  /** Ascending and disjoint. */
  readonly #ranges: Range[] = [];

  constructor(native: MemoryMapper) {
    this.#native = native;
  }

  /**
   * Adds a range; the descriptor stays the caller's. Returns an errno when the request contradicts itself or what is
   * mapped; throws the shim's error when the descriptor cannot be mapped.
   */
  map(request: DmaMapRequest, descriptor: OwnedDescriptor | undefined): Errno | undefined {
    const start = request.address;
    const end = start + request.lengthBytes;
    if (end === start || end > ADDRESS_END || request.lengthBytes > BigInt(Number.MAX_SAFE_INTEGER)) return ERRNO.EINVAL;
    if (request.needsDescriptor && descriptor === undefined) return ERRNO.EINVAL;
    if (this.#ranges.length >= MAX_DMA_RANGES) return ERRNO.ENOSPC;
    const index = this.#firstEndingAfter(start);
    const next = this.#ranges[index];
    if (next !== undefined && next.start < end) return ERRNO.EEXIST;
    const { readable, writable } = request;
    const mapping = descriptor === undefined || !(readable || writable) ? undefined : this.#mapDescriptor(request, descriptor);
    this.#ranges.splice(index, 0, { start, end, readable, writable, mapping });
    return undefined;
  }

  /**
   * Takes back every range that lies within the request's; afterwards nothing refers to them. As with the kernel's own interface,
   * which clients with an IOMMU of their own count on, there may be several or none. Returns an errno, and takes back nothing, when
   * a range lies within it in part only.
   */
  unmap(request: DmaUnmapRequest): Errno | undefined {
    const start = request.address;
    const end = start + request.lengthBytes;
    const first = this.#firstEndingAfter(start);
    const after = this.#ranges.findIndex((range, index) => index >= first && range.start >= end);
    const taken = this.#ranges.slice(first, after === -1 ? undefined : after);
    if (taken.some((range) => range.start < start || range.end > end)) return ERRNO.EINVAL;
    for (const range of this.#ranges.splice(first, taken.length)) range.mapping?.close();
    return undefined;
  }

  /** Takes all ranges back. */
  clear(): void {
    for (const range of this.#ranges.splice(0)) range.mapping?.close();
  }

  /** Copies out of the guest's memory; throws `ERR_DMA_RANGE` unless all of it is reachable. */
  read(address: bigint, lengthBytes: number): Uint8Array {
    const segments = this.#segments(address, lengthBytes, 'readable');
    const [first] = segments;
    if (first !== undefined && segments.length === 1) return first.mapping.copyOut(first.offsetBytes, lengthBytes);
    const result = new Uint8Array(lengthBytes);
    let at = 0;
    for (const segment of segments) {
      result.set(segment.mapping.copyOut(segment.offsetBytes, segment.lengthBytes), at);
      at += segment.lengthBytes;
    }
    return result;
  }

  /** Copies into the guest's memory, after everything written before; throws `ERR_DMA_RANGE` unless all of it is reachable. */
  write(address: bigint, data: Uint8Array): void {
    let at = 0;
    for (const { mapping, offsetBytes, lengthBytes } of this.#segments(address, data.length, 'writable')) {
      mapping.barrier('write');
      mapping.copyIn(offsetBytes, data.subarray(at, at + lengthBytes));
      at += lengthBytes;
    }
  }

  #mapDescriptor(request: DmaMapRequest, descriptor: OwnedDescriptor): MappedMemory {
    return this.#native.map(descriptor, {
      offsetBytes: request.fileOffsetBytes,
      lengthBytes: Number(request.lengthBytes),
      protection: request.writable ? 'read-write' : 'read',
    });
  }

  #segments(address: bigint, lengthBytes: number, right: 'readable' | 'writable'): Segment[] {
    const end = address + BigInt(lengthBytes);
    const segments: Segment[] = [];
    let at = address;
    for (let index = this.#firstEndingAfter(address); at < end; index += 1) {
      const range = this.#ranges[index];
      if (range === undefined || range.start > at || !range[right] || range.mapping === undefined) throw unreachable(address, lengthBytes, range);
      const stop = range.end < end ? range.end : end;
      segments.push({ mapping: range.mapping, offsetBytes: Number(at - range.start), lengthBytes: Number(stop - at) });
      at = stop;
    }
    return segments;
  }

  /** Binary search: the first range that reaches beyond `address`. */
  #firstEndingAfter(address: bigint): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = this.#ranges[middle];
      if (range !== undefined && range.end <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function unreachable(address: bigint, lengthBytes: number, range: Range | undefined): TransportError {
  const place = `${String(lengthBytes)} bytes of guest memory at 0x${address.toString(16)}`;
  const isUnshared = range !== undefined && range.start <= address && range.mapping === undefined;
  return new TransportError('ERR_DMA_RANGE', isUnshared ? `The client does not share ${place}.` : `The client has not mapped ${place} for this access.`);
}
