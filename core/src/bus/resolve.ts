import { readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import type { Device } from '../device/types.js';
import { TransportError, UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import { normalizePciAddress } from './pci-address.js';

const NODE_PATH = /^\/dev\/(?:[^/]+\/)?([^/]+)$/;
const SHOWN_LENGTH = 80;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * The device that a name means: its address, a PCI address without its domain or leading zeros, or any of its names, also as the path of
 * its node or of a symbolic link to it below `/dev` of this system. An address wins over a name that is spelled alike. Throws `ERR_NO_DEVICE` with the nearest names as hint, and `ERR_USAGE` when
 * the name is empty or means several devices.
 */
export function resolveDevice(devices: readonly Device[], name: string): Device {
  if (name === '') throw new UsageError('ERR_USAGE', 'the name of a device is empty', { hint: 'auxctl list shows the devices.' });
  const addressed = devices.filter((device) => device.address === name);
  const found = addressed.length > 0 ? addressed : devices.filter(isMeantBy(name));
  const [device, ...others] = found;
  if (device === undefined) throw unknown(devices, name);
  if (others.length > 0) throw ambiguous(found, name);
  return device;
}

/** Every name by which {@link resolveDevice} finds a device, its address first. */
export function deviceNames({ address, names }: Device): string[] {
  return [address, ...names.auxiliary, ...names.fwctl, ...names.netdev, ...names.rdma, ...names.nvme, ...names.memdev];
}

function isMeantBy(name: string): (device: Device) => boolean {
  const [, node] = NODE_PATH.exec(linkTarget(name) ?? name) ?? [];
  if (node !== undefined) return ({ names }) => [names.fwctl, names.nvme, names.memdev].some((list) => list.includes(node));
  const pci = normalizePciAddress(name);
  if (pci !== undefined) return ({ address }) => (pci.hasDomain ? address === pci.text : address.endsWith(`:${pci.text}`));
  return (device) => deviceNames(device).includes(name);
}

/** Where a link leads, such as those that udev makes in `/dev/fwctl/by-path`. */
function linkTarget(path: string): string | undefined {
  if (!path.startsWith('/dev/')) return undefined;
  try {
    return posix.resolve(posix.dirname(path), readlinkSync(path));
  } catch {
    return undefined;
  }
}

function unknown(devices: readonly Device[], name: string): TransportError {
  const alike = nearest(name.replace(/^\/dev\/(?:[^/]+\/)?/, ''), devices.flatMap(deviceNames));
  const hint = alike.length === 0 ? {} : { hint: `Did you mean ${alike.join(' or ')}? auxctl list shows all devices.` };
  return new TransportError('ERR_NO_DEVICE', `no device is called ${quote(name)}`, hint);
}

function ambiguous(found: readonly Device[], name: string): UsageError {
  const addresses = found.map(({ address }) => address).join(', ');
  return new UsageError('ERR_USAGE', `${quote(name)} means ${found.length} devices: ${addresses}`, { hint: 'Name one of them by its address.' });
}

function quote(name: string): string {
  const shown = name.length <= SHOWN_LENGTH ? name : `${name.slice(0, SHOWN_LENGTH)}...`;
  return `'${shown.replaceAll(CONTROL, '?')}'`;
}
