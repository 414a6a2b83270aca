import { forDevice, type Device } from '@auxctl/core';
import type { KernelInterface, KernelOffer } from '@auxctl/schemas';
import { offerCommand } from '@auxctl/schemas/model';
import type { Context } from './command.js';

/** Names the commands of the kernel that do what is about to be done past them. */
export function noteKernelInterfaces(interfaces: readonly KernelInterface[] | undefined, device: Device, { notes }: Pick<Context, 'notes'>): void {
  for (const { what, command } of interfaces ?? []) notes.note(`the kernel has its own command for this: ${forDevice(command, device)} (${what})`);
}

/** Interfaces of the kernel's own as descriptions list them, with placeholders for names and values. */
export function listedInterfaces(interfaces: readonly KernelInterface[] | undefined, offers: readonly { readonly path?: string; readonly offer: KernelOffer }[]): KernelInterface[] {
  const offered = offers.map(({ path, offer }) => ({ what: `${path === undefined ? '' : `${path}: `}${offer.what ?? 'the same'}`, command: withWords(offer) }));
  return [...(interfaces ?? []), ...offered];
}

/** The command line with the kernel's words for the values that it offers. */
function withWords(offer: KernelOffer): string {
  const words = [...new Set(Object.values(offer.values ?? {}))];
  return words.length === 0 ? offerCommand(offer) : offerCommand(offer).replace('{value}', words.join('|'));
}
