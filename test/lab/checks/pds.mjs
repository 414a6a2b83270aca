import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { auxctl, auxctlJson, errorOf, identityOf } from '../guest/auxctl.mjs';
import { namedIn, valuesOf } from '../guest/fields.mjs';
import { library } from '../guest/load-library.mjs';
import { commandLog, complaints, removeFunction, rescan, taint } from '../guest/system.mjs';

/** Bit 19: a program has sent a command of scope debug-write or debug-write-full. */
const FWCTL_TAINT = 0x80000;
/** The driver looks every five seconds, and needs two looks after firmware runs again. */
const RECOVERY_MS = 60_000;
const FIRST = '0000:01:00.0';
const FAULTY = '0000:02:00.0';
const EP = { system: 0x5349_4d01, port: 0x5349_4d02, config: 0x5349_4d03, log: 0x5349_4d04, diag: 0x5349_4d05, empty: 0x5349_4d06, fault: 0x5349_4dfe, broken: 0x5349_4dff };

/** @typedef {import('@auxctl/core').DeviceChannel} Channel */
/** @typedef {{ request: string, scope: 'configuration' | 'debug-read-only' | 'debug-write' | 'debug-write-full', replyLengthBytes: number }} Request */

/**
 * A request as bytes in hexadecimal: operation, endpoint, payload.
 *
 * @param {number} op
 * @param {number} ep
 * @param {string} [payload]
 */
function message(op, ep, payload = '') {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(op, 0);
  header.writeUInt32LE(ep, 4);
  return header.toString('hex') + payload;
}

/** @param {...number} values */
function words(...values) {
  return Buffer.from(Uint32Array.from(values).buffer).toString('hex');
}

/**
 * @template T
 * @param {string} name
 * @param {(channel: Channel) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withChannel(name, work) {
  const channel = await library.openChannel(name);
  try {
    return await work(channel);
  } finally {
    await channel.close();
  }
}

/**
 * Sends raw requests over the node, each by itself, whatever they do: no plan of ours refuses them.
 *
 * @param {string} name
 * @param {readonly Request[]} requests
 */
async function overNode(name, requests) {
  return withChannel(name, async (channel) => {
    /** @type {({ reply: string } | { code: string, message: string })[]} */
    const replies = [];
    for (const { request, scope, replyLengthBytes } of requests) {
      replies.push(await channel.rpc(Buffer.from(request, 'hex'), { scope, replyLengthBytes, allow: 'invasive' })
        .then((reply) => ({ reply: Buffer.from(reply).toString('hex') }), (error) => ({ code: error.code, message: error.message })));
    }
    return replies;
  });
}

/**
 * Holds what came over the kernel's node against what the model with a driver's stand-in says in this process: every byte that does not change with
 * time, every error to the letter.
 *
 * @param {string} address
 * @param {'dsc-sim' | 'faulty'} profile
 * @param {readonly Request[]} requests
 * @returns {Promise<{ bytes: number, errors: number }>}
 */
async function agrees(address, profile, requests) {
  const replies = await overNode(address, requests);
  const expected = await library.pdsReplies(requests, profile, profile === 'faulty' ? 1 : 0);
  let bytes = 0;
  let errors = 0;
  for (const [at, got] of replies.entries()) {
    const wanted = expected[at];
    const what = `${requests[at]?.request} at ${requests[at]?.scope}`;
    if (wanted === undefined || !('reply' in wanted)) {
      assert.deepEqual(got, wanted, what);
      errors++;
      continue;
    }
    assert.ok('reply' in got, `${what}: ${JSON.stringify(got)}`);
    assert.equal(got.reply.length, wanted.reply.length, what);
    const [theirs, ours] = [Buffer.from(got.reply, 'hex'), Buffer.from(wanted.reply, 'hex')];
    for (const [place, byte] of theirs.entries()) {
      if (wanted.isSteady[place] !== true) continue;
      assert.equal(byte, ours[place], `${what}: byte ${place}`);
      bytes++;
    }
  }
  return { bytes, errors };
}

