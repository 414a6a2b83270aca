import { closeSync } from 'node:fs';
import { PluginError, SystemCallError, TransportError } from '../errors/classes.js';
import { integerField } from '../layout/fields.js';
import type { Patience } from '../patience/patience.js';
import type { Native, NativeChannel } from '../native.js';
import { hasFlag, VFIO, VFIO_API_VERSION, VFIO_IOMMU, vfioStructure } from './abi.js';
import { errnoOf, notViable, translateNodeFailure } from './failures.js';
import { adopt, closeChannel, Opened, openNode, request, type VfioDevice } from './nodes.js';
import type { VfioPlace } from './place.js';

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 128;
const encoder = new TextEncoder();

/** What opening a group takes. */
export interface GroupParts {
  readonly native: Native;
  readonly place: VfioPlace;
  readonly group: string;
  /** The node of the container. */
  readonly container: string;
  readonly device: string;
  readonly patience: Patience;
}

/**
 * Opens a function through its group and a container of its own, which is as old as VFIO and the only way where no IOMMU watches. The kernel
 * lets one program at a time open a group, so that this waits while another has it.
 */
export async function openByGroup(parts: GroupParts): Promise<VfioDevice> {
  const { native, place, device } = parts;
  const opened = new Opened();
  try {
    const containerFd = opened.add(openNode(parts.container, device), closeSync);
    const container = opened.add(native.adoptDescriptor(containerFd), closeChannel);
    await requireContainer(container, place.isWatched, device);
    const group = opened.add(await openGroup(parts), closeChannel);
    await requireViable(group, place, device);
    await request(group, { ...VFIO.groupSetContainer, argument: vfioStructure('descriptor').encode({ fd: containerFd }) }, device);
    await setIommu(container, place.isWatched, device);
    const { result } = await request(group, { ...VFIO.groupGetDeviceFd, argument: encoder.encode(`${device}\0`) }, device);
    const channel = opened.add(adopt(native, result), closeChannel);
    return { channel, close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function requireContainer(container: NativeChannel, isWatched: boolean, device: string): Promise<void> {
  const { result: version } = await request(container, { ...VFIO.getApiVersion, argument: 0n }, device);
  if (version !== VFIO_API_VERSION) throw new PluginError('ERR_PLUGIN', `this kernel speaks version ${version} of VFIO, which nobody here knows`, { device });
  const { result: isOffered } = await request(container, { ...VFIO.checkExtension, argument: iommuOf(isWatched) }, device);
  if (isOffered !== 0) return;
  const hint = isWatched ? 'modprobe vfio_iommu_type1' : 'VFIO without an IOMMU has to be allowed: module option vfio.enable_unsafe_noiommu_mode=1, and CAP_SYS_RAWIO.';
  throw new TransportError('ERR_NO_TRANSPORT', `the kernel offers no ${isWatched ? 'IOMMU interface' : 'use without an IOMMU'} for ${device}`, { device, hint });
}

async function openGroup({ native, group, device, patience }: GroupParts): Promise<NativeChannel> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      // Its requests name descriptors of this process.
      return await native.openChannel(group, { access: 'read-write', worker: 'thread' });
    } catch (error) {
      if (errnoOf(error) !== 'EBUSY') throw translateNodeFailure(error, group, device);
    }
    await patience.pause(pauseMs, `another program has ${group} open, such as a virtual machine that has ${device}`);
  }
}

async function requireViable(group: NativeChannel, { members }: VfioPlace, device: string): Promise<void> {
  const codec = vfioStructure('vfio_group_status');
  const { argument } = await request(group, { ...VFIO.groupGetStatus, argument: codec.encode({ argsz: codec.sizeBytes }) }, device);
  if (!hasFlag(codec, integerField(codec.decode(argument), 'flags'), 'VIABLE')) throw notViable(members, device);
}

async function setIommu(container: NativeChannel, isWatched: boolean, device: string): Promise<void> {
  try {
    await request(container, { ...VFIO.setIommu, argument: iommuOf(isWatched) }, device);
  } catch (error) {
    if (!(error instanceof SystemCallError && error.errno === 'EPERM')) throw error;
    throw new SystemCallError('ERR_PERMISSION', `the kernel does not hand ${device} out: the platform cannot keep its interrupts in bounds`, 'EPERM', {
      device, cause: error.cause, hint: 'dmesg says more; the module option vfio_iommu_type1.allow_unsafe_interrupts=1 accepts it.',
    });
  }
}

function iommuOf(isWatched: boolean): bigint {
  return isWatched ? VFIO_IOMMU.type1v2 : VFIO_IOMMU.none;
}
