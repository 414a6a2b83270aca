import { definePlugin, type Plugin } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { withoutPadding } from './registers.js';
import { open } from './transport.js';

const byManifest = definePlugin(manifest, { open, simulator: async () => (await import('../sim/index.js')).simulator });

/** Pensando DSC through the kernel's fwctl node, or simulated. */
export const plugin: Plugin = { ...byManifest, ...(byManifest.registers === undefined ? {} : { registers: withoutPadding(byManifest.registers) }) };
