import { definePlugin } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };

/** NetXtreme: its manifest and layouts say all. */
export const plugin = definePlugin(manifest, { simulator: async () => (await import('../sim/index.js')).simulator });
