import type { ByteOrder } from '../native.js';

/**
 * A device's memory, mapped into this process. Every access is one load or store of 32 bits, which the compiler neither splits nor leaves
 * out; positions are multiples of 4 below {@link lengthBytes}. A device that is gone answers every load with all ones. What the native
 * shim maps has this shape.
 */
export interface DeviceMemory {
  readonly lengthBytes: number;
  /** Loads 32 bits, unsigned. */
  read32(offsetBytes: number, order: ByteOrder): number;
  /** Stores 32 bits, 0 to 2^32-1. */
  write32(offsetBytes: number, value: number, order: ByteOrder): void;
  /** Orders earlier accesses before later ones, as the device sees them. */
  barrier(kind: 'full' | 'read' | 'write'): void;
}

/** Device memory with what holds it open. */
export interface MemorySource extends AsyncDisposable {
  readonly memory: DeviceMemory;
  /** Aborts once the system wants the device back: whoever uses the memory stops, and closes the source. */
  readonly gone: AbortSignal;
  /** Unmaps, and gives everything back in order; the memory must not be used any more. Harmless when repeated. */
  close(): Promise<void>;
}
