import { join } from 'node:path';
import type { PluginEntry } from '@auxctl/core';
import { plugin } from '@auxctl/mlx5';
import { manifestSchema } from '@auxctl/schemas';
import manifest from '../../../vendors/mlx5/manifest.json' with { type: 'json' };

/** The plugin as the tool knows it, with its layouts where they stand in this tree. */
export const entry: PluginEntry = {
  manifest: manifestSchema.parse(manifest),
  layoutsPath: join(import.meta.dirname, '../../../vendors/mlx5/layouts'),
  load: async () => plugin,
};
