import { WireWriter } from './wire.js';

/** Region indices of a PCI device (Linux `vfio.h`); BARs 0 to 5 come first. */
export const REGION = { lastBar: 5, config: 7 } as const;
/** Number of region indices; 6 is the option ROM and 8 VGA, both of size 0 here. */
export const REGIONS = 9;

/** Interrupt indices of a PCI device (Linux `vfio.h`); `error` is how a device would report that it cannot go on. */
export const IRQ_INDEX = { msix: 2, error: 3 } as const;
/** Number of interrupt indices: INTx, MSI, MSI-X, error, request. */
export const IRQ_INDICES = 5;

const DEVICE_INFO_BYTES = 16;
const REGION_INFO_BYTES = 32;
const IRQ_INFO_BYTES = 16;

const DEVICE_FLAG = { reset: 1, pci: 2 } as const;
const REGION_FLAG = { read: 1, write: 2 } as const;
const IRQ_FLAG = { eventfd: 1 } as const;

/** The answer to GET_INFO: a PCI device that can be reset. */
export function encodeDeviceInfo(): Uint8Array {
  return new WireWriter(DEVICE_INFO_BYTES)
    .u32(DEVICE_INFO_BYTES)
    .u32(DEVICE_FLAG.reset | DEVICE_FLAG.pci)
    .u32(REGIONS)
    .u32(IRQ_INDICES)
    .finish();
}

/** The answer to GET_REGION_INFO: readable and writable by message, never mapped; no flags where there is nothing. */
export function encodeRegionInfo(index: number, sizeBytes: number): Uint8Array {
  const flags = sizeBytes === 0 ? 0 : REGION_FLAG.read | REGION_FLAG.write;
  const noCapabilities = 0;
  const noMappingOffset = 0n;
  return new WireWriter(REGION_INFO_BYTES)
    .u32(REGION_INFO_BYTES)
    .u32(flags)
    .u32(index)
    .u32(noCapabilities)
    .u64(BigInt(sizeBytes))
    .u64(noMappingOffset)
    .finish();
}

/** The answer to GET_IRQ_INFO: vectors that can be connected one by one. */
export function encodeIrqInfo(index: number, vectors: number): Uint8Array {
  return new WireWriter(IRQ_INFO_BYTES).u32(IRQ_INFO_BYTES).u32(IRQ_FLAG.eventfd).u32(index).u32(vectors).finish();
}
