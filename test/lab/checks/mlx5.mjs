import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { auxctl, auxctlJson, errorOf, identityOf } from '../guest/auxctl.mjs';
import { namedIn, valuesOf } from '../guest/fields.mjs';
import { commandLog, complaints, taint } from '../guest/system.mjs';

/**
 * A check after which the kernel must not be tainted.
 *
 * @param {string} name
 * @param {() => Promise<void>} body
 */
function check(name, body) {
  return test(name, async () => {
    await body();
    assert.equal(await taint(), 0, 'the kernel is tainted');
  });
}

/**
 * @param {readonly string[]} words of a command that prints fields
 * @param {Record<string, unknown>} expected
 */
async function hasFields(words, expected) {
  const { fields, anomalies } = await auxctlJson(...words);
  assert.deepEqual(namedIn(valuesOf(fields), expected), expected);
  assert.deepEqual(anomalies, []);
}

check('list names both devices in every way that the kernel knows them', async () => {
  /** @type {{ devices: any[], system: unknown }} */
  const { devices, system } = await auxctlJson('list');
  const expected = [0, 1].map((index) => ({
    address: `0000:0${index + 1}:00.0`,
    bus: 'pci',
    vendor: 'NVIDIA',
    product: 'ConnectX-6 Dx',
    pciId: '15b3:101d',
    driver: 'mlx5_core',
    node: `/dev/fwctl/fwctl${index}`,
    plugin: 'mlx5',
    transport: 'fwctl',
    firmware: '22.43.1014',
    problem: null,
  }));
  assert.deepEqual(devices.map((device, index) => namedIn(device, expected[index] ?? {})), expected);
  for (const [index, { names }] of devices.entries()) {
    assert.deepEqual(names.fwctl, [`fwctl${index}`]);
    assert.ok(names.auxiliary.includes(`mlx5_core.fwctl.${index}`), names.auxiliary.join(' '));
  }
  assert.deepEqual(system, { taint: 0, taintReasons: [], lockdown: 'none' });
});

check('info shows what the firmware says of itself, and the way to it', async () => {
  assert.deepEqual(await identityOf('fwctl0'), { firmware: '22.43.1014', psid: 'SIM_0000000022', serial: 'SIM26X00000', 'part number': 'SIM623106AN-CDAT', node: 'SIM4125 ConnectX6Dx' });
  const { device, channel } = await auxctlJson('info', 'fwctl0');
  assert.deepEqual({ transport: device.transport, type: channel.fwctlDeviceType }, { transport: 'fwctl', type: 1 });
});

check('any name of a device leads to it', async () => {
  for (const name of ['/dev/fwctl/fwctl1', '02:00.0', 'mlx5_core.fwctl.1']) assert.equal((await auxctlJson('reg', 'read', name, 'NODE_DESC')).device, '0000:02:00.0');
});

check('caps shows the general capabilities, current and maximum', async () => {
  const { sets } = await auxctlJson('caps', 'fwctl0', 'GENERAL');
  const [{ name, isSupported, current, maximum }] = sets;
  const expected = { log_max_qp: 18, num_ports: 1, log_max_eq: 6 };
  assert.deepEqual({ name, isSupported }, { name: 'GENERAL', isSupported: true });
  assert.deepEqual(Object.keys(current), Object.keys(maximum));
  assert.deepEqual(namedIn(valuesOf(current), expected), expected);
  assert.deepEqual(namedIn(valuesOf(maximum), expected), expected);
});

check('NODE_DESC is read', () => hasFields(['reg', 'read', 'fwctl0', 'NODE_DESC'], { node_description: 'SIM4125 ConnectX6Dx' }));

check('DTOR is read', () => hasFields(['reg', 'read', 'fwctl0', 'DTOR'], {
  health_poll_to: { to_multiplier: 'SECONDS', to_value: 2 },
  flush_on_err_to: { to_multiplier: 'MILLISECONDS', to_value: 2000 },
  reset_unload_to: { to_multiplier: 'SECONDS', to_value: 300 },
}));

check('PAOS is read', () => hasFields(['reg', 'read', 'fwctl0', 'PAOS', 'local_port=1'], { local_port: 1, admin_status: 'up', oper_status: 'up' }));

