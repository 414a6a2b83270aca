import { join } from 'node:path';
import { testPlugin } from '../../../test/conformance/suite.js';

testPlugin(join(import.meta.dirname, '..'), async () => (await import('../src/index.js')).plugin, {
  counts: { registers: 0, commands: 44, capabilities: 0, opcodes: 71, objects: 33, golden: 26 },
  golden: join(import.meta.dirname, 'golden'),
});
