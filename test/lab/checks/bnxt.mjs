import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { auxctl, auxctlJson, errorOf, identityOf } from '../guest/auxctl.mjs';
import { namedIn, valuesOf } from '../guest/fields.mjs';
import { library } from '../guest/load-library.mjs';
import { commandLog, complaints, hang, recover, taint } from '../guest/system.mjs';

const DEVICES = /** @type {const} */ ([
  { profile: 'bcm57414', product: 'BCM57414 NetXtreme-E', pciId: '14e4:16d7', firmware: '231.0.153' },
  { profile: 'bcm57508', product: 'BCM57508 NetXtreme-E', pciId: '14e4:1750', firmware: '231.0.153' },
  { profile: 'bcm57414-old', product: 'BCM57414 NetXtreme-E', pciId: '14e4:16d7', firmware: '20.6.124' },
]);
/** What each device refuses: it does not have it, or no network interface has made it. */
const REFUSED = [
  ['BACKING_STORE_CAPS', 'BACKING_STORE_TYPE_CAPS', 'BACKING_STORE_TYPE_CFG', 'FDR_STATISTICS', 'PTP_FUNCTIONS', 'PTP_PINS', 'RING_INFO', 'VNIC_RSS'],
  ['BACKING_STORE_TYPE_CAPS', 'BACKING_STORE_TYPE_CFG', 'PTP_FUNCTIONS', 'PTP_PINS', 'RING_INFO', 'VNIC_RSS'],
  [
    'BACKING_STORE_CAPS', 'BACKING_STORE_TYPE_CAPS', 'BACKING_STORE_TYPE_CFG', 'DBG_CAPS', 'DBG_SETTINGS', 'ERROR_RECOVERY', 'FDR_STATISTICS', 'FLOW_CAPS', 'FUNC_RESOURCE_CAPS',
    'FUNC_STATS_EXT', 'LIVEPATCH', 'PORT_MAC_CAPS', 'PTP_FUNCTIONS', 'PTP_PINS', 'RING_INFO', 'SELFTESTS', 'VNIC_RSS',
  ],
];
const OBJECTS = 33;
/** Where the simulated chip's temperature moves about. */
const [MEAN_C, SWING_C] = [56, 2];

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

check('list names the devices in every way that the kernel knows them', async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  const expected = DEVICES.map(({ product, pciId, firmware }, index) => ({
    address: `0000:0${index + 1}:00.0`, bus: 'pci', vendor: 'Broadcom', product, pciId, driver: 'bnxt_en', node: `/dev/fwctl/fwctl${index}`, plugin: 'bnxt', transport: 'fwctl', firmware, problem: null,
  }));
  assert.deepEqual(devices.map((device, index) => namedIn(device, expected[index] ?? {})), expected);
  for (const [index, { names }] of devices.entries()) {
    assert.ok(names.auxiliary.includes(`bnxt_en.fwctl.${index}`), names.auxiliary.join(' '));
    assert.deepEqual(names.netdev, [`eth${index}`]);
  }
});

check('info shows what the firmware says of itself, and the way to it', async () => {
  assert.deepEqual(await identityOf('eth0'), { firmware: '231.0.153', package: '231.1.162.1', interface: '1.10.3', 'management firmware': '231.0.24', serial: '021018fffe5a1700' });
  const { device, channel } = await auxctlJson('info', 'bnxt_en.fwctl.0');
  assert.deepEqual({ product: device.product, transport: device.transport, type: channel.fwctlDeviceType, says: channel.driverData }, { product: 'BCM57414 NetXtreme-E', transport: 'fwctl', type: 3, says: '07000000' });
});

check('every object says byte by byte what the model says in this process, on each device', async () => {
  for (const [index, { profile }] of DEVICES.entries()) {
    const before = (await commandLog(`bnxt-${index}`)).length;
    const readings = await library.readBnxtObjects(`fwctl${index}`);
    const log = await commandLog(`bnxt-${index}`);
    const sent = log.slice(before);
    assert.equal(readings.length, OBJECTS);
    assert.equal(sent.length, OBJECTS);
    const replies = library.bnxtReplies(profile, index, log.map(({ request }) => request)).slice(before);
    let bytes = 0;
    for (const [at, { name, outcome, anomalies }] of readings.entries()) {
      const { reply = '', isSteady = [] } = replies[at] ?? {};
      if (REFUSED[index]?.includes(name) === true) {
        assert.deepEqual([outcome, sent[at]?.status === 0], ['ERR_FIRMWARE_STATUS', false], `${profile} ${name}`);
        continue;
      }
      assert.equal(anomalies, 0, `${profile} ${name}`);
      bytes += agree(`${profile} ${name}`, Buffer.from(outcome, 'hex'), Buffer.from(reply, 'hex'), isSteady);
    }
    console.log(`# ${profile}: ${readings.length - (REFUSED[index]?.length ?? 0)} objects read, ${REFUSED[index]?.length} refused, ${bytes} bytes compared`);
    assert.ok(bytes > 1000);
  }
});

/**
 * Holds a reply as the node gave it against the model's: the driver clears the last byte of what the firmware wrote, and the rest is zero.
 *
 * @param {string} what
 * @param {Buffer} got
 * @param {Buffer} expected
 * @param {readonly boolean[]} isSteady
 */
