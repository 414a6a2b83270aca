import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { auxctl, auxctlJson, errorOf, identityOf } from '../guest/auxctl.mjs';
import { valuesOf } from '../guest/fields.mjs';
import { commandLog, complaints, hang, recover, removeFunction, rescan, taint } from '../guest/system.mjs';

/** Bit 19: a program has sent a command of scope debug-write or debug-write-full. */
const FWCTL_TAINT = 0x80000;
const share = process.env['AUXCTL_LAB_SHARE'] ?? '';
const own = (/** @type {number} */ number) => `1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee0${number}`;
const [THROTTLING, QUEUE_DEPTH, TELEMETRY_ACCESS, ADDRESS_FILTER, MEDIA_TEST, FUTURE, EFFECTLESS, LABEL, REFRESH_RATE] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(own);
const PATROL_SCRUB = '96dad7d6-fde8-482b-a733-75774e06db8a';

/**
 * The memory devices by serial number: the driver probes them in an order of its own, so that names tell nothing.
 *
 * @type {Record<string, { mem: string, address: string, fwctl: string }>}
 */
const devices = {};

/** @param {string} uuid @param {string[]} words */
const feature = async (uuid, ...words) => valuesOf((await auxctlJson('call', mem(0), 'GET_FEATURE', `uuid=${uuid}`, ...words)).fields)['data'];

/** @param {number} index the simulator's */
function mem(index) {
  const found = devices[`0x5e510000000${index}`];
  assert.ok(found, `no device ${index}`);
  return found.mem;
}

/** The error document of a run that may have warned before. @param {{ stderr: string }} outcome */
function refusalOf({ stderr }) {
  return JSON.parse(stderr.slice(stderr.indexOf('{')));
}

/** The commands that the first simulated firmware received while `work` ran. @param {() => Promise<unknown>} work */
async function received(work) {
  const before = (await commandLog('cxl-0')).length;
  await work();
  return (await commandLog('cxl-0')).slice(before).map(({ command }) => command);
}

test('memory devices are listed by their class, with node, memdev and firmware', async () => {
  /** @type {{ devices: any[] }} */
  const list = await auxctlJson('list');
  const found = list.devices.filter(({ plugin }) => plugin === 'cxl');
  assert.deepEqual(found.map(({ transport, driver, names }) => [transport, driver, names.fwctl.length, names.memdev.length]), Array(3).fill(['fwctl', 'cxl_pci', 1, 1]));
  for (const { address, names: { memdev: [name], fwctl: [fwctl] } } of found) {
    const { serial, firmware } = await identityOf(name);
    assert.equal(firmware, (await readFile(`/sys/bus/cxl/devices/${name}/firmware_version`, 'utf8')).trim());
    devices[serial ?? ''] = { mem: name, address, fwctl };
  }
  assert.deepEqual(Object.keys(devices).sort(), ['0x5e5100000000', '0x5e5100000001', '0x5e5100000002']);
});

test('info shows what the kernel and the driver know', async () => {
  const { channel } = await auxctlJson('info', mem(0));
  assert.deepEqual([channel.fwctlDeviceType, channel.driverData], [2, '']);
  assert.deepEqual(await identityOf(mem(0)), { firmware: 'SIM.2.7.1', serial: '0x5e5100000000', features: '18', 'mailbox payload': '2048', 'security state': 'disabled' });
});