/**
 * @param {string} command
 * @param {...string} words
 */
async function run(command, ...words) {
  return (await promisify(execFile)(command, words)).stdout;
}

/** @param {RegExp} pattern */
async function kernelSays(pattern) {
  return (await run('dmesg')).split('\n').filter((line) => pattern.test(line));
}

/** Why devlink cannot be asked, if it cannot. */
const withoutDevlink = await run('devlink', '-Version').then(() => false, () => 'there is no devlink program here');

test('both cards are listed by every name, with their plugin and firmware', async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  const expected = [0, 1].map((index) => ({
    address: `0000:0${index + 1}:00.0`, vendor: 'AMD', product: 'Pensando DSC core function', pciId: '1dd8:100c', driver: 'pds_core', node: `/dev/fwctl/fwctl${index}`,
    plugin: 'pds', transport: 'fwctl', firmware: '1.120.0-SIM-7', problem: null,
  }));
  assert.deepEqual(devices.map((device, index) => namedIn(device, expected[index] ?? {})), expected);
  for (const [index, { names }] of devices.entries()) assert.deepEqual([names.fwctl, names.auxiliary], [[`fwctl${index}`], [`pds_core.fwctl.${index}`]]);
});

test('info says who the card is, and nothing of what the driver does not say', async () => {
  assert.deepEqual(await identityOf('fwctl0'), { firmware: '1.120.0-SIM-7', package: 'auxctl-sim-1', serial: 'SIMDSC00000', name: 'sim-dsc-0' });
  const { channel } = await auxctlJson('info', 'fwctl0');
  assert.equal(channel.fwctlDeviceType, 4);
  assert.equal(channel.context ?? null, null, 'FWCTL_INFO of this kernel is empty: what the node may do is unknown');
});

test('devlink says the same of versions and serial number', { skip: withoutDevlink }, async () => {
  const { info } = JSON.parse(await run('devlink', '-j', 'dev', 'info', `pci/${FIRST}`));
  const { serial_number: serial, versions } = info[`pci/${FIRST}`];
  const identity = await identityOf('fwctl0');
  assert.deepEqual([serial, versions.running.fw], [identity['serial'], identity['firmware']]);
  assert.deepEqual(versions.stored, { 'fw.goldfw': '1.0.0-SIM-1', 'fw.mainfwa': '1.120.0-SIM-7', 'fw.mainfwb': '1.118.0-SIM-3' });
});

/** Every operation that needs no more than a reader's scope, with what it is asked; the last ones write and put back. @type {readonly Request[]} */
const HARMLESS = [
  { request: message(1, EP.system), scope: 'configuration', replyLengthBytes: 108 },
  { request: message(1, EP.system), scope: 'configuration', replyLengthBytes: 4096 },
  ...[0, 1].flatMap((set) => [0, 1].map((mode) => ({ request: message(2, EP.system, words(set, mode)), scope: /** @type {const} */ ('configuration'), replyLengthBytes: 20 }))),
  { request: message(3, EP.system), scope: 'configuration', replyLengthBytes: 20 },
  ...[0, 1].flatMap((port) => [
    { request: message(1, EP.port, words(port)), scope: /** @type {const} */ ('configuration'), replyLengthBytes: 36 },
    { request: message(2, EP.port, words(port)), scope: /** @type {const} */ ('configuration'), replyLengthBytes: 84 },
    { request: message(0x1_0002, EP.port, words(port)), scope: /** @type {const} */ ('configuration'), replyLengthBytes: 84 },
    { request: message(3, EP.port, words(port)), scope: /** @type {const} */ ('configuration'), replyLengthBytes: 4 },
    { request: message(1, EP.config, words(0x10, port)), scope: /** @type {const} */ ('configuration'), replyLengthBytes: 24 },
  ]),
  ...[0x1, 0x2, 0x20].map((block) => ({ request: message(1, EP.config, words(block)), scope: /** @type {const} */ ('configuration'), replyLengthBytes: 72 })),
  { request: message(2, EP.config, words(0x2, 3, 0xf)), scope: 'configuration', replyLengthBytes: 16 },
  { request: message(2, EP.config, words(0x2, 2, 0xf)), scope: 'configuration', replyLengthBytes: 16 },
  { request: message(3, EP.config), scope: 'configuration', replyLengthBytes: 8 },
  { request: message(1, EP.log, words(0)), scope: 'debug-read-only', replyLengthBytes: 528 },
  { request: message(1, EP.diag, words(0, 64)), scope: 'debug-read-only', replyLengthBytes: 72 },
];

