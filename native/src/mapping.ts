import type { Binding, MappingHandle } from './binding.js';
import { checkBytes, checkInteger, checkObject, checkOneOf, checkPosition, checkUint64 } from './check.js';
import type { Context } from './context.js';
import { argumentError, NativeError, nativeError } from './errors.js';
import { Op, type Plan, planStep } from './plan.js';
import type { ByteOrder, MapOptions, Mapping, OwnedDescriptor } from './types.js';

const BARRIER_KINDS = ['full', 'read', 'write'] as const;
const EACCES = 13;
const WIDEST_BYTES = 8n;

/** Which part of a file a mapping shows. */
export interface Extent {
  /** Position of its first byte in the file. */
  readonly position: bigint;
  /** Number of bytes. */
  readonly lengthBytes: number;
  /** Whether it may be written. */
  readonly writable: boolean;
}

function checkMap(options: MapOptions): Extent {
  checkObject('options', options);
  return {
    position: checkPosition('offsetBytes', options.offsetBytes ?? 0),
    lengthBytes: checkInteger('lengthBytes', options.lengthBytes, 1),
    writable: checkOneOf('protection', options.protection, ['read', 'read-write']) === 'read-write',
  };
}

/** The plan of one step that maps part of a channel's file. */
export function planMap(options: MapOptions): { readonly plan: Plan; readonly extent: Extent } {
  const extent = checkMap(options);
  const range = BigUint64Array.of(extent.position, BigInt(extent.lengthBytes), extent.writable ? 1n : 0n);
  return { plan: planStep(Op.map, new Uint8Array(range.buffer)), extent };
}

/** Maps part of a descriptor of this process. */
export function mapDescriptor(context: Context, descriptor: OwnedDescriptor, options: MapOptions): MappedMemory {
  const extent = checkMap(options);
  const handle = context.binding.mapDescriptor(descriptor.fd, extent.position, extent.lengthBytes, extent.writable);
  if (typeof handle === 'number') throw context.error(-handle, 'mmap');
  return new MappedMemory(context.binding, handle, extent);
}

/** Mapped memory; see `Mapping`. */
export class MappedMemory implements Mapping {
  readonly lengthBytes: number;
  readonly writable: boolean;
  readonly #binding: Binding;
  /** What is added to an offset to find its alignment in memory: pages keep that of the file. */
  readonly #skewBytes: number;
  #handle: MappingHandle | undefined;

  constructor(binding: Binding, handle: MappingHandle, extent: Extent) {
    this.#binding = binding;
    this.#handle = handle;
    this.#skewBytes = Number(extent.position % WIDEST_BYTES);
    this.lengthBytes = extent.lengthBytes;
    this.writable = extent.writable;
  }

  read8(offsetBytes: number): number {
    return this.#at(offsetBytes, 1).read8(offsetBytes, false);
  }

  read16(offsetBytes: number, order: ByteOrder): number {
    return this.#at(offsetBytes, 2).read16(offsetBytes, isBig(order));
  }

  read32(offsetBytes: number, order: ByteOrder): number {
    return this.#at(offsetBytes, 4).read32(offsetBytes, isBig(order));
  }

  read64(offsetBytes: number, order: ByteOrder): bigint {
    return this.#at(offsetBytes, 8).read64(offsetBytes, isBig(order));
  }

  write8(offsetBytes: number, value: number): void {
    this.#writableAt(offsetBytes, 1).write8(offsetBytes, checkInteger('value', value, 0, 0xff), false);
  }

  write16(offsetBytes: number, value: number, order: ByteOrder): void {
    this.#writableAt(offsetBytes, 2).write16(offsetBytes, checkInteger('value', value, 0, 0xffff), isBig(order));
  }

  write32(offsetBytes: number, value: number, order: ByteOrder): void {
    this.#writableAt(offsetBytes, 4).write32(offsetBytes, checkInteger('value', value, 0, 0xffff_ffff), isBig(order));
  }

  write64(offsetBytes: number, value: bigint, order: ByteOrder): void {
    this.#writableAt(offsetBytes, 8).write64(offsetBytes, checkUint64('value', value), isBig(order));
  }

  copyOut(offsetBytes: number, lengthBytes: number): Uint8Array {
    const handle = this.#range(offsetBytes, checkInteger('lengthBytes', lengthBytes, 0, this.lengthBytes));
    const target = new Uint8Array(lengthBytes);
    handle.copyOut(offsetBytes, target);
    return target;
  }

  copyIn(offsetBytes: number, bytes: Uint8Array): void {
    const handle = this.#range(offsetBytes, checkBytes('bytes', bytes).byteLength);
    this.#refuseReadOnly();
    handle.copyIn(offsetBytes, bytes);
  }

  barrier(kind: 'full' | 'read' | 'write'): void {
    this.#binding.barrier(BARRIER_KINDS.indexOf(checkOneOf('kind', kind, BARRIER_KINDS)));
  }

  close(): void {
    this.#handle?.close();
    this.#handle = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #range(offsetBytes: number, lengthBytes: number): MappingHandle {
    if (this.#handle === undefined) throw nativeError('ERR_NATIVE_CLOSED', 'the mapping is closed');
    checkInteger('offsetBytes', offsetBytes, 0, this.lengthBytes - lengthBytes);
    return this.#handle;
  }

  #at(offsetBytes: number, widthBytes: number): MappingHandle {
    const handle = this.#range(offsetBytes, widthBytes);
    if ((offsetBytes + this.#skewBytes) % widthBytes === 0) return handle;
    throw argumentError('offsetBytes', `a position aligned to ${widthBytes} bytes`);
  }

  #writableAt(offsetBytes: number, widthBytes: number): MappingHandle {
    const handle = this.#at(offsetBytes, widthBytes);
    this.#refuseReadOnly();
    return handle;
  }

  #refuseReadOnly(): void {
    if (!this.writable) throw new NativeError('EACCES', 'the mapping is read-only (EACCES)', { errno: EACCES });
  }
}

function isBig(order: ByteOrder): boolean {
  return checkOneOf('order', order, ['little', 'big']) === 'big';
}
