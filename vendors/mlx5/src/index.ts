import { openFwctl, requireNode, type Plugin } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { capabilities } from './capabilities.js';
import { diagnostics } from './diagnostics.js';
import { identify } from './identity.js';
import { registers } from './registers.js';
import { coreDump, resources } from './resources.js';

/** ConnectX and BlueField through the kernel's fwctl node, or simulated. */
export const plugin: Plugin = {
  name: manifest.name,
  open: async (device, { native, wait }) => openFwctl({ native, node: requireNode(device), device: device.address, meanings: manifest, ...wait }),
  identify,
  registers,
  capabilities,
  diagnostics,
  resources,
  coreDump,
  simulator: async () => (await import('../sim/index.js')).simulator,
};