check('MTMP is read for each sensor', async () => {
  for (const [index, name, mean, swing] of /** @type {const} */ ([[0, 'asic', 58, 4], [64, 'Module0', 41, 2]])) {
    const { fields } = await auxctlJson('reg', 'read', 'fwctl0', 'MTMP', `sensor_index=${index}`);
    const { sensor_index: sensor, sensor_name_hi: hi, sensor_name_lo: lo } = valuesOf(fields);
    assert.deepEqual({ sensor, name: `${hi}${lo}`.slice(0, name.length) }, { sensor: index, name });
    const degrees = Number.parseFloat(fields.temperature.text);
    assert.ok(Math.abs(degrees - mean) <= swing, `${fields.temperature.text} at ${name}`);
  }
});

check('PPCNT counts', async () => {
  const read = async () => valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PPCNT', 'local_port=1', 'grp=0')).fields)['counter_set'];
  const [earlier, later] = [await read(), await read()];
  for (const name of ['a_frames_transmitted_ok', 'a_frames_received_ok', 'a_octets_received_ok']) {
    assert.ok(BigInt(later[name]) > BigInt(earlier[name]), `${name}: ${earlier[name]}, then ${later[name]}`);
  }
});

check('QUERY_ADAPTER is called by name', () => hasFields(['call', 'fwctl0', 'QUERY_ADAPTER'], {
  status: 'OK',
  query_adapter_struct: { ieee_vendor_id: 0x2c9, vsd_vendor_id: 0x15b3, vsd: `${Buffer.from('SIM26X00000').toString('hex')}${'0'.repeat(394)}`, vsd_contd_psid: 'SIM_0000000022' },
}));

check('what the firmware refuses is status 5, with its reason', async () => {
  const outcome = await auxctl('reg', 'read', 'fwctl0', 'MTMP', 'sensor_index=5', '--json');
  assert.equal(outcome.status, 5);
  assert.equal(outcome.stdout, '');
  const { layer, code, details } = errorOf(outcome);
  assert.deepEqual({ layer, code, status: details.status }, { layer: 'firmware', code: 'ERR_FIRMWARE_STATUS', status: '0xa' });
  assert.match(details.syndrome, /^0x[0-9a-f]+$/);
});

/**
 * Holds that a run of the tool is refused before the firmware receives anything but what the driver itself does to open and close.
 *
 * @param {...string} words
 * @returns {Promise<{ code: string, hint: string }>}
 */
async function sendsNothing(...words) {
  const before = await commandLog('mlx5-0');
  const outcome = await auxctl(...words, '--json');
  const sent = (await commandLog('mlx5-0')).slice(before.length).map(({ command }) => command);
  assert.deepEqual(sent.filter((command) => !['CREATE_UCTX', 'DESTROY_UCTX'].includes(command)), []);
  assert.deepEqual({ status: outcome.status, stdout: outcome.stdout }, { status: 4, stdout: '' });
  return errorOf(outcome);
}

check('a register write that was not allowed sends nothing and is status 4', async () => {
  const { code, hint } = await sendsNothing('reg', 'write', 'fwctl0', 'NODE_DESC', 'node_description=changed');
  assert.equal(code, 'ERR_NOT_ALLOWED');
  assert.match(hint, /--allow configure/);
});

check('a raw command that the plugin does not know sends nothing and is status 4', async () => {
  const file = join(tmpdir(), 'request');
  await writeFile(file, Buffer.from('0fff0000000000000000000000000000', 'hex'));
  const { code, hint } = await sendsNothing('rpc', 'fwctl0', '--in', file, '--out-size', '16');
  assert.equal(code, 'ERR_NOT_ALLOWED');
  assert.match(hint, /--allow invasive/);
});

check('with --allow configure the write works, on that device alone, and leaves the kernel clean', async () => {
  const { changes } = await auxctlJson('reg', 'write', 'fwctl0', 'NODE_DESC', 'node_description=changed', '--allow', 'configure', '--yes');
  assert.deepEqual(changes, [{ path: 'node_description', before: 'SIM4125 ConnectX6Dx', asked: 'changed', after: 'changed' }]);
  await hasFields(['reg', 'read', 'fwctl0', 'NODE_DESC'], { node_description: 'changed' });
  await hasFields(['reg', 'read', 'fwctl1', 'NODE_DESC'], { node_description: 'SIM4125 ConnectX6Dx' });
});

check('two devices are used at once', async () => {
  const [first, second] = await Promise.all(['fwctl0', 'fwctl1'].map((name) => auxctlJson('reg', 'read', name, 'NODE_DESC')));
  assert.deepEqual([first, second].map(({ device, fields }) => [device, fields.node_description.value]), [['0000:01:00.0', 'changed'], ['0000:02:00.0', 'SIM4125 ConnectX6Dx']]);
});

check('the kernel has nothing to complain of', async () => {
  assert.deepEqual(await complaints(), []);
});
