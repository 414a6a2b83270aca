import { forDevice, integerField, PluginError, refusedToUndefined, TransportError, type DeviceChannel, type Plugin } from '@auxctl/core';
import type { KnownPlugin } from '../plugins.js';
import { layoutsOf } from '../layouts.js';

/** Throws why a device's core dump cannot be had from here, with what the device could do and what is in reach instead: `ERR_OUT_OF_REACH`. */
export async function explainCoreDump(channel: DeviceChannel, known: KnownPlugin, plugin: Plugin): Promise<never> {
  const { device } = channel;
  const reach = plugin.coreDump;
  if (reach === undefined) throw new PluginError('ERR_PLUGIN', `plugin ${plugin.name} knows nothing of core dumps`, { device: device.address });
  const capability = await refusedToUndefined(channel.capability(reach.capability, 'current'));
  const offers = capability === undefined ? 'it does not say what it could dump'
    : `its ${reach.capability} capabilities: ${reach.fields.map((name) => `${name}=${integerField(capability.fields, name)}`).join(', ')}`;
  const { kernelInterfaces = [] } = await layoutsOf(known).document('register', reach.register);
  const others = kernelInterfaces.map(({ what, command }) => `${forDevice(command, device)} (${what})`);
  throw new TransportError('ERR_OUT_OF_REACH', `${reach.obstacle}; ${offers}`, { device: device.address, command: reach.register, hint: `In reach instead: ${others.join('; ')}.` });
}
