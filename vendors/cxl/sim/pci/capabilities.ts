import type { PciExtendedCapability } from '@auxctl/core';
import { pack } from '../wire.js';

const SERIAL_NUMBER_ID = 0x0003;
const VENDOR_SPECIFIC_ID = 0x0023;
const CXL_VENDOR = 0x1e98;
const HEADER_BYTES = 10;

/** A designated vendor-specific capability (CXL 3.2, section 8.1.1); `body` follows its id. */
function designated(id: number, revision: number, body: Uint8Array): PciExtendedCapability {
  const lengthBytes = HEADER_BYTES + body.length;
  return { id: VENDOR_SPECIFIC_ID, version: 1, data: pack([2, CXL_VENDOR], [2, revision + lengthBytes * 16], [2, id], body) };
}

/** A device with memory and no range registers, so that nothing waits for its memory to become ready. */
function cxlDevice(): PciExtendedCapability {
  const hasMemory = 0x0004;
  return designated(0, 3, pack([2, hasMemory], new Uint8Array(0x3c - HEADER_BYTES - 2)));
}

/** The memory device's registers are at the start of `bar`. */
function registerLocator(bar: number): PciExtendedCapability {
  const memoryDevice = 3;
  return designated(8, 0, pack([2, 0], [4, bar + memoryDevice * 256], [4, 0]));
}

/** What a memory device shows in extended configuration space. */
export function extendedCapabilities(bar: number, serial: number): readonly PciExtendedCapability[] {
  return [{ id: SERIAL_NUMBER_ID, version: 1, data: pack([6, serial], [2, 0]) }, cxlDevice(), registerLocator(bar)];
}
