import { definePlugin, type Plugin } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { checkReply, completeRequest, refinePlan } from './commands.js';
import { registers } from './registers.js';

/** CXL memory devices: their features, over the kernel's fwctl node. */
export const plugin: Plugin = definePlugin(manifest, {
  registers, completeRequest, refinePlan, checkReply,
  simulator: async () => (await import('../sim/index.js')).simulator,
});
