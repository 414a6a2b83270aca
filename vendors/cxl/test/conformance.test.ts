import { join } from 'node:path';
import { testPlugin } from '../../../test/conformance/suite.js';

testPlugin(join(import.meta.dirname, '..'), async () => (await import('../src/index.js')).plugin, {
  counts: { registers: 9, commands: 3, capabilities: 0, opcodes: 3, objects: 1, golden: 15 },
  golden: join(import.meta.dirname, 'golden'),
  write: { register: 'TEST_FEATURE', index: { selection: 'saved' }, field: 'value', values: [0x12345678, 0xdeadbeef] },
});
