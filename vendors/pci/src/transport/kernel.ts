import { existsSync } from 'node:fs';
import { RequestTransport, TransportError, type Device, type OpenContext, type Transport } from '@auxctl/core';
import manifest from '../../manifest.json' with { type: 'json' };
import { answerOf, type Refusal } from './answer.js';
import { ConfigSpace } from './config-space.js';
import { DevlinkRequests } from './devlink.js';
import { Interfaces } from './interfaces.js';
import { readBar, readVpd } from './memory.js';

/** Opens the way to a device by the kernel's own interfaces. Opens no file yet: each request opens what it takes. */
export async function openKernel({ address, bus, names }: Device, { native, layouts, root }: OpenContext): Promise<Transport> {
  const sys = `${root.replace(/\/$/, '')}/sys`;
  const folder = bus === 'pci' ? `${sys}/bus/pci/devices/${address}` : `${sys}/class/net/${names.netdev[0] ?? ''}`;
  const isPresent = (): boolean => existsSync(folder);
  if (!isPresent()) throw new TransportError('ERR_DEVICE_GONE', `${address} is not there any more`, { device: address });
  const config = new ConfigSpace({ native, device: address, path: `${folder}/config`, place: await layouts.codec('structures', 'framing', 'place') });
  const files = { native, folder, device: address };
  const [interfaces, devlink] = [new Interfaces(native, names.netdev), new DevlinkRequests(native, address)];
  return new RequestTransport<Refusal>({
    kind: 'kernel', device: address, layouts, manifest, isPresent, unknown: 'BAD_REQUEST',
    handlers: {
      READ_CAPABILITY: (request, wait) => config.readCapability(request, wait),
      LIST_CAPABILITIES: (_, wait) => config.list(wait),
      READ_CONFIG: (request, wait) => config.readBytes(request, wait),
      READ_BAR: (request, wait) => readBar(files, request, wait),
      READ_VPD: (request, wait) => readVpd(files, request, wait),
      GET_DRIVER_INFO: (request, wait) => interfaces.driverInfo(request, wait),
      GET_REGISTERS: (request, wait) => interfaces.registers(request, wait),
      ...devlink.handlers,
    },
    statusOf: (error) => answerOf(error, isPresent, address),
    close: async () => { await Promise.all([config, interfaces, devlink].map((each) => each.close())); },
  });
}