/** The others, which taint the kernel. @type {readonly Request[]} */
const TAINTING = [
  { request: message(4, EP.port, words(0, 1)), scope: 'debug-write', replyLengthBytes: 4 },
  { request: message(1, EP.port, words(0)), scope: 'configuration', replyLengthBytes: 36 },
  { request: message(4, EP.port, words(0, 0)), scope: 'debug-write', replyLengthBytes: 4 },
  { request: message(2, EP.diag, words(16) + 'c0ffee00'), scope: 'debug-write', replyLengthBytes: 4 },
  { request: message(1, EP.diag, words(0, 32)), scope: 'debug-read-only', replyLengthBytes: 40 },
  { request: message(2, EP.log), scope: 'debug-write', replyLengthBytes: 4 },
  { request: message(3, EP.diag, words(1)), scope: 'debug-write-full', replyLengthBytes: 12 },
  { request: message(3, EP.diag, words(2)), scope: 'debug-write-full', replyLengthBytes: 12 },
];

/** What is refused: by the driver, by firmware, by the operation. @type {readonly Request[]} */
const REFUSED = [
  { request: message(1, 0x1), scope: 'configuration', replyLengthBytes: 64 },
  { request: message(9, EP.system), scope: 'configuration', replyLengthBytes: 64 },
  { request: message(1, EP.empty), scope: 'configuration', replyLengthBytes: 64 },
  { request: message(0x1_0001, EP.system), scope: 'configuration', replyLengthBytes: 64 },
  { request: message(0x2_0002, EP.port, words(0)), scope: 'configuration', replyLengthBytes: 84 },
  { request: message(1, EP.system, '00'.repeat(4097)), scope: 'configuration', replyLengthBytes: 64 },
  { request: message(1, EP.system, '00'.repeat(4096)), scope: 'configuration', replyLengthBytes: 64 },
  { request: message(1, EP.system), scope: 'configuration', replyLengthBytes: 16_389 },
  { request: message(1, EP.system), scope: 'configuration', replyLengthBytes: 16_388 },
  { request: message(1, EP.port, words(7)), scope: 'configuration', replyLengthBytes: 36 },
  { request: message(1, EP.port), scope: 'configuration', replyLengthBytes: 36 },
  { request: message(1, EP.system), scope: 'configuration', replyLengthBytes: 4 },
  { request: message(0x100_0001, EP.system), scope: 'configuration', replyLengthBytes: 108 },
];

test('every operation that a reader may use says over the node what the model says', async () => {
  const { bytes, errors } = await agrees(FIRST, 'dsc-sim', HARMLESS);
  console.log(`# ${HARMLESS.length} requests, ${bytes} bytes compared`);
  assert.equal(errors, 0);
  assert.ok(bytes > 5000, `${bytes} bytes`);
  assert.equal(await taint(), 0);
});

