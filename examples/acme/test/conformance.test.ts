import { join } from 'node:path';
import { testPlugin } from '../../../test/conformance/suite.js';

testPlugin(join(import.meta.dirname, '..'), async () => (await import('../src/index.js')).plugin, {
  counts: { registers: 2, commands: 6, capabilities: 1, opcodes: 6 },
  write: { register: 'LAMP', field: 'state', values: ['blink', 'off'] },
});
