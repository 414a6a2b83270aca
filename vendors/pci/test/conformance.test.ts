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
  counts: { registers: 33, commands: 19, capabilities: 0, opcodes: 19, objects: 13 },
});