test('the list of features is the model\'s, but for what the kernel keeps for itself, and reaches no firmware', async () => {
  /** @type {any[]} */
  let features = [];
  assert.deepEqual(await received(async () => { features = valuesOf((await auxctlJson('obj', 'read', mem(0), 'FEATURES')).fields)['features']; }), []);
  assert.equal(features.length, 18);
  const rows = features.map(({ uuid, get_size, set_size, flags, effects }) => [uuid, get_size, set_size, Number(flags) & 1, Number(effects)].join());
  assert.deepEqual(rows.slice(0, 2), [`${PATROL_SCRUB.replaceAll('-', '')},4,0,0,514`, 'e5b13f2223284a14b8bab9691e893386,9,0,0,520']);
  assert.equal(features.filter(({ set_size }) => Number(set_size) === 0).length, 9);
  const expected = [[THROTTLING, 4, 4, 1, 0x600], [QUEUE_DEPTH, 4, 4, 1, 0x202], [TELEMETRY_ACCESS, 4, 4, 1, 0x228], [ADDRESS_FILTER, 5000, 5000, 1, 0xa00], [MEDIA_TEST, 4, 4, 1, 0x244], [FUTURE, 4, 4, 1, 0x1202], [EFFECTLESS, 4, 4, 1, 0x200], [LABEL, 16, 0, 0, 0x200], [REFRESH_RATE, 2, 2, 1, 0x205]];
  assert.deepEqual(rows.slice(9), expected.map(([uuid, ...others]) => [String(uuid).replaceAll('-', ''), ...others].join()));
});

test('features of the specification are read by name', async () => {
  const scrub = valuesOf((await auxctlJson('reg', 'read', mem(0), 'PATROL_SCRUB', 'selection=default')).fields);
  assert.deepEqual([scrub['scrub_cycle'], scrub['min_scrub_cycle'], scrub['enabled']], [12, 1, 1]);
  const ecs = valuesOf((await auxctlJson('reg', 'read', mem(0), 'ECS_CONTROL')).fields);
  assert.deepEqual(ecs['frus'].map((/** @type {any} */ { threshold, count_mode }) => [threshold, count_mode]), [['1024', 'ROWS'], ['4096', 'CODEWORDS']]);
});

test('features that no layout knows are read whole, in as many parts as the mailbox needs', async () => {
  assert.equal(await feature(THROTTLING ?? ''), '46555f00');
  assert.equal(await feature(LABEL ?? ''), Buffer.from('SIMULATED'.padEnd(16, '\0')).toString('hex'));
  const commands = await received(async () => {
    const data = await feature(ADDRESS_FILTER ?? '');
    assert.equal(data, Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 251)).toString('hex'));
  });
  assert.deepEqual(commands, ['GET_FEATURE', 'GET_FEATURE', 'GET_FEATURE']);
  assert.equal(await feature(THROTTLING ?? '', 'offset=1', 'count=2'), '555f');
});

test('the device\'s refusals are statuses by name', async () => {
  for (const [words, name] of [[[`uuid=${QUEUE_DEPTH}`, 'selection=default'], 'UNSUPPORTED_FEATURE_SELECTION'], [['uuid=11111111-2222-3333-4444-555555555555'], 'UNSUPPORTED'], [[`uuid=${THROTTLING}`, 'count=5'], 'INVALID_INPUT']]) {
    const outcome = await auxctl('call', mem(0), 'GET_FEATURE', ...words ?? [], '--json');
    assert.equal(outcome.status, 5);
    assert.equal(errorOf(outcome).details.statusName, name);
  }
});

test('a longer version of a feature, and a shorter one, are shown as far as they go', async () => {
  const scrub = valuesOf((await auxctlJson('reg', 'read', mem(2), 'PATROL_SCRUB')).fields);
  assert.deepEqual([scrub['scrub_cycle'], scrub['more']], [12, 'a15c']);
  assert.deepEqual(valuesOf((await auxctlJson('reg', 'read', mem(2), 'ECS_CONTROL')).fields)['frus'], []);
});

for (const [what, uuid, code, status, hint] of /** @type {[string, string, string, number, RegExp?][]} */ ([
  ['the kernel keeps for itself', PATROL_SCRUB, 'ERR_OUT_OF_REACH', 4, /\/sys\/bus\/edac\/devices\/cxl_mem\d\/scrub/],
  ['goes on in the background', MEDIA_TEST, 'ERR_OUT_OF_REACH', 4],
  ['has effects that nobody named', FUTURE, 'ERR_OUT_OF_REACH', 4],
  ['has no effect', EFFECTLESS, 'ERR_OUT_OF_REACH', 4],
  ['is not changeable', LABEL, 'ERR_UNSUPPORTED', 5],
  ['is not listed', '11111111-2222-3333-4444-555555555555', 'ERR_UNSUPPORTED', 5],
])) {
  test(`a feature that ${what} is refused with the rule, before anything is sent`, async () => {
    const commands = await received(async () => {
      const outcome = await auxctl('call', mem(0), 'SET_FEATURE', `uuid=${uuid}`, 'data=01', '--allow', 'invasive', '--yes', '--json');
      assert.equal(outcome.status, status, outcome.stderr);
      const error = refusalOf(outcome);
      assert.equal(error.code, code);
      if (hint !== undefined) assert.match(error.hint, hint);
    });
    assert.deepEqual(commands, []);
    assert.equal(await taint(), 0);
  });
}