function agree(what, got, expected, isSteady) {
  let bytes = 0;
  for (const [place, byte] of got.entries()) {
    if (isSteady[place] === false) continue;
    assert.equal(byte, place === expected.length - 1 ? 0 : expected[place] ?? 0, `${what}: byte ${place}`);
    bytes += 1;
  }
  return bytes;
}

check('temperatures are those that the kernel shows by its own interface', async () => {
  const folders = await readdir('/sys/bus/pci/devices/0000:01:00.0/hwmon');
  const kernels = Number(await readFile(`/sys/bus/pci/devices/0000:01:00.0/hwmon/${folders[0]}/temp1_input`, 'utf8')) / 1000;
  const { fields } = await auxctlJson('obj', 'read', 'eth0', 'TEMPERATURES');
  for (const degrees of [kernels, valuesOf(fields)['temp']]) assert.ok(Math.abs(degrees - MEAN_C) <= SWING_C, `${degrees} C`);
  assert.equal(fields.temp.text, `${valuesOf(fields)['temp']} C`);
});

/**
 * Holds that a run of the tool is refused before the firmware receives anything.
 *
 * @param {...string} words
 * @returns {Promise<{ code: string, layer: string, hint: string }>}
 */
async function sendsNothing(...words) {
  const before = (await commandLog('bnxt-0')).length;
  const outcome = await auxctl(...words, '--json');
  assert.equal((await commandLog('bnxt-0')).length, before, `${words.join(' ')} sent something`);
  assert.deepEqual({ status: outcome.status, stdout: outcome.stdout }, { status: 4, stdout: '' }, outcome.stderr);
  return errorOf(outcome);
}

check('what the driver does not pass is explained and not sent', async () => {
  const { code, layer, hint } = await sendsNothing('call', 'fwctl0', 'PORT_QSTATS');
  assert.deepEqual({ code, layer }, { code: 'ERR_NOT_PASSED', layer: 'policy' });
  assert.match(hint, /ethtool -S/);
});

check('what changes the device, and a scope that is too low, are refused and not sent', async () => {
  assert.equal((await sendsNothing('call', 'fwctl0', 'NVM_ERASE_DIR_ENTRY', 'dir_idx=1')).code, 'ERR_NOT_ALLOWED');
  assert.equal((await sendsNothing('call', 'fwctl0', 'FUNC_RESET', '--allow', 'configure')).code, 'ERR_NOT_ALLOWED');
  assert.equal((await sendsNothing('call', 'fwctl0', 'VER_GET', '--scope', 'configuration')).code, 'ERR_SCOPE');
});

check('what the firmware refuses is status 5, with the name of the code', async () => {
  const outcome = await auxctl('obj', 'read', 'fwctl0', 'NVM_ENTRY', 'dir_idx=99', '--json');
  assert.deepEqual([outcome.status, outcome.stdout], [5, '']);
  const { code, details, message } = errorOf(outcome);
  assert.deepEqual({ code, status: details.status }, { code: 'ERR_FIRMWARE_STATUS', status: '0x13' });
  assert.match(message, /ENTITY_NOT_PRESENT/);
});

check('a firmware that does not answer is a failure to deliver, and the driver\'s own errno is shown', async () => {
  await hang('bnxt-0');
  const outcome = await auxctl('obj', 'read', 'fwctl0', 'TEMPERATURES', '--timeout', '60s', '--json');
  assert.equal(outcome.status, 5, outcome.stderr);
  const { layer, code, message } = errorOf(outcome);
  assert.deepEqual({ layer, code }, { layer: 'system-call', code: 'ERR_DELIVERY' });
  assert.match(message, /EBUSY/);
  await recover('bnxt-0');
  assert.equal((await auxctl('obj', 'read', 'fwctl0', 'TEMPERATURES')).status, 0);
});

check('two dumps are the same but for what was changed between them', async () => {
  const [first, second] = ['a.dump', 'b.dump'].map((name) => join(tmpdir(), name));
  assert.equal((await auxctl('dump', 'fwctl1', '-o', first ?? '')).status, 0);
  assert.equal((await auxctl('diff', first ?? '', 'fwctl1')).status, 0);
  await auxctlJson('call', 'fwctl1', 'NVM_MOD_DIR_ENTRY', 'dir_idx=0', 'dir_ordinal=7', '--allow', 'invasive', '--yes');
  assert.equal((await auxctl('dump', 'fwctl1', '-o', second ?? '')).status, 0);
  const outcome = await auxctl('diff', first ?? '', second ?? '');
  assert.equal(outcome.status, 7, outcome.stderr);
  assert.match(outcome.stdout, /NVM_ENTRY/);
  assert.match(outcome.stdout, /dir_ordinal/);
  assert.doesNotMatch(outcome.stdout, /seq_id|temp|pkts/);
});

check('the kernel passes and refuses exactly what the plugin\'s table says', async () => {
  const { passed, refused, faults } = await library.filterAgainstTable('fwctl0');
  console.log(`# ${passed} requests passed, ${refused} refused`);
  assert.deepEqual(faults, []);
  assert.deepEqual([passed, refused], [15 + 69, 954 - 84]);
});

check('the kernel has nothing to complain of', async () => {
  assert.deepEqual(await complaints(), []);
});

after(() => recover('bnxt-0'));
