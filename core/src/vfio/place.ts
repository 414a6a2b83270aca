import { posix } from 'node:path';
import { FUNCTIONS } from '../bus/pci-function.js';
import { TransportError } from '../errors/classes.js';
import type { RootedFiles } from '../system/rooted-files.js';
import { VFIO_DRIVER } from './driver.js';

/** What the kernel calls the group of a function that no IOMMU watches (`drivers/vfio/group.c`). */
const UNWATCHED_GROUP = 'vfio-noiommu';
const CDEV = /^vfio\d{1,7}$/;

/** One function of a group, and the driver that has it. */
export interface GroupMember {
  readonly address: string;
  readonly driver: string | undefined;
}

/** The nodes through which a function can be opened, where they are in the file system of this process. */
export interface VfioPlace {
  readonly group: string | undefined;
  /** Does an IOMMU keep the function's DMA in bounds? */
  readonly isWatched: boolean;
  /** The function's own node, which only newer kernels have, and only where an IOMMU watches it. */
  readonly cdev: string | undefined;
  readonly members: readonly GroupMember[];
}

/** Finds a function's nodes. Throws `ERR_DEVICE_GONE`, and `ERR_NO_TRANSPORT` with what binds it when another driver has it, or none. */
export function findVfio(files: RootedFiles, address: string): VfioPlace {
  const path = `${FUNCTIONS}/${address}`;
  if (files.entries(path) === undefined) throw new TransportError('ERR_DEVICE_GONE', `there is no PCI function ${address} any more`, { device: address });
  const driver = driverOf(files, address);
  if (driver !== VFIO_DRIVER) throw notBound(address, driver);
  const group = nameOf(files, `${path}/iommu_group`);
  const isWatched = files.text(`${path}/iommu_group/name`) !== UNWATCHED_GROUP;
  const cdev = files.entries(`${path}/vfio-dev`)?.find((name) => CDEV.test(name));
  const cdevNode = `/dev/vfio/devices/${cdev ?? ''}`;
  return {
    group: group === undefined ? undefined : files.locate(`/dev/vfio/${isWatched ? '' : 'noiommu-'}${group}`),
    isWatched,
    cdev: cdev !== undefined && files.entries('/dev/vfio/devices')?.includes(cdev) === true ? files.locate(cdevNode) : undefined,
    members: (files.entries(`${path}/iommu_group/devices`) ?? []).toSorted().map((member) => ({ address: member, driver: driverOf(files, member) })),
  };
}

function driverOf(files: RootedFiles, address: string): string | undefined {
  return nameOf(files, `${FUNCTIONS}/${address}/driver`);
}

/** The last part of where a link leads. */
function nameOf(files: RootedFiles, link: string): string | undefined {
  const target = files.link(link);
  return target === undefined ? undefined : posix.basename(target);
}

function notBound(address: string, driver: string | undefined): TransportError {
  const path = `${FUNCTIONS}/${address}`;
  const unbind = driver === undefined ? '' : `echo ${address} > ${path}/driver/unbind; `;
  return new TransportError('ERR_NO_TRANSPORT', `${address} is bound to ${driver ?? 'no driver'}, not to ${VFIO_DRIVER}`, {
    device: address,
    hint: `An administrator can give it to programs, if nothing else needs it: ${unbind}echo ${VFIO_DRIVER} > ${path}/driver_override; echo ${address} > /sys/bus/pci/drivers_probe`,
  });
}
