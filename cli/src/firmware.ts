import { type IdentityEntry, identityValue, kernelFirmware } from '@auxctl/core';
import type { Context } from './command.js';
import type { FoundDevice } from './devices.js';
import { describeError } from './errors.js';
import { openDevice } from './open.js';

/**
 * A device's firmware version by its own commands, else by what the kernel's other drivers tell; and why it is not known by its own.
 * Rejects only when the user gave up.
 */
export async function readFirmware(found: FoundDevice, context: Context): Promise<{ readonly firmware: string | null; readonly problem: string | null }> {
  try {
    await using channel = await openDevice(found, context);
    return { firmware: await channel.firmwareVersion() ?? kernelVersion(found, context), problem: null };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { firmware: kernelVersion(found, context), problem: describeError(error).message };
  }
}

/** Who a device is, with the version that the kernel tells where the firmware does not. */
export function completeIdentity(identity: readonly IdentityEntry[], found: FoundDevice, context: Pick<Context, 'options' | 'notes'>): IdentityEntry[] {
  const version = identityValue(identity, 'firmware') !== undefined ? null : kernelVersion(found, context);
  return [...(version === null ? [] : [{ name: 'firmware', value: version }]), ...identity];
}

function kernelVersion({ device }: FoundDevice, { options, notes }: Pick<Context, 'options' | 'notes'>): string | null {
  const known = kernelFirmware(device, options.root);
  if (known !== undefined) notes.detail(`${device.address}: the firmware version is from ${known.path}`);
  return known?.version ?? null;
}
