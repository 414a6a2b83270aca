import type { OpcodeTable } from '@auxctl/schemas';
import { expect, test } from 'vitest';
import { chooseScope, planFor, requireAllowed, taintsKernel } from './effects.js';

const table: OpcodeTable = {
  format: 'auxctl.opcodes/1',
  source: [{ document: 'd', revision: '1', section: 's' }],
  opcodes: [
    { opcode: '0x10', name: 'ACCESS', modifier: 1, scope: 'debug-read-only', effect: 'inspect' },
    { opcode: '0x10', name: 'ACCESS', modifier: 0, scope: 'configuration', effect: 'invasive' },
    { opcode: '0x20', name: 'TUNE', scope: 'debug-write', effect: 'configure' },
  ],
};

test.each([
  [0x10n, 1n, { command: 'ACCESS', effect: 'inspect', leastScope: 'debug-read-only' }],
  [0x10n, 0n, { command: 'ACCESS', effect: 'invasive', leastScope: 'configuration' }],
  [0x10n, 7n, { command: '0x10', effect: 'invasive' }],
  [0x20n, 7n, { command: 'TUNE', effect: 'configure', leastScope: 'debug-write' }],
  [0x99n, undefined, { command: '0x99', effect: 'invasive' }],
])('opcode %s with modifier %s', (opcode, modifier, plan) => {
  expect(planFor(table, opcode, modifier)).toEqual(plan);
});

test('a command that the driver never passes is refused with the reason and what does the same', () => {
  const refusing: OpcodeTable = { ...table, refused: [{ reason: 'its data go to memory', kernelInterfaces: [{ what: 'the same counters', command: 'ethtool -S {netdev}' }], commands: [{ opcode: '0x23', name: 'PORT_COUNTERS' }] }] };
  expect(() => planFor(refusing, 0x23n, undefined)).toThrow(expect.objectContaining({
    code: 'ERR_NOT_PASSED', layer: 'policy', exitStatus: 4, command: 'PORT_COUNTERS', hint: 'The system has ethtool -S NETDEV (the same counters).',
    message: 'the kernel driver does not pass PORT_COUNTERS: its data go to memory; nothing was sent',
  }));
  expect(planFor(refusing, 0x20n, undefined)).toMatchObject({ command: 'TUNE' });
  expect(planFor(refusing, 0x24n, undefined)).toMatchObject({ effect: 'invasive' });
  const byModifier: OpcodeTable = { ...table, refused: [{ reason: 'it is the driver\'s', commands: [{ opcode: '0x20', modifier: 7, name: 'QUEUES' }] }] };
  expect(() => planFor(byModifier, 0x20n, 7n)).toThrow(expect.objectContaining({ code: 'ERR_NOT_PASSED', command: 'QUEUES' }));
  expect(planFor(byModifier, 0x20n, 8n)).toMatchObject({ command: 'TUNE' });
});

test.each([
  ['inspect', 'inspect', true], ['configure', 'inspect', false], ['invasive', 'configure', false],
  ['configure', 'configure', true], ['configure', 'invasive', true], ['invasive', 'invasive', true],
] as const)('an effect of %s with %s allowed: %s', (effect, allow, isSent) => {
  const ask = (): void => requireAllowed({ command: 'TUNE', effect }, allow, 'dev0');
  if (isSent) expect(ask).not.toThrow();
  else expect(ask).toThrow(expect.objectContaining({ code: 'ERR_NOT_ALLOWED', exitStatus: 4, device: 'dev0', command: 'TUNE', hint: `Add --allow ${effect} to allow it.` }));
});

test('the least scope is chosen, a higher one on request only, a lower one never', () => {
  const plan = planFor(table, 0x10n, 1n);
  expect(chooseScope(plan, undefined, 'dev0')).toBe('debug-read-only');
  expect(chooseScope(plan, 'debug-write', 'dev0')).toBe('debug-write');
  expect(() => chooseScope(plan, 'configuration', 'dev0')).toThrow(expect.objectContaining({ code: 'ERR_SCOPE', exitStatus: 4 }));
});

test('an unknown command has no scope unless one is named', () => {
  const plan = planFor(table, 0x99n, undefined);
  expect(() => chooseScope(plan, undefined, 'dev0')).toThrow(expect.objectContaining({ code: 'ERR_SCOPE' }));
  expect(chooseScope(plan, 'configuration', 'dev0')).toBe('configuration');
});

test('scopes 2 and 3 taint', () => {
  expect((['configuration', 'debug-read-only', 'debug-write', 'debug-write-full'] as const).map(taintsKernel)).toEqual([false, false, true, true]);
});
