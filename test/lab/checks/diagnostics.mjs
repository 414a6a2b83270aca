import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { auxctl, auxctlJson, errorOf, startAuxctl } from '../guest/auxctl.mjs';
import { valuesOf } from '../guest/fields.mjs';
import { commandLog, complaints, hang, recover, taint, untilReceived } from '../guest/system.mjs';

/** Bit 19: a program has sent a command of scope debug-write or debug-write-full. */
const FWCTL_TAINT = 0x80000;
/** In a request of SET_DIAGNOSTIC_PARAMS: the dword of flags, and the flag that starts sampling. */
const [FLAGS, ENABLE] = [12, 1 << 26];

const ALLOWED = ['--allow', 'configure', '--yes'];
const COUNTERS = ['--counter', 'TX_PACKETS,RX_STEERING_PACKETS', '--period', '1ms'];
const SAMPLE = ['diag', 'sample', 'fwctl0', ...COUNTERS, ...ALLOWED];
const tool = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));
const pseudoTerminal = fileURLToPath(new URL('../../e2e/support/pseudo-terminal.py', import.meta.url));

/** @param {number} from */
async function sent(from) {
  return (await commandLog('mlx5-0')).slice(from).filter(({ command }) => command.includes('DIAGNOSTIC'));
}

/**
 * Holds that since `from` sampling was started, and that the last word that the device heard of it was to stop.
 *
 * @param {number} from
 */
async function wasStopped(from) {
  const settings = (await sent(from)).filter(({ command }) => command === 'SET_DIAGNOSTIC_PARAMS');
  const isOn = settings.map(({ request }) => (Buffer.from(request, 'hex').readUInt32BE(FLAGS) & ENABLE) !== 0);
  assert.ok(isOn.includes(true), 'it was never started');
  assert.equal(isOn.at(-1), false, 'it was not stopped');
  assert.equal((await auxctlJson('diag', 'show', 'fwctl0')).sampling.isArmed, false);
}

/** @returns {Promise<readonly [transmitted: bigint, received: bigint]>} */
async function frames() {
  const { a_frames_transmitted_ok: sentFrames, a_frames_received_ok: received } = valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PPCNT', 'local_port=1', 'grp=0')).fields)['counter_set'];
  return [BigInt(sentFrames), BigInt(received)];
}

test('the counters of the device are listed, with their limits, and nothing is sampled', async () => {
  const { counters, ...limits } = await auxctlJson('diag', 'list', 'fwctl0');
  assert.equal(counters.length, 13);
  assert.deepEqual(counters[9], { id: 0x2006, name: 'TX_PACKETS', unit: 'packets', description: 'Packets in the transmit pipe.', isSynchronizable: true });
  assert.deepEqual(limits, { schema: 'auxctl.diag-list/1', device: '0000:01:00.0', modes: ['single', 'repetitive', 'on-demand'], maxRecords: 16384, minPeriodClocks: 1024, maxPeriodClocks: 2 ** 35, clockHz: 1e9 });
  assert.equal((await auxctlJson('diag', 'show', 'fwctl0')).sampling.isArmed, false);
  assert.equal(await taint(), 0);
});

test('sampling that was not allowed sends nothing and is status 4', async () => {
  const from = (await commandLog('mlx5-0')).length;
  const outcome = await auxctl('diag', 'sample', 'fwctl0', ...COUNTERS, '--json');
  assert.equal(outcome.status, 4);
  assert.match(errorOf(outcome).hint, /--allow configure/);
  assert.deepEqual((await commandLog('mlx5-0')).slice(from), []);
  assert.equal(await taint(), 0);
});

test('that the kernel will be tainted is said before anything is sent', async () => {
  const from = (await commandLog('mlx5-0')).length;
  const outcome = await auxctl('diag', 'stop', 'fwctl0', '--allow', 'configure');
  assert.equal(outcome.status, 4, 'there is nobody to ask');
  assert.deepEqual((await commandLog('mlx5-0')).slice(from), []);
  await hang('mlx5-0');
  const waiting = startAuxctl('diag', 'stop', 'fwctl0', ...ALLOWED, '--timeout', '1s');
  const { status, stderr } = await waiting.outcome;
  assert.equal(status, 6);
  assert.match(stderr, /^warning: scope debug-write marks the kernel as tainted until it is restarted\n/);
  assert.deepEqual(await sent(from), []);
  assert.equal(await taint(), 0);
  await recover('mlx5-0');
});