test('registers, capabilities and objects are read by name', async () => {
  const port = valuesOf((await auxctlJson('obj', 'read', 'fwctl0', 'PORT', 'port=1')).fields);
  assert.deepEqual(namedIn(port, { oper_state: 0, fec_active: 0, speed: 0, module: 0 }), { oper_state: 'up', fec_active: 'reed_solomon', speed: 200_000, module: 'SIM-QSFP56-DR4' });
  const { sets } = await auxctlJson('caps', 'fwctl0', 'FEATURES');
  assert.match(sets[0].maximum.features.text, /LOOPBACK/);
  assert.doesNotMatch(sets[0].current.features.text, /LOOPBACK/);
  const { fields, anomalies } = await auxctlJson('obj', 'read', 'fwctl0', 'PORT_COUNTERS');
  assert.ok(BigInt(valuesOf(fields)['rx_frames']) > 0n);
  assert.deepEqual(anomalies, []);
});

test('what is refused is refused as the stand-in of the driver says, to the letter', async () => {
  const { errors } = await agrees(FIRST, 'dsc-sim', REFUSED);
  assert.equal(errors, 7);
  assert.equal(await taint(), 0);
});

test('our own tables refuse a scope that is too low before the kernel does, and sends nothing', async () => {
  const before = (await commandLog('pds-0')).length;
  const outcome = await auxctl('call', 'fwctl0', 'MEMORY_READ', 'address=0', 'length=16', '--scope', 'configuration', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [4, 'ERR_SCOPE']);
  assert.deepEqual((await commandLog('pds-0')).slice(before), []);
});

test('an operation that we do not know, at a scope too low: EPERM, explained', async () => {
  const file = join(tmpdir(), 'request');
  for (const [op, low] of /** @type {const} */ ([[2, 'configuration'], [3, 'debug-read-only']])) {
    await writeFile(file, Buffer.from(message(op, EP.fault, words(0, 0)), 'hex'));
    const outcome = await auxctl('rpc', FAULTY, '--in', file, '--out-size', '64', '--allow', 'invasive', '--scope', low, '--yes', '--json');
    const { layer, code, message: text } = errorOf(outcome);
    assert.deepEqual([outcome.status, layer, code], [4, 'system-call', 'ERR_KERNEL_REFUSED']);
    assert.match(text, /EPERM.*needs a higher scope, by the attribute that firmware gives it/);
  }
  assert.equal(await taint(), 0);
});

test('an endpoint that the card does not have: EINVAL, explained, and firmware hears nothing but who is there, for the journal', async () => {
  const file = join(tmpdir(), 'request');
  await writeFile(file, Buffer.from(message(1, 0x77), 'hex'));
  const before = (await commandLog('pds-0')).length;
  const refused = await auxctl('rpc', FIRST, '--in', file, '--out-size', '64', '--json');
  assert.deepEqual([refused.status, errorOf(refused).code], [4, 'ERR_NOT_ALLOWED'], 'what no table knows is invasive');
  const outcome = await auxctl('rpc', FIRST, '--in', file, '--out-size', '64', '--allow', 'invasive', '--scope', 'configuration', '--yes', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [4, 'ERR_KERNEL_REFUSED']);
  assert.match(errorOf(outcome).message, /lists no such endpoint/);
  assert.deepEqual((await commandLog('pds-0')).slice(before).map(({ command }) => command), ['SYSTEM_VERSION', 'CONFIG_READ']);
});

test('an operation that says no is status 5 with its result by name; raw, the reply shows it', async () => {
  const outcome = await auxctl('reg', 'read', 'fwctl0', 'PORT_CONFIG', 'port=7', '--json');
  const { layer, code, details } = errorOf(outcome);
  assert.deepEqual([outcome.status, layer, code, details.status, details.statusName], [5, 'firmware', 'ERR_FIRMWARE_STATUS', '0x2', 'NO_SUCH_PORT']);
  const [raw] = await overNode(FIRST, [{ request: message(1, EP.port, words(7)), scope: 'configuration', replyLengthBytes: 12 }]);
  assert.deepEqual(raw, { reply: words(2, 0, 0) });
});

