import { expect, test } from 'vitest';
import { TestFirmware, words } from './test-support.js';
import { textAt, u32 } from './wire.js';

const PORT = 2;
const DIAG = 5;

test('the driver probes as the kernel\'s does: a client, identity, the list of endpoints, and operations at their first use', () => {
  const firmware = new TestFirmware();
  const driver = firmware.driver();
  expect(firmware.log.map(({ command }) => command)).toEqual(['CLIENT_REG', 'IDENT', 'QUERY']);
  driver.data(1, 1);
  driver.data(1, 3);
  driver.data(PORT, 1, words(0));
  expect(firmware.log.slice(3).map(({ command }) => command)).toEqual(['QUERY', 'SYSTEM_VERSION', 'SYSTEM_STATUS', 'QUERY', 'PORT_STATUS']);
});

test.each([
  ['a payload that is too large, before all else', 0x77, 1, new Uint8Array(4097), {}, 'EINVAL'],
  ['more room than firmware gives', 1, 1, new Uint8Array(), { roomBytes: 16_385 }, 'EINVAL'],
  ['an endpoint that is not listed', 0x77, 1, new Uint8Array(), {}, 'EINVAL'],
  ['an endpoint without operations', 6, 1, new Uint8Array(), {}, 'EINVAL'],
  ['an operation that is not listed, at whatever scope', DIAG, 9, new Uint8Array(), { scope: 0 }, 'EINVAL'],
  ['a version that firmware does not have', PORT, 0x2_0002, words(0), {}, 'EINVAL'],
  ['a debug read at the scope of configuration', DIAG, 1, words(0, 4), { scope: 0 }, 'EPERM'],
  ['a debug write at the scope of a debug read', DIAG, 2, words(0, 4), { scope: 1 }, 'EPERM'],
  ['an attribute that the driver does not know, at less than the highest scope', DIAG, 3, words(1), { scope: 2 }, 'EPERM'],
] as const)('%s is refused before firmware sees it', (_what, endpoint, operation, payload, options, errno) => {
  const firmware = new TestFirmware();
  const driver = firmware.driver();
  expect(driver.call(endpoint, operation, payload, options)).toEqual({ errno });
  expect(firmware.log.slice(3).filter(({ command }) => command !== 'QUERY')).toEqual([]);
});

test.each([[DIAG, 1, 1], [DIAG, 2, 2], [DIAG, 3, 3], [1, 1, 0], [3, 3, 0]])('operation %i:%i passes at scope %i', (endpoint, operation, scope) => {
  const driver = new TestFirmware().driver();
  expect(driver.call(endpoint, operation, words(0, 4), { scope })).not.toHaveProperty('errno');
  if (scope > 0) expect(driver.call(endpoint, operation, words(0, 4), { scope: scope - 1 })).toEqual({ errno: 'EPERM' });
});

test.each([
  [1, 'EINVAL'], [2, 'EIO'], [3, 'EIO'], [4, 'EPERM'], [5, 'EINVAL'], [6, 'EINVAL'], [7, 'ENOENT'], [8, 'EIO'], [9, 'EAGAIN'], [10, 'ENOMEM'], [11, 'EFAULT'], [12, 'EBUSY'], [13, 'EEXIST'],
  [14, 'EINVAL'], [15, 'ENOSPC'], [16, 'ERANGE'], [17, 'EFAULT'], [18, 'EIO'], [19, 'EINVAL'], [29, 'EIO'], [30, 'EIO'], [31, 'ENODEV'], [32, 'EIO'], [33, 'ECHILD'], [77, 'EIO'], [255, 'ENXIO'],
])('status %i of firmware is %s', (status, errno) => {
  expect(new TestFirmware('faulty').driver().call(0xfe, 1, words(status, 0))).toEqual({ errno });
});

test('an operation\'s own result comes with its data', () => {
  const result = new TestFirmware('faulty').driver().call(0xfe, 1, words(0, 9, 0x0403_0201), { roomBytes: 6 });
  expect(result).toEqual({ result: 9, data: Uint8Array.of(1, 2, 3, 4, 0, 0) });
});

test('an endpoint that hides its operations is ENOMEM each time, and asked each time', () => {
  const firmware = new TestFirmware('faulty');
  const driver = firmware.driver();
  for (let round = 0; round < 2; round++) expect(driver.call(0xff, 1)).toEqual({ errno: 'ENOMEM' });
  expect(firmware.log.slice(3).map(({ command, status }) => [command, status])).toEqual([['QUERY', 3], ['QUERY', 3]]);
});

test('while firmware is down it is ENXIO, or ENOMEM where operations have to be asked for; then all is as saved', () => {
  const firmware = new TestFirmware();
  const driver = firmware.driver();
  const name = (): string => textAt(driver.data(3, 1, words(1), { roomBytes: 68 }), 4, 64);
  driver.data(3, 2, Buffer.concat([words(1), Buffer.from('kept'.padEnd(64, '\0'))]));
  expect(u32(driver.data(3, 3), 0)).toBe(1);
  driver.data(3, 2, Buffer.concat([words(1), Buffer.from('lost'.padEnd(64, '\0'))]));
  driver.data(1, 4, words(100, 500));
  firmware.nowMs = 99;
  expect(name()).toBe('lost');
  firmware.nowMs = 100;
  expect([driver.call(3, 1, words(1)), driver.call(PORT, 1, words(0))]).toEqual([{ errno: 'ENXIO' }, { errno: 'ENOMEM' }]);
  firmware.nowMs = 600;
  expect(name()).toBe('kept');
  expect(u32(driver.data(1, 3), 8)).toBe(1);
});

test('a firmware that hangs does not answer', () => {
  const firmware = new TestFirmware();
  const driver = firmware.driver();
  firmware.firmware.faults.hang = true;
  expect(driver.call(1, 1)).toBeUndefined();
  firmware.firmware.faults.hang = false;
  expect(textAt(driver.data(1, 1), 0, 32)).toBe('1.120.0-SIM-7');
});
