import { describe, expect, it } from 'vitest';
import { argumentError, NativeError, systemError } from './errors.js';

const errnoText = (errno: number): readonly [string, string] => (errno === 19 ? ['ENODEV', 'No such device'] : [`E${errno}`, 'unknown']);

describe('NativeError', () => {
  it('says which call failed, on what, and why', () => {
    const error = systemError(errnoText, 19, 'ioctl', { request: 'FWCTL_RPC', path: '/dev/fwctl/fwctl0' });
    expect(error).toMatchObject({ name: 'NativeError', code: 'ENODEV', errno: 19, syscall: 'ioctl', request: 'FWCTL_RPC', path: '/dev/fwctl/fwctl0' });
    expect(error.message).toBe('ioctl FWCTL_RPC /dev/fwctl/fwctl0: No such device (ENODEV)');
  });

  it('has no members that do not apply', () => {
    const error = argumentError('lengthBytes', 'a number');
    expect(error.message).toBe('lengthBytes: expected a number');
    expect(Object.keys(error).sort()).toEqual(['code', 'name']);
    expect('cause' in error).toBe(false);
  });

  it('keeps its cause', () => {
    const cause = new TypeError('inner');
    expect(new NativeError('ERR_NATIVE_MISSING', 'outer', { cause }).cause).toBe(cause);
  });
});
