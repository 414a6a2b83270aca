import type { Field, LayoutDocument, Structure } from '@auxctl/schemas';
import type { Codec } from '../layout/codec.js';
import { compileLayout } from '../layout/compile.js';
import { MACHINE_BYTE_ORDER, packed } from '../layout/machine.js';

/** The kernel's requests (`include/uapi/linux/vfio.h`); `_IO(';', 100 + n)`, so that no size is part of the number. */
export const VFIO = {
  getApiVersion: { name: 'VFIO_GET_API_VERSION', request: 0x3b64 },
  checkExtension: { name: 'VFIO_CHECK_EXTENSION', request: 0x3b65 },
  setIommu: { name: 'VFIO_SET_IOMMU', request: 0x3b66 },
  groupGetStatus: { name: 'VFIO_GROUP_GET_STATUS', request: 0x3b67 },
  groupSetContainer: { name: 'VFIO_GROUP_SET_CONTAINER', request: 0x3b68 },
  groupGetDeviceFd: { name: 'VFIO_GROUP_GET_DEVICE_FD', request: 0x3b6a },
  deviceGetRegionInfo: { name: 'VFIO_DEVICE_GET_REGION_INFO', request: 0x3b6c },
  deviceGetIrqInfo: { name: 'VFIO_DEVICE_GET_IRQ_INFO', request: 0x3b6d },
  deviceSetIrqs: { name: 'VFIO_DEVICE_SET_IRQS', request: 0x3b6e },
  deviceBindIommufd: { name: 'VFIO_DEVICE_BIND_IOMMUFD', request: 0x3b76 },
} as const;

/** The version of the interface that all of this is about (`VFIO_API_VERSION`). */
export const VFIO_API_VERSION = 0;

/** What keeps a device's DMA in bounds: the second version of the usual interface, or nothing at all (`VFIO_TYPE1v2_IOMMU`, `VFIO_NOIOMMU_IOMMU`). */
export const VFIO_IOMMU = { type1v2: 3n, none: 8n } as const;

/** The line on which the kernel asks for a device back (`VFIO_PCI_REQ_IRQ_INDEX`). Regions 0 to 5 are the BARs of the same number. */
export const VFIO_REQUEST_IRQ = 4;

const source = { document: 'include/uapi/linux/vfio.h', revision: 'Linux 7.2' };

/** The structures of the interface, in this machine's byte order. */
const ABI: LayoutDocument = {
  format: 'auxctl.layout/1',
  kind: 'structures',
  name: 'vfio',
  title: 'Requests on VFIO nodes',
  byteOrder: MACHINE_BYTE_ORDER,
  source: ['vfio_group_status', 'vfio_region_info', 'vfio_irq_info', 'vfio_irq_set', 'vfio_device_bind_iommufd'].map((name) => ({ ...source, section: `struct ${name}` })),
  structures: {
    descriptor: structure(['fd', 32]),
    vfio_group_status: structure(['argsz', 32], ['flags', 32, 'group_flags']),
    vfio_region_info: structure(['argsz', 32], ['flags', 32, 'region_flags'], ['index', 32], ['cap_offset', 32], ['size', 64], ['offset', 64]),
    vfio_irq_info: structure(['argsz', 32], ['flags', 32, 'irq_flags'], ['index', 32], ['count', 32]),
    vfio_irq_set: structure(['argsz', 32], ['flags', 32, 'irq_set_flags'], ['index', 32], ['start', 32], ['count', 32], ['data', 32]),
    vfio_device_bind_iommufd: structure(['argsz', 32], ['flags', 32], ['iommufd', 32], ['out_devid', 32]),
  },
  flags: {
    group_flags: [{ name: 'VIABLE', bit: 0 }, { name: 'CONTAINER_SET', bit: 1 }],
    region_flags: [{ name: 'READ', bit: 0 }, { name: 'WRITE', bit: 1 }, { name: 'MMAP', bit: 2 }, { name: 'CAPS', bit: 3 }],
    irq_flags: [{ name: 'EVENTFD', bit: 0 }, { name: 'MASKABLE', bit: 1 }, { name: 'AUTOMASKED', bit: 2 }, { name: 'NORESIZE', bit: 3 }],
    irq_set_flags: [{ name: 'DATA_EVENTFD', bit: 2 }, { name: 'ACTION_TRIGGER', bit: 5 }],
  },
};

/** The layout of one of the structures. `vfio_irq_set` has room for one descriptor; `descriptor` is one by itself. */
export function vfioStructure(name: keyof typeof ABI.structures): Codec {
  return compileLayout(ABI, [], name);
}

/** Is a flag set in a decoded structure's member `flags`? */
export function hasFlag(codec: Codec, flags: bigint, name: string): boolean {
  const bit = [...codec.scope.flags.values()].flat().find((flag) => flag.name === name)?.bit ?? 0;
  return flags / 2n ** BigInt(bit) % 2n === 1n;
}

function structure(...members: readonly (readonly [name: string, sizeBits: number, flags?: string])[]): Structure {
  return packed(members.map(([name, sizeBits, flags]): Field => (flags === undefined ? { name, type: 'uint', offsetBits: 0, sizeBits } : { name, type: 'flags', flags, offsetBits: 0, sizeBits })));
}
