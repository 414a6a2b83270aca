import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { namedIn } from '../guest/fields.mjs';
import { library } from '../guest/load-library.mjs';
import { commandLog, complaints, hang, recover, removeFunction, rescan, taint, untilReceived } from '../guest/system.mjs';

const FIRST = '0000:01:00.0';
const SECOND = '0000:02:00.0';

/** Until a removal that was asked for waits inside the kernel. */
const REMOVAL_BEGINS_MS = 500;

test('the library tells of a removal and of what comes back', { timeout: 60_000 }, async (context) => {
  const events = library.hotplugEvents({ subsystems: ['fwctl'] });
  context.after(() => events.return());
  assert.deepEqual((await events.next()).value, { type: 'listening' });
  await removeFunction(FIRST);
  const { value: removed } = await events.next();
  assert.deepEqual(namedIn(removed, { type: 0, name: 0, address: 0 }), { type: 'removed', name: 'fwctl0', address: FIRST });
  await rescan();
  const { value: added } = await events.next();
  assert.deepEqual(namedIn(added, { type: 0, address: 0, node: 0 }), { type: 'added', address: FIRST, node: '/dev/fwctl/fwctl0' });
  assert.ok(existsSync('/dev/fwctl/fwctl0'));
});

test('reads that go on while the device is removed end in ERR_DEVICE_GONE, and the channel still closes', { timeout: 60_000 }, async (context) => {
  const channel = await library.openChannel(FIRST);
  context.after(rescan);
  await channel.registers.read('NODE_DESC');
  const removal = removeFunction(FIRST);
  const reading = readUntilItFails(channel);
  await removal;
  const { reads, error } = await reading;
  assert.equal(error.code, 'ERR_DEVICE_GONE', `after ${reads} reads: ${error.message}`);
  await assert.rejects(channel.registers.read('NODE_DESC'), { code: 'ERR_DEVICE_GONE' });
  await channel.close();
});

/**
 * @param {Awaited<ReturnType<typeof library.openChannel>>} channel
 * @returns {Promise<{ reads: number, error: any }>}
 */
async function readUntilItFails(channel) {
  for (let reads = 0; ; reads += 1) {
    try {
      await channel.registers.read('NODE_DESC');
    } catch (error) {
      return { reads, error };
    }
  }
}

test('a batch that is under way while the device is removed has an outcome for every request', { timeout: 60_000 }, async (context) => {
  const channel = await library.openChannel(FIRST);
  context.after(rescan);
  const request = Buffer.from('01010000000000000000000000000000', 'hex');
  const before = (await commandLog('mlx5-0')).length;
  const batch = channel.rpcBatch(Array(3000).fill({ request, replyLengthBytes: 272, scope: 'configuration' }), { timeoutMs: 50_000 });
  await untilReceived('mlx5-0', before, 'QUERY_ADAPTER');
  await removeFunction(FIRST);
  const outcomes = await batch;
  const answered = outcomes.findIndex(({ ok }) => !ok);
  assert.equal(outcomes.length, 3000);
  assert.ok(answered > 0, `${answered} answered`);
  for (const outcome of outcomes.slice(answered)) assert.equal(outcome.ok ? 'ok' : outcome.error.code, 'ERR_DEVICE_GONE');
  await channel.close();
});

test('a read that the firmware answers during the removal is answered, and the next one is ERR_DEVICE_GONE', { timeout: 60_000 }, async (context) => {
  const channel = await library.openChannel(FIRST);
  context.after(rescan);
  const from = (await commandLog('mlx5-0')).length;
  await hang('mlx5-0');
  const reading = channel.registers.read('NODE_DESC');
  await untilReceived('mlx5-0', from, 'ACCESS_REG');
  await removeWhileHanging('mlx5-0', FIRST);
  assert.equal((await reading).fields['node_description'], 'SIM4125 ConnectX6Dx');
  await assert.rejects(channel.registers.read('NODE_DESC'), { code: 'ERR_DEVICE_GONE' });
  await channel.close();
});

test('a command of the tool whose device is removed under it is status 3, with a clear message', { timeout: 60_000 }, async (context) => {
  context.after(rescan);
  const from = (await commandLog('mlx5-1')).length;
  await hang('mlx5-1');
  const running = auxctl('reg', 'read', SECOND, 'NODE_DESC', '--timeout', '60s', '--json');
  await untilReceived('mlx5-1', from, 'CREATE_UCTX');
  await removeWhileHanging('mlx5-1', SECOND);
  const outcome = await running;
  assert.equal(outcome.status, 3, outcome.stderr);
  assert.equal(outcome.stdout, '');
  const { layer, code, message, device } = errorOf(outcome);
  assert.deepEqual({ layer, code, device }, { layer: 'transport', code: 'ERR_DEVICE_GONE', device: SECOND });
  assert.match(message, /removed|gone|unbound/);
});

/**
 * Begins a removal, which the kernel holds until the commands that are under way have ended, and then lets the firmware answer those.
 *
 * @param {string} simulator
 * @param {string} address
 */
async function removeWhileHanging(simulator, address) {
  const removal = removeFunction(address);
  await delay(REMOVAL_BEGINS_MS);
  await recover(simulator);
  await removal;
}

test('a removed device is not listed, and to ask for it is status 3', async (context) => {
  context.after(rescan);
  await removeFunction(SECOND);
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  assert.deepEqual(devices.map(({ address }) => address), [FIRST]);
  const outcome = await auxctl('info', SECOND, '--json');
  assert.equal(outcome.status, 3);
  assert.equal(errorOf(outcome).code, 'ERR_NO_DEVICE');
});

test('a device that came back works as before', async () => {
  for (const address of [FIRST, SECOND]) assert.equal((await auxctlJson('reg', 'read', address, 'NODE_DESC')).fields.node_description.value, 'SIM4125 ConnectX6Dx');
});

test('the kernel is clean and has nothing to complain of', async () => {
  assert.equal(await taint(), 0);
  assert.deepEqual(await complaints(), []);
});
