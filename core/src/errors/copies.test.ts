import { expect, test, vi } from 'vitest';
import { AuxctlError } from './base.js';
import { FirmwareError, ReplyError, TransportError } from './classes.js';

test('an error of another copy of this package is one of ours, of its own class and no other', async () => {
  vi.resetModules();
  const other = await import('./classes.js');
  expect(other.FirmwareError).not.toBe(FirmwareError);
  const error = new other.FirmwareError('refused', { status: 3n });
  expect([error instanceof AuxctlError, error instanceof FirmwareError, error instanceof ReplyError, error instanceof TransportError]).toEqual([true, true, false, false]);
  expect(new FirmwareError('refused', { status: 3n }) instanceof other.FirmwareError).toBe(true);
});

test('a class of its own kind is told from its base', () => {
  class Special extends TransportError {}
  expect(new TransportError('ERR_CLOSED', 'closed') instanceof Special).toBe(false);
  expect([new Special('ERR_CLOSED', 'closed') instanceof Special, new Special('ERR_CLOSED', 'closed') instanceof TransportError]).toEqual([true, true]);
});

test('what only looks like an error of ours is none', () => {
  for (const value of [undefined, null, 'text', 7, {}, { name: 'AuxctlError' }, new TypeError('x'), Object.assign(new TypeError('x'), { code: 'ERR_CLOSED' })]) {
    expect(value instanceof AuxctlError).toBe(false);
    expect(value instanceof TransportError).toBe(false);
  }
});
