import { PluginError } from '../errors/classes.js';
import { CAPABILITY_ID, capabilityRoomBytes, extendedCapabilityBytes } from './config-registers.js';
import type { MsixLayout, PciCapability, PciDevice, PciExtendedCapability, PciRegion } from './pci-device.js';

const BARS = 6;
const MIN_BAR_BYTES = 4096;
const MAX_32_BIT_BAR_BYTES = 2 ** 31;
const MAX_VECTORS = 2048;
const ENTRY_BYTES = 16;
const STRUCTURE_ALIGNMENT_BYTES = 8;
const BYTE_BITS = 8;
const BYTE_MAX = 0xff;
/** What the bus's own capabilities leave of the first 256 bytes. */
const OWN_CAPABILITY_BYTES = 0x100 - 0x98;
/** What extended capabilities can take. */
const EXTENDED_BYTES = 0x1000 - 0x100;
const ID_MAX = 0xffff;
const VERSION_MAX = 0xf;
const DWORD_BYTES = 4;

/** Throws `ERR_PLUGIN` unless the BARs of a device, its capabilities and its MSI-X structures are such as configuration space can express. */
export function checkPciDevice(device: Pick<PciDevice, 'regions' | 'msix' | 'capabilities' | 'extendedCapabilities'>): void {
  const taken = new Set<number>();
  for (const region of device.regions) {
    checkRegion(region);
    for (const bar of region.is64Bit ? [region.bar, region.bar + 1] : [region.bar]) {
      demand(!taken.has(bar), `two regions claim BAR ${String(bar)}`);
      taken.add(bar);
    }
  }
  if (device.msix !== undefined) checkMsix(device.msix, device.regions);
  checkCapabilities(device.capabilities ?? []);
  checkExtended(device.extendedCapabilities ?? []);
}

function checkExtended(capabilities: readonly PciExtendedCapability[]): void {
  for (const { id, version, data } of capabilities) {
    demand(Number.isInteger(id) && id >= 1 && id <= ID_MAX, `there can be no extended capability ${String(id)}`);
    demand(Number.isInteger(version) && version >= 0 && version <= VERSION_MAX, `extended capability ${String(id)} has version ${String(version)}`);
    demand(data.length % DWORD_BYTES === 0, `extended capability ${String(id)} holds ${String(data.length)} bytes`);
  }
  const bytes = capabilities.reduce((sum, capability) => sum + extendedCapabilityBytes(capability), 0);
  demand(bytes <= EXTENDED_BYTES, 'its extended capabilities do not fit into configuration space');
}

function checkCapabilities(capabilities: readonly PciCapability[]): void {
  const taken = new Set<number>(Object.values(CAPABILITY_ID));
  let roomBytes = OWN_CAPABILITY_BYTES;
  for (const { id, lengthBytes } of capabilities) {
    demand(Number.isInteger(id) && id >= 1 && id <= BYTE_MAX && !taken.has(id), `there is already a capability ${String(id)}, or there can be none`);
    demand(Number.isInteger(lengthBytes) && lengthBytes >= 4 && lengthBytes % 4 === 0, `capability ${String(id)} has ${String(lengthBytes)} bytes`);
    taken.add(id);
    roomBytes -= capabilityRoomBytes(lengthBytes);
  }
  demand(roomBytes >= 0, 'its capabilities do not fit into configuration space');
}

function checkRegion({ bar, sizeBytes, is64Bit }: PciRegion): void {
  const what = `the region of BAR ${String(bar)}`;
  demand(Number.isInteger(bar) && bar >= 0 && bar < BARS - (is64Bit ? 1 : 0), `${what} has no such BAR`);
  demand(sizeBytes >= MIN_BAR_BYTES && Number.isInteger(Math.log2(sizeBytes)), `${what} has a size of ${String(sizeBytes)} bytes`);
  demand(is64Bit || sizeBytes <= MAX_32_BIT_BAR_BYTES, `${what} is too large for 32 bits`);
}

function checkMsix(msix: MsixLayout, regions: readonly PciRegion[]): void {
  demand(Number.isInteger(msix.vectors) && msix.vectors >= 1 && msix.vectors <= MAX_VECTORS, `MSI-X has ${String(msix.vectors)} vectors`);
  const sizeBytes = regions.find((region) => region.bar === msix.bar)?.sizeBytes ?? 0;
  const tableEnd = msix.tableOffsetBytes + msix.vectors * ENTRY_BYTES;
  const pendingEnd = msix.pendingOffsetBytes + Math.ceil(msix.vectors / BYTE_BITS / STRUCTURE_ALIGNMENT_BYTES) * STRUCTURE_ALIGNMENT_BYTES;
  demand(isPlaced(msix.tableOffsetBytes, tableEnd, sizeBytes), 'the MSI-X table lies outside its BAR');
  demand(isPlaced(msix.pendingOffsetBytes, pendingEnd, sizeBytes), 'the MSI-X pending bits lie outside their BAR');
  demand(tableEnd <= msix.pendingOffsetBytes || pendingEnd <= msix.tableOffsetBytes, 'the MSI-X table and pending bits overlap');
}

function isPlaced(start: number, end: number, sizeBytes: number): boolean {
  return start >= 0 && start % STRUCTURE_ALIGNMENT_BYTES === 0 && end <= sizeBytes;
}

function demand(condition: boolean, fault: string): void {
  if (!condition) throw new PluginError('ERR_PLUGIN', `A simulated PCI device is inconsistent: ${fault}.`);
}