test('every status of firmware becomes the errno and the words that the stand-in gives it', async () => {
  const statuses = [...Array(36).keys(), 64, 255];
  const { bytes, errors } = await agrees(FAULTY, 'faulty', statuses.map((status) => (
    { request: message(1, EP.fault, words(status, status === 0 ? 0xdead_beef : 0, 0x1122_3344)), scope: 'configuration', replyLengthBytes: 16 })));
  assert.deepEqual([bytes, errors], [16, 37]);
});

test('an endpoint that hides its operations: ENOMEM, as of a driver that does not say why', async () => {
  const { errors } = await agrees(FAULTY, 'faulty', [{ request: message(1, EP.broken), scope: 'configuration', replyLengthBytes: 64 }]);
  assert.equal(errors, 1);
  const [got] = await overNode(FAULTY, [{ request: message(1, EP.broken), scope: 'configuration', replyLengthBytes: 64 }]);
  assert.ok(got !== undefined && 'message' in got && got.code === 'ERR_DELIVERY', JSON.stringify(got));
  assert.match(got.message, /ENOMEM.*did not tell the operations/);
});

test('many calls at once, over several channels: each gets its own answer', async () => {
  const channels = await Promise.all(Array.from({ length: 6 }, () => library.openChannel(FIRST)));
  const answers = await Promise.all(channels.flatMap((channel, at) => Array.from({ length: 20 }, async (_, round) => {
    const port = (at + round) % 2;
    return [port, (await channel.call('PORT_STATUS', { port })).fields['port']];
  })));
  await Promise.all(channels.map((channel) => channel.close()));
  assert.equal(answers.length, 120);
  for (const [asked, got] of answers) assert.equal(got, asked);
});

test('a write is not made unasked; when it is, dumps before and after differ in that alone, and the kernel hears of the link', async () => {
  const [before, after] = ['before', 'after'].map((name) => join(tmpdir(), `${name}.dump`));
  const refused = await auxctl('reg', 'write', 'fwctl0', 'PORT_CONFIG', 'port=1', 'speed=100000', '--json');
  assert.deepEqual([refused.status, errorOf(refused).code], [4, 'ERR_NOT_ALLOWED']);
  await auxctlJson('dump', 'fwctl0', '-o', before ?? '');
  const { changes } = await auxctlJson('reg', 'write', 'fwctl0', 'PORT_CONFIG', 'port=1', 'speed=100000', '--allow', 'configure', '--yes');
  assert.deepEqual(changes.map((/** @type {any} */ { path }) => path), ['speed']);
  await auxctl('dump', 'fwctl0', '-o', after ?? '');
  const outcome = await auxctl('diff', before ?? '', after ?? '', '--json');
  assert.equal(outcome.status, 7, outcome.stderr);
  assert.match(outcome.stdout, /PORT_CONFIG/);
  assert.doesNotMatch(outcome.stdout, /"DEVICE_NAME"|"LIMITS"|"VERSION"/);
  assert.equal((await auxctl('diff', after ?? '', after ?? '')).status, 0);
  assert.equal((await kernelSays(/NotifyQ.*ecode 1 eid 1\b/)).length, 1);
  assert.equal(await taint(), 0);
});

test('what taints the kernel works, taints it, and is what the model says', async () => {
  const { errors } = await agrees(FAULTY, 'faulty', TAINTING);
  assert.equal(errors, 0);
  assert.equal(await taint(), FWCTL_TAINT);
});

test('guarded operations pass at the scope that their attribute asks for', async () => {
  /** @type {readonly Request[]} */
  const requests = [[2, 'debug-read-only'], [3, 'debug-write'], [4, 'debug-write-full'], [4, 'debug-write']].map(([op, scope]) => (
    { request: message(Number(op), EP.fault, words(0, 5, 0xaabb_ccdd)), scope: /** @type {Request['scope']} */ (scope), replyLengthBytes: 12 }));
  const { bytes, errors } = await agrees(FAULTY, 'faulty', requests);
  assert.deepEqual([bytes, errors], [36, 1]);
});

