import type { Device } from '@auxctl/core';
import type { KernelInterface } from '@auxctl/schemas';
import type { Context } from './command.js';

/** Names the commands of the kernel that do what is about to be done past them. */
export function noteKernelInterfaces(interfaces: readonly KernelInterface[] | undefined, device: Device, { notes }: Pick<Context, 'notes'>): void {
  for (const { what, command } of interfaces ?? []) notes.note(`the kernel has its own command for this: ${forDevice(command, device)} (${what})`);
}

/** A command line with the device's names in it; a name that it does not have stays a capital word. */
export function forDevice(command: string, { address, names, bus }: Device): string {
  const known: Readonly<Record<string, string | undefined>> = { netdev: names.netdev[0], rdma: names.rdma[0], pci: bus === 'pci' ? address : undefined };
  return command.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => known[name] ?? name.toUpperCase());
}