test('a dump holds every feature of the layouts and the list of all, and agrees with the device', async () => {
  const file = join(share, 'before.dump');
  assert.equal((await auxctl('dump', mem(0), '-o', file)).status, 0);
  const { entries } = await auxctlJson('show', file);
  assert.equal(entries.filter((/** @type {any} */ { subject }) => subject.kind === 'register').length, 27);
  assert.equal(entries.filter((/** @type {any} */ { subject }) => subject.kind === 'object').length, 1);
  assert.deepEqual(entries.filter((/** @type {any} */ { failure }) => failure !== undefined && failure !== null), []);
  assert.equal((await auxctl('diff', file, mem(0))).status, 0);
});

test('nothing so far has tainted the kernel', async () => {
  assert.equal(await taint(), 0);
});

test('a change that is not allowed sends nothing', async () => {
  const outcome = await auxctl('call', mem(0), 'SET_FEATURE', `uuid=${THROTTLING}`, 'data=32465a00', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code, await taint()], [4, 'ERR_NOT_ALLOWED', 0]);
});

test('what takes effect at a reset goes with scope debug-write, says that it taints, and shows as saved', async () => {
  const outcome = await auxctl('call', mem(0), 'SET_FEATURE', `uuid=${THROTTLING}`, 'data=32465a00', '--allow', 'configure', '--yes');
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stderr, /^warning: scope debug-write marks the kernel as tainted/);
  assert.doesNotMatch(outcome.stderr, /debug-write-full/);
  assert.equal(await taint(), FWCTL_TAINT);
  assert.deepEqual([await feature(THROTTLING ?? ''), await feature(THROTTLING ?? '', 'selection=saved')], ['46555f00', '32465a00']);
});

test('what takes effect at once goes with scope debug-write-full, which the driver demands, and says so', async () => {
  const outcome = await auxctl('call', mem(0), 'SET_FEATURE', `uuid=${QUEUE_DEPTH}`, 'data=20000000', '--allow', 'configure', '--yes');
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stderr, /warning: scope debug-write-full marks the kernel as tainted/);
  assert.equal(await feature(QUEUE_DEPTH ?? ''), '20000000');
});

test('a scope below the least of this feature is refused, as bytes too, before anything is sent', async () => {
  const request = Buffer.from(`02050000000000002400000000000000${QUEUE_DEPTH?.replaceAll('-', '')}00000000000001${'00'.repeat(9)}21000000`, 'hex');
  const file = join(share, 'request');
  await writeFile(file, request);
  assert.deepEqual(await received(async () => {
    const outcome = await auxctl('rpc', mem(0), '--in', file, '--allow', 'invasive', '--scope', 'debug-write', '--yes', '--json');
    assert.deepEqual([outcome.status, refusalOf(outcome).code], [4, 'ERR_SCOPE']);
  }), []);
  const { scope, reply } = await auxctlJson('rpc', mem(0), '--in', file, '--allow', 'invasive', '--yes');
  assert.deepEqual([scope, reply], ['debug-write-full', '00'.repeat(16)]);
  assert.equal(await feature(QUEUE_DEPTH ?? ''), '21000000');
});

