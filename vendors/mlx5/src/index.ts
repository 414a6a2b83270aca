import { openFwctl, requireNode, UsageError, type Device, type OpenContext, type Plugin, type Transport } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { capabilities } from './capabilities.js';
import { diagnostics } from './diagnostics.js';
import { firmware } from './firmware.js';
import { identify } from './identity.js';
import { nvconfig } from './nvconfig.js';
import { registers } from './registers.js';
import { coreDump, resources } from './resources.js';

/** The control node where there is one, else the gateway in configuration space. */
async function open(device: Device, { native, wait, layouts, configSpace, transport }: OpenContext): Promise<Transport> {
  const kind = transport ?? (device.node === undefined && device.bus === 'pci' ? 'vsc' : 'fwctl');
  if (kind === 'fwctl') return openFwctl({ native, node: requireNode(device), device: device.address, meanings: manifest, ...wait });
  if (kind !== 'vsc') throw new UsageError('ERR_USAGE', `${manifest.name} has no transport ${kind}`, { device: device.address });
  const { openVsc } = await import('./transport/vsc.js');
  return openVsc({ device: device.address, layouts, configSpace, wait });
}

/** ConnectX and BlueField through the kernel's fwctl node or the gateway in PCI configuration space, or simulated. */
export const plugin: Plugin = {
  name: manifest.name,
  open,
  identify,
  registers,
  capabilities,
  nvconfig,
  firmware,
  diagnostics,
  resources,
  coreDump,
  simulator: async () => (await import('../sim/index.js')).simulator,
};
