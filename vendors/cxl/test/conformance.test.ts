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
  counts: { registers: 9, commands: 3, capabilities: 0, opcodes: 3, objects: 1, golden: 15 },
  golden: join(import.meta.dirname, 'golden'),
  write: { register: 'TEST_FEATURE', index: { selection: 'saved' }, field: 'value', values: [0x12345678, 0xdeadbeef] },
});
