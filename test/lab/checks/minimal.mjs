import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auxctl, auxctlJson, errorOf, identityOf } from '../guest/auxctl.mjs';
import { namedIn, valuesOf } from '../guest/fields.mjs';
import { complaints, taint } from '../guest/system.mjs';

test('a device that can do little is listed', async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  const expected = { address: '0000:01:00.0', transport: 'fwctl', driver: 'mlx5_core', plugin: 'mlx5' };
  assert.deepEqual(devices.map((device) => namedIn(device, expected)), [expected]);
});

test('info shows what there is', async () => {
  assert.equal((await identityOf('fwctl0'))['psid'], 'SIM_0000000001');
});

test('capability sets that the firmware does not have are shown as such', async () => {
  /** @type {{ sets: any[] }} */
  const { sets } = await auxctlJson('caps', 'fwctl0');
  const supported = sets.filter(({ isSupported }) => isSupported);
  assert.deepEqual(supported.map(({ name }) => name), ['GENERAL']);
  assert.equal(valuesOf(supported[0].current)['log_max_qp'], 17);
  for (const { name, isSupported, problem } of sets) assert.ok(isSupported || typeof problem === 'string', name);
});

test('registers that the firmware rejects are status 5, the others are read', async () => {
  for (const words of [['MTMP', 'sensor_index=0'], ['DTOR'], ['MGIR']]) {
    const outcome = await auxctl('reg', 'read', 'fwctl0', ...words, '--json');
    assert.equal(outcome.status, 5, words.join(' '));
    assert.equal(errorOf(outcome).code, 'ERR_FIRMWARE_STATUS');
  }
  const { fields } = await auxctlJson('reg', 'read', 'fwctl0', 'PAOS', 'local_port=1');
  assert.equal(valuesOf(fields)['local_port'], 1);
});

test('the kernel is clean and has nothing to complain of', async () => {
  assert.equal(await taint(), 0);
  assert.deepEqual(await complaints(), []);
});
