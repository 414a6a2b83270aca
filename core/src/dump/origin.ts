import type { Manifest, TransportKind } from '@auxctl/schemas';
import type { ChannelInfo } from '../channel/types.js';
import { pciIdText } from '../device/pci-id.js';
import type { DumpHost } from './host.js';
import type { DumpOrigin } from './receiver.js';

/** What the first line of a dump says: who the device is, and by what it was read. */
export function dumpOrigin({ manifest, transport }: { readonly manifest: Manifest; readonly transport: TransportKind }, { device, product, identity }: ChannelInfo, { tool, kernel, driverVersion }: DumpHost, created: Date): DumpOrigin {
  const { pci, driver } = device;
  return {
    created: created.toISOString(), tool,
    ...(kernel === undefined ? {} : { kernel }),
    device: {
      address: device.address, transport,
      ...(pci === undefined ? {} : { pci: pciIdText(pci) }),
      ...(product === undefined ? {} : { product }),
      ...(driver === undefined ? {} : { driver }),
      ...(driverVersion === undefined ? {} : { driverVersion }),
      identity: identity.map(({ name, value }) => ({ name, value })),
    },
    plugin: { name: manifest.name, ...(manifest.version === undefined ? {} : { version: manifest.version }) },
  };
}