test('security and data are invasive, whatever the table says at least', async () => {
  for (const [uuid, data] of [[TELEMETRY_ACCESS, '02000000'], [REFRESH_RATE, '3c0f']]) {
    const refused = await auxctl('call', mem(0), 'SET_FEATURE', `uuid=${uuid}`, `data=${data}`, '--allow', 'configure', '--yes', '--json');
    assert.deepEqual([refused.status, refusalOf(refused).code], [4, 'ERR_NOT_ALLOWED']);
    const outcome = await auxctl('call', mem(0), 'SET_FEATURE', `uuid=${uuid}`, `data=${data}`, '--allow', 'invasive', '--yes', '--json');
    const { effect, scope } = JSON.parse(outcome.stdout);
    assert.deepEqual([effect, scope], ['invasive', 'debug-write-full']);
    assert.equal(await feature(uuid ?? ''), data);
  }
});

test('what is longer than the mailbox is set in parts', async () => {
  const data = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 3) % 241)).toString('hex');
  const commands = await received(async () => {
    const outcome = await auxctl('call', mem(0), 'SET_FEATURE', `uuid=${ADDRESS_FILTER}`, `data=${data}`, '--allow', 'configure', '--yes', '--json');
    assert.equal(outcome.status, 0, outcome.stderr);
  });
  assert.deepEqual(commands, ['SET_FEATURE', 'SET_FEATURE', 'SET_FEATURE']);
  assert.equal(await feature(ADDRESS_FILTER ?? '', 'selection=saved'), data);
});

test('a register is written and read back where it shows', async () => {
  const { changes, scope } = await auxctlJson('reg', 'write', mem(0), 'TEST_FEATURE', 'value=0x12345678', '--allow', 'configure', '--yes');
  assert.deepEqual([changes.map((/** @type {any} */ { path, after }) => [path, after]), scope], [[['value', '0x12345678']], 'debug-write']);
});

test('a firmware that says yes and changes nothing is found out', async () => {
  const outcome = await auxctl('reg', 'write', mem(1), 'TEST_FEATURE', 'value=1', '--allow', 'configure', '--yes', '--json');
  assert.equal(outcome.status, 5);
  const error = refusalOf(outcome);
  assert.deepEqual([error.code, /value is not as written/.test(error.message)], ['ERR_VERIFY', true]);
});

test('a device without Set Feature cannot be written', async () => {
  const outcome = await auxctl('reg', 'write', mem(2), 'TEST_FEATURE', 'value=1', '--allow', 'configure', '--yes', '--json');
  assert.equal(refusalOf(outcome).code, 'ERR_UNSUPPORTED');
});

test('a dump from before differs from the device in what was set', async () => {
  const outcome = await auxctl('diff', join(share, 'before.dump'), mem(0), '--json');
  assert.equal(outcome.status, 7);
  assert.match(outcome.stdout, /TEST_FEATURE/);
  assert.doesNotMatch(outcome.stdout, /PATROL_SCRUB/);
});

test('a mailbox that does not answer is a failure, for a read and for a write, and works again afterwards', async () => {
  await hang('cxl-0');
  const read = await auxctl('reg', 'read', mem(0), 'PATROL_SCRUB', '--json');
  assert.deepEqual([read.status, errorOf(read).code], [5, 'ERR_DELIVERY']);
  const write = await auxctl('reg', 'write', mem(0), 'TEST_FEATURE', 'value=7', '--allow', 'configure', '--yes', '--json');
  assert.equal(refusalOf(write).code, 'ERR_DELIVERY');
  await recover('cxl-0');
  assert.equal(valuesOf((await auxctlJson('reg', 'read', mem(0), 'PATROL_SCRUB')).fields)['scrub_cycle'], 12);
});

test('a device that is taken away is gone, and comes back with what was saved', async () => {
  const address = devices['0x5e5100000000']?.address ?? '';
  await removeFunction(address);
  assert.equal((await auxctl('info', address)).status, 3);
  await rescan();
  for (let left = 100; left > 0 && (await auxctl('reg', 'read', address, 'TEST_FEATURE')).status !== 0; left--);
  const { fields } = await auxctlJson('reg', 'read', address, 'TEST_FEATURE', 'selection=saved');
  assert.equal(valuesOf(fields)['value'], 0x12345678);
});

test('the kernel has nothing to complain of', async () => {
  assert.deepEqual(await complaints(), []);
});
