import { join } from 'node:path';
import { testPlugin } from '../../../test/conformance/suite.js';

testPlugin(join(import.meta.dirname, '..'), async () => (await import('../src/index.js')).plugin, {
  counts: { registers: 77, commands: 35, capabilities: 2, opcodes: 75 },
  write: { register: 'FEAT_VOLATILE_WRITE_CACHE', field: 'wce', values: [0, 1] },
});
