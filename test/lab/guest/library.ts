import { join } from 'node:path';
import { hotplugEvents as listen, openChannel as open, resolveDevice, scanDevices, type DeviceChannel, type HotplugEvents, type HotplugOptions } from '@auxctl/core';
import { plugin } from '@auxctl/mlx5';
import { loadNative } from '@auxctl/native';
import { manifestSchema } from '@auxctl/schemas';
import manifest from '../../../vendors/mlx5/manifest.json' with { type: 'json' };

/** The checkout's top folder, as the bundler knows it. */
declare const CHECKOUT: string;

const entry = { manifest: manifestSchema.parse(manifest), layoutsPath: join(CHECKOUT, 'vendors/mlx5/layouts'), load: () => Promise.resolve(plugin) };
const native = () => Promise.resolve(loadNative({ addonPath: join(CHECKOUT, 'native/build/Release/auxctl.node') }));

/** Opens a device by any of its names. */
export async function openChannel(name: string): Promise<DeviceChannel> {
  return open(resolveDevice(await scanDevices(), name), entry, { native, timeoutMs: 10_000 });
}

/** What happens to this system's devices. */
export function hotplugEvents(options: Pick<HotplugOptions, 'signal' | 'subsystems'>): HotplugEvents {
  return listen({ native, ...options });
}
