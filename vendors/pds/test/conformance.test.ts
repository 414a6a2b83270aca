import { join } from 'node:path';
import { testPlugin } from '../../../test/conformance/suite.js';

testPlugin(join(import.meta.dirname, '..'), async () => (await import('../src/index.js')).plugin, {
  counts: { registers: 4, commands: 16, capabilities: 2, opcodes: 16, objects: 5, golden: 40 },
  write: { register: 'PORT_CONFIG', index: { port: 1 }, field: 'fec', values: ['reed_solomon', 'off'] },
  golden: join(import.meta.dirname, 'golden'),
});
