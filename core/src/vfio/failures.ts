import { AuxctlError } from '../errors/base.js';
import { SystemCallError, TransportError } from '../errors/classes.js';
import { translateFailure } from '../transport/errno.js';
import { VFIO_DRIVER } from './driver.js';
import type { GroupMember } from './place.js';

const MEANINGS = { refusals: [], deliveryFailures: [] };

/** The errno's name in a failure of the native shim or of Node.js. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a failure to open one of VFIO's nodes into an error of ours. */
export function translateNodeFailure(error: unknown, node: string, device: string): AuxctlError {
  const context = { device, cause: error };
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENODEV':
      return new TransportError('ERR_NO_TRANSPORT', `${device} is bound to ${VFIO_DRIVER}, but there is no ${node}`, { ...context, hint: 'modprobe vfio; in a container, the node must be given to it.' });
    case 'EACCES':
      return new SystemCallError('ERR_PERMISSION', `opening ${node} is not permitted (EACCES)`, 'EACCES', { ...context, hint: 'Run as root, or give a group access with a udev rule: SUBSYSTEM=="vfio", GROUP="...", MODE="0660"' });
    case 'EPERM':
      return new SystemCallError('ERR_PERMISSION', `opening ${node} is not permitted (EPERM)`, 'EPERM', { ...context, hint: 'No IOMMU watches this function: only a program with CAP_SYS_RAWIO, such as root\'s, may have it.' });
    default:
      return translateFailure(error, MEANINGS, { device });
  }
}

/** Turns a failure of a request on one of the nodes into an error of ours. */
export function translateVfioFailure(error: unknown, device: string): AuxctlError {
  return translateFailure(error, MEANINGS, { device });
}

/** Why a group cannot be used: some of its functions are with drivers of the kernel. */
export function notViable(members: readonly GroupMember[], device: string): TransportError {
  const others = members.filter(({ driver }) => driver !== undefined && driver !== VFIO_DRIVER).map(({ address, driver }) => `${address} (${driver ?? ''})`);
  return new TransportError('ERR_NO_TRANSPORT', `the IOMMU group of ${device} cannot be used: ${others.length === 0 ? 'some of its functions have' : `${others.join(', ')} ${others.length === 1 ? 'has' : 'have'}`} another driver`, {
    device, hint: `The IOMMU cannot tell the functions of a group apart, so all must be bound to ${VFIO_DRIVER} or to nothing.`,
  });
}
