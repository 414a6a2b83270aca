import { join } from 'node:path';
import { defaultNative, kernelConfigSpace, openChannel, TransportError, type CommandRecorder, type Device, type DeviceChannel, type OpenChannelOptions } from '@auxctl/core';
import type { Context } from './command.js';
import type { FoundDevice } from './devices.js';
import type { GlobalOptions } from './global-options.js';
import { layoutsOf } from './layouts.js';
import type { KnownPlugin } from './plugins.js';
import { policing } from './policy/enforced.js';

/** What opening a device takes of what surrounds a command. */
export type OpenContext = Pick<Context, 'options' | 'wait' | 'environment' | 'notes'>;

/** Opens a channel to a device. Rejects with `ERR_NO_TRANSPORT` when no plugin matches. */
export async function openDevice(found: FoundDevice, context: OpenContext, recorder: Pick<OpenChannelOptions, 'recorder'> = recording(found, context)): Promise<DeviceChannel> {
  const { options, wait } = context;
  const plugin = requirePlugin(found);
  const device = belowRoot(found.device, options.root);
  return openChannel(device, plugin, { ...wait, layouts: layoutsOf(plugin), ...recorder, ...policing(found, context), ...(await wayTo(found, device, options)) });
}

/** Real devices are always recorded, simulated ones where `--state` says where to. Nothing is loaded before there is something to record. */
export function recording({ simulated }: FoundDevice, context: OpenContext): Pick<OpenChannelOptions, 'recorder'> {
  if (simulated !== undefined && context.options.state === undefined) return {};
  let opened: Promise<CommandRecorder> | undefined;
  const open = async (): Promise<CommandRecorder> => (await import('./journal/recorder.js')).openRecorder(context);
  return {
    recorder: {
      begin: async (intents, signal) => (await (opened ??= open())).begin(intents, signal),
      refuse: async (commands, signal) => (await (opened ??= open())).refuse?.(commands, signal),
    },
  };
}

/** A simulated device is reached in this process: by its own transport, or by its configuration space. */
async function wayTo({ simulated }: FoundDevice, device: Device, { transport: via, root }: GlobalOptions): Promise<Partial<OpenChannelOptions>> {
  const chosen = via === undefined ? {} : { via };
  if (simulated === undefined) return root === '/' ? chosen : { ...chosen, root };
  if (via === undefined) return { transport: await simulated.openTransport() };
  return { via, configSpace: async () => simulated.openConfigSpace?.() ?? kernelConfigSpace(device, defaultNative)({}) };
}

/** A device that was found in another tree has its node there too. */
function belowRoot(device: Device, root: string): Device {
  return root === '/' || device.node === undefined ? device : { ...device, node: join(root, device.node) };
}

/** The plugin of a device. Throws `ERR_NO_TRANSPORT` when none matches, or more than one. */
export function requirePlugin({ device, plugin, problem }: FoundDevice): KnownPlugin {
  if (plugin !== undefined) return plugin;
  const hint = device.aliases.length === 0 ? {} : { hint: `A plugin would have to match one of ${device.aliases.join(', ')}; auxctl plugin list shows what there is.` };
  throw new TransportError('ERR_NO_TRANSPORT', problem ?? `no plugin is for ${device.address}`, { device: device.address, ...hint });
}
