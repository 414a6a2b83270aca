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
  counts: { registers: 2, commands: 6, capabilities: 1, opcodes: 6 },
  write: { register: 'LAMP', field: 'state', values: ['blink', 'off'] },
});
