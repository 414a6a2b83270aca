import type { Manifest, TransportKind } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { VFIO_DRIVER } from '../vfio/driver.js';

/** What leads to a device's firmware, of what its plugin can use: the kernel's own node first. */
export function transportsTo({ bus, names, node, driver, vendorCapability }: Device, manifest: Pick<Manifest, 'transports'> | undefined): TransportKind[] {
  const uses = (kind: TransportKind): boolean => manifest?.transports.includes(kind) === true;
  const leading: TransportKind[] = [
    ...(names.fwctl.length > 0 && node !== undefined ? ['fwctl' as const] : []),
    ...(names.nvme.length > 0 ? ['nvme' as const] : []),
    ...(driver === VFIO_DRIVER && uses('vfio') ? ['vfio' as const] : []),
    ...(vendorCapability !== undefined && uses('vsc') ? ['vsc' as const] : []),
    ...((bus === 'pci' || bus === 'netdev') && uses('kernel') ? ['kernel' as const] : []),
  ];
  return leading;
}
