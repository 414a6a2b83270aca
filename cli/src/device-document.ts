import { pciIdText, productName, transportsTo, type Device } from '@auxctl/core';
import type { Manifest, TransportKind } from '@auxctl/schemas';
import type { FoundDevice } from './devices.js';
import type { GlobalOptions } from './global-options.js';
import type { ListDocument } from './schemas/devices.js';

/** A device as documents hold it. */
export type DeviceDocument = Omit<ListDocument['devices'][number], 'firmware' | 'problem'>;

/** What is known of a device without opening it. */
export function deviceDocument({ device, plugin, simulated }: FoundDevice, { transport: wanted }: Pick<GlobalOptions, 'transport'>): DeviceDocument {
  const manifest = plugin?.manifest;
  const { address, bus, names, pci, driver, node } = device;
  return {
    address, bus, names: copyNames(names),
    vendor: manifest?.vendor ?? null,
    product: (manifest === undefined ? undefined : productName(manifest, device)) ?? null,
    pciId: pci === undefined ? null : pciIdText(pci),
    driver: driver ?? null, node: node ?? null, plugin: manifest?.name ?? null,
    transport: transportOf(device, { manifest, wanted, isSimulated: simulated !== undefined }),
  };
}

/** The names by which people know a device, for one cell of a table. */
export function shownNames({ names }: Pick<DeviceDocument, 'names'>): string {
  return [...names.fwctl, ...names.netdev, ...names.rdma, ...names.nvme, ...names.memdev].join(' ');
}

/** What would carry a channel; null when nothing leads to the firmware. */
function transportOf(device: Device, { manifest, wanted, isSimulated }: { readonly manifest: Manifest | undefined; readonly wanted: TransportKind | undefined; readonly isSimulated: boolean }): DeviceDocument['transport'] {
  if (wanted !== undefined) return manifest?.transports.includes(wanted) === true ? wanted : null;
  return isSimulated ? 'sim' : transportsTo(device, manifest)[0] ?? null;
}

function copyNames({ auxiliary, fwctl, netdev, rdma, nvme, memdev }: Device['names']): DeviceDocument['names'] {
  return { auxiliary: [...auxiliary], fwctl: [...fwctl], netdev: [...netdev], rdma: [...rdma], nvme: [...nvme], memdev: [...memdev] };
}
