import { kernelWays, requireKernelFirst, type OfferedValue } from '@auxctl/core';
import type { Context } from './command.js';
import type { Invocation } from './invocation.js';
import type { Undertaking } from './permission.js';

/**
 * Looks whether the kernel has interfaces of its own for what is about to be set past it, and throws `ERR_KERNEL_FIRST` with their command lines where it
 * has, unless `--even-so` insists. To be called before anything is opened. Those that are not there now are told with `-v`; that the kernel could not be asked is a warning.
 */
export async function considerKernel(offered: readonly OfferedValue[], { found: { device }, command }: Undertaking, invocation: Invocation, { notes, options, wait }: Pick<Context, 'notes' | 'options' | 'wait'>): Promise<void> {
  const ways = await kernelWays(device, offered.filter(({ offers }) => offers.length > 0), { root: options.root, ...wait });
  for (const { command: line, what, reason = 'it is not there', isUnknown } of ways.filter(({ isAvailable }) => !isAvailable)) {
    if (isUnknown === true) notes.warn(`whether the kernel has ${line} (${what}) is not known: ${reason}`);
    else notes.detail(`the kernel has ${line} (${what}), not available here because ${reason}`);
  }
  if (!invocation.flag('even-so')) requireKernelFirst(ways, command, device.address);
  for (const way of ways.filter(({ isAvailable }) => isAvailable)) notes.note(`the kernel has its own command for this: ${way.command} (${way.what}); going past it, as --even-so says`);
}
