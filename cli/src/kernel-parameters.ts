import { TransportError } from '@auxctl/core';
import type { Context } from './command.js';
import type { FoundDevice } from './devices.js';

/** A device that the kernel of this machine can be asked about. Throws `ERR_NO_TRANSPORT` for one that is simulated, or found in another tree. */
export function requireThisKernel(found: FoundDevice, { options: { root } }: Pick<Context, 'options'>): FoundDevice {
  const { device: { address: device }, simulated } = found;
  if (simulated !== undefined) throw new TransportError('ERR_NO_TRANSPORT', `${device} is simulated: the kernel does not know of it`, { device, hint: 'auxctl list shows the devices of this machine.' });
  if (root === '/') return found;
  throw new TransportError('ERR_NO_TRANSPORT', `${device} was found below ${root}, and only the kernel of this machine can be asked`, { device, hint: 'Leave --root out.' });
}