test('firmware restarts under an open channel: ENXIO explained, then the same channel works; only what was saved is left', { timeout: 180_000 }, async () => {
  await auxctlJson('reg', 'write', 'fwctl0', 'DEVICE_NAME', 'name=kept', '--allow', 'configure', '--yes');
  await auxctlJson('call', 'fwctl0', 'CONFIG_SAVE', '--allow', 'configure', '--yes');
  await auxctlJson('reg', 'write', 'fwctl0', 'DEVICE_NAME', 'name=lost', '--allow', 'configure', '--yes');
  const channel = await library.openChannel(FIRST);
  await channel.call('SYSTEM_RESTART', { delay: 100, down: 1500 }, { allow: 'invasive' });
  await delay(300);
  await assert.rejects(channel.registers.read('DEVICE_NAME'), (error) => (
    error instanceof Error && 'code' in error && error.code === 'ERR_DEVICE_GONE' && /^the device cannot be reached now \(ENXIO\): Firmware is not running/.test(error.message)));
  const startMs = performance.now();
  for (;;) {
    const name = await channel.registers.read('DEVICE_NAME').then(({ fields }) => fields['name'], () => undefined);
    if (name !== undefined) {
      assert.equal(name, 'kept');
      break;
    }
    assert.ok(performance.now() - startMs < RECOVERY_MS, 'firmware did not come back');
    await delay(250);
  }
  console.log(`# back after ${Math.round(performance.now() - startMs)} ms`);
  assert.equal((await channel.call('SYSTEM_STATUS')).fields['restarts'], 1);
  await channel.close();
  const log = await auxctlJson('obj', 'read', 'fwctl0', 'LOG', 'first=0');
  assert.match(JSON.stringify(log), /firmware restarted/);
  assert.equal((await kernelSays(/NotifyQ.*ecode 2/)).length, 2, 'the driver hears that a restart will come, and that it is over');
});

test('devlink noticed that firmware was down, and is content now', { skip: withoutDevlink }, async () => {
  const { health } = JSON.parse(await run('devlink', '-j', 'health', 'show', `pci/${FIRST}`, 'reporter', 'fw'));
  const [{ error, state }] = health[`pci/${FIRST}`];
  assert.deepEqual([error >= 1, state], [true, 'healthy'], `${error} errors`);
});

test('the driver of control alone is taken away and given back: nothing of the card is lost', async () => {
  const driver = '/sys/bus/auxiliary/drivers/pds_fwctl.pds_fwctl';
  const channel = await library.openChannel(FIRST);
  await writeFile(`${driver}/unbind`, 'pds_core.fwctl.0');
  await assert.rejects(channel.registers.read('DEVICE_NAME'), { code: 'ERR_DEVICE_GONE' });
  await channel.close();
  await writeFile(`${driver}/bind`, 'pds_core.fwctl.0');
  assert.equal((await identityOf(FIRST))['name'], 'kept');
});

test('a card that is removed is gone for who holds it, and is found again', async () => {
  const channel = await library.openChannel(FIRST);
  await removeFunction(FIRST);
  await assert.rejects(channel.registers.read('DEVICE_NAME'), { code: 'ERR_DEVICE_GONE' });
  await channel.close();
  const tail = (await commandLog('pds-0')).slice(-2).map(({ command }) => command);
  assert.deepEqual(tail, ['CLIENT_UNREG', 'RESET']);
  await rescan();
  assert.equal((await identityOf(FIRST))['serial'], 'SIMDSC00000');
});

test('the kernel has nothing to complain of, and is tainted by nothing but what was asked of it', async () => {
  assert.deepEqual(await complaints(), []);
  assert.equal(await taint(), FWCTL_TAINT);
  assert.equal(await readFile('/sys/class/fwctl/fwctl1/device/vendor', 'utf8').then((text) => text.trim()), '0x1dd8');
});
