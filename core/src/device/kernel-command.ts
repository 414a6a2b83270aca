import type { Device } from './types.js';

const PLACEHOLDER = /\{(\w+)\}/g;

/**
 * A kernel interface's command line or path for one device, with the device's names in it; a name that it does not have stays a capital
 * word.
 */
export function forDevice(command: string, device: Device): string {
  return command.replaceAll(PLACEHOLDER, (_placeholder, name: string) => kernelName(name, device) ?? name.toUpperCase());
}

/** Does the device have every name that a command line or path asks for? */
export function hasNames(command: string, device: Device): boolean {
  return [...command.matchAll(PLACEHOLDER)].every(([, name = '']) => kernelName(name, device) !== undefined);
}

function kernelName(name: string, { address, names, bus }: Device): string | undefined {
  const known: Readonly<Record<string, string | undefined>> = {
    netdev: names.netdev[0], rdma: names.rdma[0], nvme: names.nvme[0], memdev: names.memdev[0], pci: bus === 'pci' ? address : undefined,
  };
  return known[name];
}
