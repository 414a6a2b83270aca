import { openChannel, type OpenChannelOptions } from '../channel/open.js';
import type { DeviceChannel } from '../channel/channel.js';
import { resolveDevice } from '../bus/resolve.js';
import { scanDevices } from '../bus/scan.js';
import type { ScanOptions } from '../bus/scan-options.js';
import type { Device } from '../device/types.js';
import { TransportError, UsageError } from '../errors/classes.js';
import { findPlugin, madeFor } from '../plugin/match.js';
import type { PluginEntry } from '../plugin/types.js';

/** A device, with the plugin that is for it. */
export interface FoundDevice {
  readonly device: Device;
  /** Absent when none is. */
  readonly plugin: PluginEntry | undefined;
  /** Opens a channel. Rejects as {@link openChannel} does, with `ERR_NO_TRANSPORT` when no plugin is for the device. */
  readonly open: (options?: OpenChannelOptions) => Promise<DeviceChannel>;
}

/** Which devices to find. */
export interface FindOptions extends Omit<ScanOptions, 'wants'> {
  /** Simulated devices besides: each name of a plugin adds one. */
  readonly simulated?: readonly string[] | undefined;
}

/**
 * The devices of this system, and simulated ones, each with the plugin of `plugins` that is for it: real ones as {@link scanDevices} orders them, then
 * simulated ones. Loads the code of plugins that are simulated, and no other. Rejects with `ERR_UNKNOWN_NAME` for a plugin that is not there
 * or has no simulator, with `ERR_PLUGIN_MISMATCH` when two plugins are for one device.
 */
export async function findDevices(plugins: readonly PluginEntry[], { simulated = [], ...options }: FindOptions = {}): Promise<FoundDevice[]> {
  const real = (await scanDevices({ ...options, wants: madeFor(plugins) })).map((device): FoundDevice => {
    const plugin = findPlugin(plugins, device);
    return { device, plugin, open: async (open) => openChannel(device, plugin ?? noPlugin(device), open) };
  });
  const made: FoundDevice[] = [];
  for (const name of simulated) made.push(await simulate(requirePlugin(plugins, name), made));
  return [...real, ...made];
}

/** The one of them that a name means. Throws as {@link resolveDevice} does. */
export function chooseDevice(found: readonly FoundDevice[], name: string): FoundDevice {
  const device = resolveDevice(found.map((each) => each.device), name);
  return found.find((each) => each.device === device) ?? { device, plugin: undefined, open: async () => Promise.resolve(noPlugin(device)) };
}

/** The next of a plugin's simulated devices. */
async function simulate(plugin: PluginEntry, others: readonly FoundDevice[]): Promise<FoundDevice> {
  const { simulator } = await plugin.load();
  if (simulator === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `plugin ${plugin.manifest.name} has no simulator`);
  const simulated = (await simulator()).create({ index: others.filter((each) => each.plugin === plugin).length });
  return { device: simulated.device, plugin, open: async (options) => openChannel(simulated.device, plugin, { ...options, transport: await simulated.openTransport() }) };
}

function requirePlugin(plugins: readonly PluginEntry[], name: string): PluginEntry {
  const plugin = plugins.find(({ manifest }) => manifest.name === name);
  if (plugin === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `no plugin is called '${name}'`, { hint: `There is ${plugins.map(({ manifest }) => manifest.name).join(', ')}.` });
  return plugin;
}

function noPlugin(device: Device): never {
  throw new TransportError('ERR_NO_TRANSPORT', `no plugin is for ${device.address}`, { device: device.address });
}
