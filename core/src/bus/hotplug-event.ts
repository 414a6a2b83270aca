import { posix } from 'node:path';
import { auxiliaryAlias, isPrintable } from './device-names.js';
import { pciAncestor } from './pci-address.js';
import type { Uevent, UeventAction } from './uevent.js';

/** Something happened to a device, according to the kernel. */
export interface DeviceEvent {
  /** `added` and `removed`: the device; `bound` and `unbound`: its driver; `changed`: anything else, a new name included. */
  readonly type: 'added' | 'removed' | 'bound' | 'unbound' | 'changed';
  /** The bus or class, such as `pci`, `auxiliary`, `fwctl`, `net`. */
  readonly subsystem: string;
  /** The device's name there, such as `fwctl0`. */
  readonly name: string;
  /** Its directory, such as `/sys/devices/pci0000:3a/0000:3b:00.0/fwctl/fwctl0`, below the root that was given. */
  readonly devicePath: string;
  /** Its directory before it got its present name or place. */
  readonly previousPath: string | undefined;
  /** The PCI function that it is or lies below, or else its own name when it is an auxiliary device: a device's address. */
  readonly address: string | undefined;
  /** The node in `/dev`. It exists when a device is added, but with its final permissions only a little later. */
  readonly node: string | undefined;
  /** The driver bound to it. */
  readonly driver: string | undefined;
  /** `auxiliary:module.name` or `pci:vvvv:dddd`, in lower case, as in a match table. */
  readonly alias: string | undefined;
  /** Counts the kernel's messages, up by one each; 64 bits. */
  readonly sequence: bigint;
}

/** What {@link hotplugEvents} yields. */
export type HotplugEvent =
  | DeviceEvent
  /** The first event: from now on nothing is missed, so this is the moment to scan. */
  | { readonly type: 'listening' }
  /** Events were lost, or one could not be read: scan again. */
  | { readonly type: 'overflow' };

const TYPES: Readonly<Record<UeventAction, DeviceEvent['type']>> = {
  add: 'added',
  remove: 'removed',
  bind: 'bound',
  unbind: 'unbound',
  change: 'changed',
  move: 'changed',
  online: 'changed',
  offline: 'changed',
};

/** Turns the kernel's message into an event; undefined when one of its names cannot be shown. `sysfs` is where sysfs is mounted. */
export function deviceEvent(uevent: Uevent, sysfs: string): DeviceEvent | undefined {
  const { action, path, subsystem, sequence, properties } = uevent;
  const name = posix.basename(path);
  const previousPath = properties.get('DEVPATH_OLD');
  const node = properties.get('DEVNAME');
  if (![subsystem, path, previousPath ?? '', node ?? '', properties.get('DRIVER') ?? ''].every(isPrintable)) return undefined;
  return {
    type: TYPES[action],
    subsystem,
    name,
    devicePath: sysfs + path,
    previousPath: previousPath === undefined ? undefined : sysfs + previousPath,
    address: addressOf(path, subsystem, name),
    node: node === undefined ? undefined : `/dev/${node}`,
    driver: properties.get('DRIVER'),
    alias: aliasOf(subsystem, name, properties),
    sequence,
  };
}

function addressOf(path: string, subsystem: string, name: string): string | undefined {
  return pciAncestor(path)?.address ?? (subsystem === 'auxiliary' ? name : undefined);
}

function aliasOf(subsystem: string, name: string, properties: ReadonlyMap<string, string>): string | undefined {
  if (subsystem === 'auxiliary') return auxiliaryAlias(name);
  const identity = properties.get('PCI_ID');
  return subsystem === 'pci' && identity !== undefined ? `pci:${identity}`.toLowerCase() : undefined;
}
