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
  counts: { registers: 86, commands: 50, capabilities: 26, opcodes: 96 },
  write: { register: 'NODE_DESC', field: 'node_description', values: ['first', 'second'] },
});
