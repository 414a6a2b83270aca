import { definePlugin } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { refinePlan } from './commands.js';
import { registers } from './registers.js';

/** NVMe controllers through the kernel's admin passthrough, or simulated. */
export const plugin = definePlugin(manifest, {
  open: async (device, context) => (await import('./transport/nvme.js')).openNvme(device, context, manifest),
  registers,
  refinePlan,
  simulator: async () => (await import('../sim/index.js')).simulator,
});
