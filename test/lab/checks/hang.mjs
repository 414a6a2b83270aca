import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { auxctl, auxctlJson, errorOf, startAuxctl } from '../guest/auxctl.mjs';
import { library } from '../guest/load-library.mjs';
import { commandLog, hang, recover, taint, untilReceived } from '../guest/system.mjs';

const STUCK = '0000:01:00.0';
const WELL = '0000:02:00.0';
const GIVEN_UP = '0000:03:00.0';
const TIMEOUT_MS = 3000;

/** The driver waits 60 s for a command and 5 more for its recovery, which nothing can interrupt. */
const DRIVER_WAITS_MS = 65_000;

/** From a start of the tool to its end, on a machine that is busy, when it waits for nothing. */
const PROMPT_MS = 15_000;

/** @type {Promise<import('../guest/auxctl.mjs').Outcome>} */
let unlimited;

before(async () => {
  await hang('mlx5-0');
  await hang('mlx5-2');
  unlimited = auxctl('reg', 'read', GIVEN_UP, 'NODE_DESC', '--timeout', '300s', '--json');
});

test('the tool gives up on a hung firmware in time with status 6, and the shell goes on at once', async () => {
  const outcome = await auxctl('reg', 'read', STUCK, 'NODE_DESC', '--timeout', `${TIMEOUT_MS}ms`, '--json');
  assert.equal(outcome.status, 6, outcome.stderr);
  const { layer, code, device } = errorOf(outcome);
  assert.deepEqual({ layer, code, device }, { layer: 'transport', code: 'ERR_TRANSPORT_TIMEOUT', device: STUCK });
  assert.ok(outcome.durationMs >= TIMEOUT_MS && outcome.durationMs < TIMEOUT_MS + PROMPT_MS, `${outcome.durationMs} ms`);
});

test('a hung firmware does not hold up the other device, and an interrupt ends the command that waits for it', { timeout: 120_000 }, async () => {
  const from = (await commandLog('mlx5-0')).length;
  const waiting = startAuxctl('reg', 'read', STUCK, 'NODE_DESC', '--timeout', '300s');
  await untilReceived('mlx5-0', from, 'CREATE_UCTX');
  assert.equal((await auxctlJson('reg', 'read', WELL, 'NODE_DESC')).fields.node_description.value, 'SIM4125 ConnectX6Dx');
  assert.equal(await Promise.race([waiting.outcome, 'still waiting']), 'still waiting');
  const interruptedMs = performance.now();
  waiting.interrupt();
  assert.equal((await waiting.outcome).status, 130);
  assert.ok(performance.now() - interruptedMs < PROMPT_MS);
});

test('list still shows all devices', async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list', '--timeout', '2s');
  assert.deepEqual(devices.map(({ address }) => address), [STUCK, WELL, GIVEN_UP]);
  assert.deepEqual(devices.map(({ firmware }) => firmware), [null, '22.43.1014', null]);
  assert.deepEqual(devices.map(({ problem }) => problem === null), [false, true, false]);
});

test('a firmware that has recovered answers again', async () => {
  await recover('mlx5-0');
  assert.equal((await auxctlJson('reg', 'read', STUCK, 'NODE_DESC')).fields.node_description.value, 'SIM4125 ConnectX6Dx');
});

test('within one process, neither the event loop nor the other channel waits for a hung firmware, and the stuck channel works again after it', { timeout: 60_000 }, async (context) => {
  const [stuck, well] = [await library.openChannel(STUCK), await library.openChannel(WELL)];
  context.after(() => well.close());
  await hang('mlx5-0');
  const startedMs = performance.now();
  let isOver = false;
  const givingUp = assert.rejects(stuck.registers.read('NODE_DESC', {}, { timeoutMs: TIMEOUT_MS }), { code: 'ERR_TRANSPORT_TIMEOUT' }).finally(() => { isOver = true; });
  let reads = 0;
  for (; !isOver; reads += 1) await well.registers.read('NODE_DESC');
  await givingUp;
  const waitedMs = performance.now() - startedMs;
  assert.ok(reads > 10, `${reads} reads of the other device meanwhile`);
  assert.ok(waitedMs >= TIMEOUT_MS - 1 && waitedMs < TIMEOUT_MS + 2000, `gave up after ${waitedMs} ms`);
  await assert.rejects(stuck.registers.read('NODE_DESC'), { code: 'ERR_TRANSPORT_STUCK' });
  await recover('mlx5-0');
  await untilUnstuck(stuck);
  await stuck.close();
});

/**
 * Reads until the call that was given up has come back from the kernel.
 *
 * @param {Awaited<ReturnType<typeof library.openChannel>>} channel
 */
async function untilUnstuck(channel) {
  for (;;) {
    try {
      await channel.registers.read('NODE_DESC');
      return;
    } catch (error) {
      assert.equal(/** @type {{ code?: unknown }} */ (error).code, 'ERR_TRANSPORT_STUCK');
      await delay(50);
    }
  }
}

test('a channel that is stuck closes at once', { timeout: 60_000 }, async () => {
  const channel = await library.openChannel(STUCK);
  await hang('mlx5-0');
  await assert.rejects(channel.registers.read('NODE_DESC', {}, { timeoutMs: 100 }), { code: 'ERR_TRANSPORT_TIMEOUT' });
  const closingMs = performance.now();
  await channel.close();
  assert.ok(performance.now() - closingMs < 1000, 'closing waited');
});

test('where the tool sets no limit, the driver gives up by itself, which is status 6 too', { timeout: 2 * DRIVER_WAITS_MS }, async () => {
  const outcome = await unlimited;
  assert.equal(outcome.status, 6, outcome.stderr);
  assert.ok(outcome.durationMs >= DRIVER_WAITS_MS, `${outcome.durationMs} ms`);
});

test('the kernel is not tainted', async () => {
  assert.equal(await taint(), 0);
});

after(() => Promise.all(['mlx5-0', 'mlx5-2'].map(recover)));
