import { join } from 'node:path';
import { manifestSchema } from '@auxctl/schemas';
import { testConformance } from '../../../test/conformance/suite.js';
import manifest from '../manifest.json' with { type: 'json' };

testConformance({
  entry: {
    manifest: manifestSchema.parse(manifest),
    layoutsPath: join(import.meta.dirname, '../layouts'),
    load: async () => (await import('../src/index.js')).plugin,
  },
  counts: { registers: 77, commands: 35, capabilities: 2, opcodes: 75 },
  write: { register: 'FEAT_VOLATILE_WRITE_CACHE', field: 'wce', values: [0, 1] },
});
