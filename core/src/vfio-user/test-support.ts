import type { Eventfd, MapOptions, OwnedDescriptor } from '../native.js';
import type { PciDevice, PciHost, PciRegion } from '../simulator/pci-device.js';
import type { MappedMemory, MemoryMapper } from './guest-memory.js';

/** Little-endian fields, `[width in bytes, value]`, one after the other, then bytes as they are. */
export function bytesOf(...parts: readonly (readonly [1 | 2 | 4 | 8, number | bigint] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => {
    if (part instanceof Uint8Array) return [...part];
    const [width, value] = part;
    return Array.from({ length: width }, (_, index) => Number((BigInt(value) >> BigInt(index * 8)) & 0xffn));
  }));
}

/** A client's message, header included. */
export function message(id: number, command: number, payload: Uint8Array, flags = 0): Uint8Array {
  return bytesOf([2, id], [2, command], [4, 16 + payload.length], [4, flags], [4, 0], payload);
}

/** A VERSION payload. */
export function versionPayload(data: string, major = 0, minor = 0): Uint8Array {
  return bytesOf([2, major], [2, minor], new TextEncoder().encode(data));
}

/** A descriptor of this process only: it stands for `memory`, or for an event counter. */
export class FakeDescriptor implements OwnedDescriptor {
  readonly fd = -1;
  readonly memory: Uint8Array;
  closed = false;

  constructor(memory: Uint8Array = new Uint8Array(0)) {
    this.memory = memory;
  }

  close(): void {
    this.closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Counts signals. */
export class FakeEventfd extends FakeDescriptor implements Eventfd {
  signals = 0n;

  signal(count = 1n): void {
    this.signals += count;
  }

  tryTake(): bigint | undefined {
    const taken = this.signals;
    this.signals = 0n;
    return taken === 0n ? undefined : taken;
  }

  async take(): Promise<bigint> {
    return Promise.resolve(this.tryTake() ?? 0n);
  }
}

/** What the shim would refuse: a mapping past the end of a file. The connection makes it an error reply. */
export class MappingFault extends RangeError {}

/** Memory of this process as the shim would map it; `closes` counts how often mappings were closed. */
export class FakeNative implements MemoryMapper {
  closes = 0;

  map(descriptor: OwnedDescriptor, { offsetBytes = 0, lengthBytes }: MapOptions): MappedMemory {
    if (!(descriptor instanceof FakeDescriptor)) throw new TypeError('not a fake descriptor');
    const start = Number(offsetBytes);
    if (start + lengthBytes > descriptor.memory.length) throw new MappingFault();
    const memory = descriptor.memory.subarray(start, start + lengthBytes);
    return {
      copyOut: (at, length) => memory.slice(at, at + length),
      copyIn: (at, data) => { memory.set(data, at); },
      barrier: () => undefined,
      close: () => { this.closes += 1; },
    };
  }

  eventfdFrom(descriptor: OwnedDescriptor): Eventfd {
    if (!(descriptor instanceof FakeEventfd)) throw new TypeError('not an event counter');
    return descriptor;
  }
}

/** A device with one 64-bit BAR of plain memory and 4 vectors, which remembers how it was used. */
export class MemoryDevice implements PciDevice {
  readonly identity = { vendorId: 0x1234, deviceId: 0x5678, subsystemVendorId: 0x9abc, subsystemId: 0xdef0, revision: 2, classCode: 0x028000 };
  readonly msix = { vectors: 4, bar: 0, tableOffsetBytes: 0x2000, pendingOffsetBytes: 0x3000 };
  readonly memory = new Uint8Array(0x4000);
  readonly accesses: string[] = [];
  readonly regions: readonly PciRegion[] = [{
    bar: 0,
    sizeBytes: this.memory.length,
    is64Bit: true,
    isPrefetchable: true,
    read: (offsetBytes, widthBytes) => {
      this.accesses.push(`r${String(widthBytes)}@${offsetBytes.toString(16)}`);
      return this.memory.slice(offsetBytes, offsetBytes + widthBytes);
    },
    write: (offsetBytes, data) => {
      this.accesses.push(`w${String(data.length)}@${offsetBytes.toString(16)}`);
      this.memory.set(data, offsetBytes);
    },
  }];
  host: PciHost | undefined;
  resets = 0;

  attach(host: PciHost): void {
    this.host = host;
  }

  reset(): void {
    this.resets += 1;
  }
}
