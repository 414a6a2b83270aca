import { forDevice, type Device } from '@auxctl/core';
import type { KernelInterface } from '@auxctl/schemas';
import type { Context } from './command.js';

/** Names the commands of the kernel that do what is about to be done past them. */
export function noteKernelInterfaces(interfaces: readonly KernelInterface[] | undefined, device: Device, { notes }: Pick<Context, 'notes'>): void {
  for (const { what, command } of interfaces ?? []) notes.note(`the kernel has its own command for this: ${forDevice(command, device)} (${what})`);
}
