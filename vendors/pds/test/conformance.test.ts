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
  counts: { registers: 4, commands: 16, capabilities: 2, opcodes: 16, objects: 5, golden: 40 },
  write: { register: 'PORT_CONFIG', index: { port: 1 }, field: 'fec', values: ['reed_solomon', 'off'] },
  golden: join(import.meta.dirname, 'golden'),
});