test('100 samples of two counters are in order, complete, and what the model holds', async () => {
  const from = (await commandLog('mlx5-0')).length;
  const before = await frames();
  const outcome = await auxctl(...SAMPLE, '--count', '100', '--json');
  const after = await frames();
  assert.equal(outcome.status, 0, outcome.stderr);
  const [start, ...rest] = outcome.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  const end = rest.pop();
  assert.deepEqual({ schema: start.schema, isArmed: start.sampling.isArmed, clockHz: start.clockHz }, { schema: 'auxctl.diag-start/1', isArmed: true, clockHz: 1e9 });
  assert.deepEqual(end, { schema: 'auxctl.diag-end/1', device: '0000:01:00.0', reason: 'count', samples: 100, lost: 0, isArmed: false });
  assert.deepEqual(rest.map(({ number }) => number), Array.from({ length: 100 }, (_, index) => index));
  const clocks = rest.map((sample) => BigInt(sample.clocks));
  clocks.slice(1).forEach((at, index) => assert.equal(Number(at - (clocks[index] ?? 0n)), 2 ** 20));
  for (const [place, name] of /** @type {const} */ ([[0, 'TX_PACKETS'], [1, 'RX_STEERING_PACKETS']])) {
    const values = rest.map((sample) => BigInt(sample.values[name]));
    values.slice(1).forEach((value, index) => assert.ok(value >= (values[index] ?? 0n)));
    assert.ok((values[0] ?? 0n) >= before[place] && (values.at(-1) ?? 0n) <= after[place], `${name}: ${values[0]} to ${values.at(-1)}, PPCNT ${before[place]} to ${after[place]}`);
  }
  await wasStopped(from);
  assert.equal(await taint(), FWCTL_TAINT);
});

test('nothing is lost at a sample each 16 microseconds, or it is counted', async () => {
  const outcome = await auxctl('diag', 'sample', 'fwctl0', '--counter', 'TX_PACKETS', '--period', '16us', '--duration', '1s', ...ALLOWED, '--json');
  assert.equal(outcome.status, 0, outcome.stderr);
  const samples = outcome.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  const end = samples.pop();
  const last = samples.at(-1);
  assert.ok(end.samples > 1000, `${end.samples} samples`);
  assert.equal(last.number + 1, end.samples + end.lost);
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  test(`${signal} stops the sampling`, async () => {
    const from = (await commandLog('mlx5-0')).length;
    const child = spawn(process.execPath, [tool, ...SAMPLE], { stdio: ['ignore', 'ignore', 'inherit'] });
    await untilReceived('mlx5-0', from, 'QUERY_DIAGNOSTIC_COUNTERS');
    child.kill(signal);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    await wasStopped(from);
  });
}

test('Ctrl-C on a terminal stops the live plot and the sampling', async (context) => {
  const from = (await commandLog('mlx5-0')).length;
  const child = spawn('python3', [pseudoTerminal, '24', '80', process.execPath, tool, ...SAMPLE], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.on('error', () => context.skip('there is no python3 to make a terminal'));
  let screen = '';
  child.stdout.on('data', (data) => { screen += data; });
  await untilReceived('mlx5-0', from, 'QUERY_DIAGNOSTIC_COUNTERS');
  await delay(1500);
  child.stdin.write('keys \\x03\n');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.match(screen, /TX_PACKETS/);
  assert.match(screen, /sampling is stopped/);
  await wasStopped(from);
});

test('a program that is killed leaves the sampling on; the next one says so, and stop ends it', async () => {
  const from = (await commandLog('mlx5-0')).length;
  const child = spawn(process.execPath, [tool, ...SAMPLE], { stdio: 'ignore' });
  await untilReceived('mlx5-0', from, 'QUERY_DIAGNOSTIC_COUNTERS');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal((await auxctlJson('diag', 'show', 'fwctl0')).sampling.isArmed, true);
  assert.match((await auxctl('diag', 'list', 'fwctl0')).stderr, /^warning: 2 counters are being sampled/);
  const { before, after } = await auxctlJson('diag', 'stop', 'fwctl0', ...ALLOWED);
  assert.deepEqual([before.isArmed, after.isArmed], [true, false]);
  await wasStopped(from);
});

test('a firmware that hangs is an error in time, and is told to stop as soon as it answers', { timeout: 120_000 }, async () => {
  const from = (await commandLog('mlx5-0')).length;
  const waiting = startAuxctl(...SAMPLE, '--timeout', '10s', '--json');
  await untilReceived('mlx5-0', from, 'QUERY_DIAGNOSTIC_COUNTERS');
  await hang('mlx5-0');
  await delay(16_000);
  await recover('mlx5-0');
  const outcome = await waiting.outcome;
  assert.equal(outcome.status, 6);
  assert.equal(errorOf(outcome).code, 'ERR_TRANSPORT_TIMEOUT');
  await wasStopped(from);
});

test('what the firmware refuses is status 5, with its reason', async () => {
  await auxctlJson('diag', 'stop', 'fwctl0', ...ALLOWED);
  const outcome = await auxctl('call', 'fwctl0', 'QUERY_DIAGNOSTIC_COUNTERS', 'num_of_samples=0', '--json');
  assert.equal(outcome.status, 5);
  assert.equal(errorOf(outcome).details.syndrome, '0x51a055');
});

test('the kernel has nothing to complain of', async () => {
  assert.deepEqual(await complaints(), []);
});
