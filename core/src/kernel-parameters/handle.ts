import type { Device } from '../device/types.js';
import { Devlink } from '../devlink/devlink.js';
import type { DevlinkHandle } from '../devlink/types.js';
import { TransportError } from '../errors/classes.js';
import { defaultNative } from '../native.js';
import { remainingOf, type Remaining } from '../wait.js';
import type { KernelSource } from './types.js';

/**
 * The devlink instance of a device: the one of its own name, whatever bus the kernel puts before it, else that of an auxiliary device below it. Undefined
 * where it has none; instances that belong to no device (`devlink_index/N`, since Linux 7.1) are nobody's.
 */
export async function findDevlinkHandle(devlink: Devlink, device: Device, wait: Remaining): Promise<DevlinkHandle | undefined> {
  if (device.bus === 'sim') return undefined;
  const instances = await devlink.devices(wait());
  const names = [device.address, ...device.names.auxiliary];
  const found = names.flatMap((name) => instances.filter((each) => each.name === name && each.bus !== 'devlink_index'))[0];
  return found === undefined ? undefined : { bus: found.bus, name: found.name };
}

/** Throws `ERR_NO_TRANSPORT` for a device without a devlink instance. */
export async function requireDevlinkHandle(devlink: Devlink, device: Device, wait: Remaining): Promise<DevlinkHandle> {
  const handle = await findDevlinkHandle(devlink, device, wait);
  if (handle !== undefined) return handle;
  throw new TransportError('ERR_NO_TRANSPORT', `the kernel has no devlink instance for ${device.address}`, {
    device: device.address, hint: 'A driver that registers with devlink has to be bound to it; devlink dev show lists what there is.',
  });
}

/** Does something with a devlink client: the caller's, or one of its own that is closed afterwards. */
export async function withDevlink<T>(source: KernelSource, use: (devlink: Devlink, wait: Remaining) => Promise<T>): Promise<T> {
  const wait = remainingOf(source);
  if (source.devlink !== undefined) return use(source.devlink, wait);
  await using devlink = new Devlink(source.native ?? defaultNative);
  return await use(devlink, wait);
}
