import type { TransportKind } from '@auxctl/schemas';
import type { ConfigSpaceSource } from '../config-space/types.js';
import { TransportError } from '../errors/classes.js';
import type { Device } from '../device/types.js';
import { LayoutStore } from '../store/store.js';
import { defaultNative, type NativeSource } from '../native.js';
import { GuardedTransport, guardPlugin } from '../plugin/guard.js';
import { verifyMatch } from '../plugin/match.js';
import type { PluginEntry } from '../plugin/types.js';
import type { Transport } from '../transport/types.js';
import { waitOf } from '../wait.js';
import { DeviceChannel } from './channel.js';
import { Framing } from './framing.js';
import type { CommandPolicy } from '../policy/types.js';
import type { CommandRecorder } from './recorder.js';
import type { PluginTypes } from './typed.js';
import type { CallOptions, Channel } from './types.js';

/** How to open a channel. */
export interface OpenChannelOptions extends CallOptions {
  /** Where the native shim comes from, when a real device needs it. */
  readonly native?: NativeSource;
  /** A transport to use instead of the plugin's own, such as a simulator's. The channel closes it. */
  readonly transport?: Transport;
  /** The plugin's layouts, where a store of them is there already. */
  readonly layouts?: LayoutStore;
  /** What shall carry the channel, where several ways lead to the device; absent, the best of them. */
  readonly via?: TransportKind;
  /** Where the device's configuration space comes from, when a transport needs it; the kernel's file when absent. */
  readonly configSpace?: ConfigSpaceSource;
  /** The directory that holds `sys`, `proc` and `dev`; `/` when absent. */
  readonly root?: string;
  /** Nothing is to be sent: plans are what the plugin's data say. Default false. */
  readonly isRehearsal?: boolean;
  /** Records every command that can change the device, before it is sent and after; nothing is recorded when absent. */
  readonly recorder?: CommandRecorder;
  /** Has a say in every command before it is sent, such as `policyGuard`; all is sent that is allowed when absent. */
  readonly policy?: CommandPolicy;
}

/**
 * Opens a control channel to a device through its plugin. `options` are also what every later call starts from. Rejects with
 * `ERR_NO_TRANSPORT`, `ERR_PLUGIN_MISMATCH`, `ERR_LAYOUT`, or with what opening the transport rejects with. With the plugin's types as its
 * parameter, as in `openChannel<AcmeTypes>(...)`, names and fields are typed.
 */
export async function openChannel(device: Device, entry: PluginEntry, options?: OpenChannelOptions): Promise<DeviceChannel>;
/** @inheritDoc */
export async function openChannel<T extends PluginTypes>(device: Device, entry: PluginEntry, options?: OpenChannelOptions): Promise<Channel<T>>;
/** @inheritDoc */
export async function openChannel(device: Device, entry: PluginEntry, options: OpenChannelOptions = {}): Promise<unknown> {
  const {
    native = defaultNative, transport: given, layouts = new LayoutStore(entry.layoutsPath), via, root = '/', configSpace = kernelConfigSpace(device, native, root),
    isRehearsal = false, recorder, policy, ...defaults
  } = options;
  const plugin = guardPlugin(await entry.load());
  const transport = new GuardedTransport(given ?? await plugin.open(device, { native, wait: waitOf(defaults), layouts, configSpace, root, ...(via === undefined ? {} : { transport: via }) }), plugin.name);
  try {
    const transportInfo = await transport.info(waitOf(defaults));
    verifyMatch(entry.manifest, device, transportInfo);
    const framing = await Framing.load(entry.manifest, layouts);
    return new DeviceChannel({ device, entry, plugin, layouts, framing, transport, transportInfo, defaults, isRehearsal, root, recorder, policy });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** The kernel's file of a PCI function's configuration space, below `root`; loads what it takes when it is asked for. */
export function kernelConfigSpace({ address, bus }: Device, native: NativeSource, root?: string): ConfigSpaceSource {
  return async (wait) => {
    if (bus !== 'pci') throw new TransportError('ERR_NO_TRANSPORT', `${address} has no PCI configuration space of its own`, { device: address });
    const { openConfigSpaceFile } = await import('../config-space/file.js');
    return openConfigSpaceFile({ native, address, root, ...wait });
  };
}

/** The node that leads to a device's firmware. Throws `ERR_NO_TRANSPORT` when there is none. */
export function requireNode(device: Device): string {
  if (device.node !== undefined) return device.node;
  throw new TransportError('ERR_NO_TRANSPORT', `${device.address} has no control node`, { device: device.address });
}
