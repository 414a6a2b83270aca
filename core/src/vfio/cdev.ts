import { closeSync } from 'node:fs';
import { SystemCallError } from '../errors/classes.js';
import type { Patience } from '../patience/patience.js';
import type { Native, NativeChannel } from '../native.js';
import { VFIO, vfioStructure } from './abi.js';
import { translateNodeFailure } from './failures.js';
import { closeChannel, Opened, openNode, request, type VfioDevice } from './nodes.js';

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 128;

/** What opening a function's own node takes. */
export interface CdevParts {
  readonly native: Native;
  readonly cdev: string;
  /** The node that a descriptor of the IOMMU comes from. */
  readonly iommu: string;
  readonly device: string;
  readonly patience: Patience;
}

/**
 * Opens a function by its own node and gives it an IOMMU context in which nothing is mapped: it can reach no memory at all. Any number of programs
 * may open the node, but one has the device; the others wait for the node's lock, and for programs that do not take it.
 */
export async function openByCdev({ native, cdev, iommu, device, patience }: CdevParts): Promise<VfioDevice> {
  const opened = new Opened();
  try {
    const iommuFd = opened.add(openNode(iommu, device), closeSync);
    const channel = opened.add(await openChannel(native, cdev, device), closeChannel);
    for (let pauseMs = FIRST_PAUSE_MS; !(await channel.tryLock('exclusive') && await bind(channel, iommuFd, device)); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      await patience.pause(pauseMs, `another program has ${cdev}, such as a virtual machine that has ${device}`);
    }
    return { channel, close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openChannel(native: Native, cdev: string, device: string): Promise<NativeChannel> {
  try {
    return await native.openChannel(cdev, { access: 'read-write', worker: 'thread' });
  } catch (error) {
    throw translateNodeFailure(error, cdev, device);
  }
}

/** Whether the device is now this program's; false while another's, which the kernel says by EBUSY, or EINVAL where that came by the same node. */
async function bind(channel: NativeChannel, iommuFd: number, device: string): Promise<boolean> {
  const codec = vfioStructure('vfio_device_bind_iommufd');
  try {
    await request(channel, { ...VFIO.deviceBindIommufd, argument: codec.encode({ argsz: codec.sizeBytes, iommufd: iommuFd }) }, device);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && (error.errno === 'EBUSY' || error.errno === 'EINVAL')) return false;
    throw error;
  }
}
