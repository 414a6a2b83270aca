import { UsageError, type CallOptions, type DeviceChannel, type NamedCapability } from '@auxctl/core';

/** What a device can sample. Rejects with `ERR_USAGE` for a device that can sample nothing. */
export async function requireDiagnostics({ device, diagnostics }: DeviceChannel, options: CallOptions = {}): Promise<NamedCapability> {
  const capability = await diagnostics.capability(options);
  if (capability.counters.length > 0) return capability;
  throw new UsageError('ERR_USAGE', `${device.address} has no diagnostic counters`, { device: device.address });
}
