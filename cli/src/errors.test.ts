import { AuxctlError, CATALOGUE, FirmwareError, SystemCallError, UsageError } from '@auxctl/core';
import { describe, expect, it } from 'vitest';
import { describeError, errorText } from './errors.js';
import { PLAIN } from './output/style.js';

const text = (error: unknown, options: Partial<{ json: boolean; verbose: boolean }> = {}): string => errorText(describeError(error), error, { json: false, verbose: false, style: PLAIN, ...options });

describe('errors as text', () => {
  it('says where, what and what to do', () => {
    expect(text(new AuxctlError('ERR_DEVICE_GONE', 'the device was removed', { device: 'fwctl0', command: 'MTMP' }))).toBe(
      `auxctl: fwctl0: MTMP: the device was removed\nhint: ${CATALOGUE.ERR_DEVICE_GONE.hint}\n`,
    );
  });

  it('does not repeat what the message says', () => {
    expect(text(new UsageError('ERR_USAGE', 'fwctl0 does not take MTMP', { device: 'fwctl0', command: 'MTMP' }))).toBe('auxctl: fwctl0 does not take MTMP\n');
  });

  it('shows layer, code, status and causes when it is to be verbose', () => {
    const cause = new SystemCallError('ERR_SYSTEM_CALL', 'read failed', 'EIO', { syscall: 'read' });
    const error = new FirmwareError('refused', { status: 3n, statusName: 'BAD_PARAM', syndrome: 0x1234n }, { device: 'd', command: 'C', cause });
    expect(text(error, { verbose: true })).toMatch(/layer +firmware\n +code +ERR_FIRMWARE_STATUS\n +device +d\n +command +C\n +status +0x3\n +statusName +BAD_PARAM\n +syndrome +0x1234\n[^]*FirmwareError: refused[^]*SystemCallError: read failed/);
  });

  it('lets no control character of a device through', () => {
    expect(text(new UsageError('ERR_USAGE', 'a\u001b[2Jb', { hint: 'c\rd' }))).toBe('auxctl: a\\x1b[2Jb\nhint: c\\x0dd\n');
  });
});

describe('errors as JSON', () => {
  it('always has the same keys', () => {
    expect(JSON.parse(text(new UsageError('ERR_USAGE', 'no'), { json: true }))).toEqual({
      schema: 'auxctl.error/1', layer: 'usage', code: 'ERR_USAGE', message: 'no', device: null, command: null, hint: null, exitStatus: 2, details: {},
    });
  });

  it('knows errors by their code, of whatever class', () => {
    const foreign = Object.assign(new Error('missing'), { code: 'ERR_NATIVE_MISSING' });
    expect(describeError(foreign)).toMatchObject({ code: 'ERR_NATIVE_MISSING', layer: 'system-call', exitStatus: 1, message: 'missing' });
  });

  it.each([new Error('boom'), Object.assign(new Error('boom'), { code: 'ENOENT' }), Object.assign(new Error('boom'), { code: 'toString' })])('takes anything else for a fault of the tool', (error) => {
    expect(describeError(error)).toMatchObject({ code: 'ERR_INTERNAL', layer: 'internal', exitStatus: 1, message: 'boom', hint: CATALOGUE.ERR_INTERNAL.hint });
    expect(describeError('text')).toMatchObject({ code: 'ERR_INTERNAL', exitStatus: 1 });
  });
});
