import { join } from 'node:path';
import { testPlugin } from '../../../test/conformance/suite.js';

testPlugin(join(import.meta.dirname, '..'), async () => (await import('../src/index.js')).plugin, {
  counts: { registers: 86, commands: 50, capabilities: 26, opcodes: 96, golden: 134 },
  write: { register: 'NODE_DESC', field: 'node_description', values: ['first', 'second'] },
  golden: join(import.meta.dirname, 'golden'),
});
