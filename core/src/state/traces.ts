import { existsSync } from 'node:fs';
import type { Manifest, ReportedTrace } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { RootedFiles } from '../system/rooted-files.js';

/** A device, and what its plugin knows of the marks that other tools leave. */
export interface TraceSubject {
  readonly device: Device;
  readonly traces: NonNullable<Manifest['traces']>;
}

/** Drivers that give a device to a program (`drivers/vfio/pci/`, `drivers/uio/`). */
const PROGRAMS_DRIVERS = new Set(['vfio-pci', 'uio_pci_generic', 'igb_uio']);
const VFIO_DRIVER = '/sys/bus/pci/drivers/vfio-pci';
const PCI_ADDRESS = /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** What other tools have left in the system below `root`, as far as it can be seen. Nothing is changed and nothing thrown. */
export function findTraces(subjects: readonly TraceSubject[], root = '/'): ReportedTrace[] {
  const files = new RootedFiles(root);
  const declared = new Map(subjects.flatMap(({ traces }) => traces.map((trace) => [trace.path, trace] as const)));
  return [
    ...subjects.flatMap(({ device }) => tracesOfDevice(device, files)),
    ...idleVfio(files),
    ...[...declared.values()].filter(({ path }) => existsSync(files.locate(path))).map(({ what, path, means }) => ({ what, where: path, means })),
  ];
}

function tracesOfDevice({ address, driver }: Device, files: RootedFiles): ReportedTrace[] {
  if (!PCI_ADDRESS.test(address)) return [];
  const path = `/sys/bus/pci/devices/${address}/driver_override`;
  const override = files.text(path);
  return [
    ...(driver !== undefined && PROGRAMS_DRIVERS.has(driver) ? [{ what: `${address} is given to a program by ${driver}`, where: `/sys/bus/pci/devices/${address}/driver`, means: 'a program has the whole device in its hands, and no driver of the kernel sees what it does' }] : []),
    ...(override === undefined || override === '(null)' || override === '' ? [] : [{ what: `only the driver ${override} may bind to ${address}`, where: path, means: 'somebody has set this; it stays until the device is removed' }]),
  ];
}

/** Identifiers that were written to `new_id` cannot be read back (`drivers/pci/pci-driver.c`): that the driver is there for nobody is all that shows. */
function idleVfio(files: RootedFiles): ReportedTrace[] {
  const entries = files.entries(VFIO_DRIVER);
  if (entries === undefined || entries.some((name) => PCI_ADDRESS.test(name))) return [];
  return [{
    what: 'vfio-pci is there, and drives no device', where: `${VFIO_DRIVER}/new_id`,
    means: 'tools that fall back to VFIO write a device\'s ids here and leave them: a device of that kind without a driver then goes to vfio-pci. The kernel does not show which ids were written',
  }];
}
