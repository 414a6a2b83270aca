import { definePlugin, UsageError, type Plugin } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { identify } from './identity.js';

/** Every PCI function and network interface without a plugin of its own, by the kernel's interfaces, or simulated. */
export const plugin: Plugin = definePlugin(manifest, {
  open: async (device, context) => {
    const { transport = 'kernel' } = context;
    if (transport !== 'kernel') throw new UsageError('ERR_USAGE', `${manifest.name} has no transport ${transport}`, { device: device.address });
    return (await import('./transport/kernel.js')).openKernel(device, context);
  },
  identify,
  simulator: async () => (await import('../sim/index.js')).simulator,
});
