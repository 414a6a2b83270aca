import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { auxctl, auxctlJson, errorOf, identityOf, startAuxctl } from '../guest/auxctl.mjs';
import { library } from '../guest/load-library.mjs';
import { complaints, hang, recover, removeFunction, rescan, taint, commandLog } from '../guest/system.mjs';

const DEVICE = '0000:01:00.0';
const WITHOUT_GATEWAY = '0000:02:00.0';
/** Where the simulated function has its vendor-specific capability, and in it the semaphore. */
const SEMAPHORE = 0x98 + 0x0c;
const KILLS = 12;
/** Raw memory of the module, in which its temperature is, and the tracer, which belongs to the driver while it is bound. */
const LIVE = new Set(['MCIA', 'MTRC_CAP', 'MTRC_CONF', 'MTRC_CTRL']);
const DRIVER = '/sys/bus/pci/drivers/mlx5_core';

/** @type {Awaited<ReturnType<typeof library.readRegisters>>} */
let overFwctl;

/** The tool's word for what carries a channel to a device. */
async function transports() {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  return Object.fromEntries(devices.map(({ address, transport }) => [address, transport]));
}

/** The gateway's semaphore, which reading leaves as it is. */
async function semaphore() {
  const file = await open(`/sys/bus/pci/devices/${DEVICE}/config`);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, SEMAPHORE);
  await file.close();
  return buffer.readUInt32LE();
}

/** Holds that nobody has left a semaphore behind: the next one who comes reads at once. */
async function isFree() {
  assert.equal(await semaphore(), 0);
  const outcome = await auxctl('reg', 'read', DEVICE, 'NODE_DESC', '--timeout', '5s');
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.equal(await semaphore(), 0);
}

test('where the driver has made a control node, that is used', async () => {
  assert.deepEqual(await transports(), { [DEVICE]: 'fwctl', [WITHOUT_GATEWAY]: 'fwctl' });
  const channel = await library.openChannel(DEVICE);
  overFwctl = await library.readRegisters(channel);
  await channel.close();
});

test('beside the driver the gateway can be asked for, and works', async () => {
  const { fields } = await auxctlJson('reg', 'read', DEVICE, 'NODE_DESC', '--transport', 'vsc');
  assert.equal(fields.node_description.value, 'SIM4125 ConnectX6Dx');
  assert.deepEqual(await complaints(), []);
});

test('without the driver the gateway is chosen, where there is one', async () => {
  await writeFile(`${DRIVER}/unbind`, DEVICE);
  await writeFile(`${DRIVER}/unbind`, WITHOUT_GATEWAY);
  assert.deepEqual(await transports(), { [DEVICE]: 'vsc', [WITHOUT_GATEWAY]: null });
  const identity = await identityOf(DEVICE);
  assert.deepEqual([identity['firmware'], identity['psid'], identity['node']], ['22.43.1014', 'SIM_0000000022', 'SIM4125 ConnectX6Dx']);
  assert.equal((await auxctlJson('info', DEVICE)).device.transport, 'vsc');
});

test('it reads the same registers with the same values', async (context) => {
  const channel = await library.openChannel(DEVICE);
  const overVsc = await library.readRegisters(channel);
  await channel.close();
  assert.deepEqual(overVsc.map(({ name }) => name), overFwctl.map(({ name }) => name));
  const isRead = (/** @type {{ outcome: string }} */ { outcome }) => !outcome.startsWith('ERR_');
  assert.deepEqual(overVsc.filter(isRead).map(({ name }) => name), overFwctl.filter(isRead).map(({ name }) => name));
  const steady = overVsc.filter((reading) => isRead(reading) && !reading.isVolatile && !LIVE.has(reading.name.split(' ')[0] ?? ''));
  const before = new Map(overFwctl.map(({ name, outcome }) => [name, outcome]));
  assert.deepEqual(Object.fromEntries(steady.map(({ name, outcome }) => [name, outcome])), Object.fromEntries(steady.map(({ name }) => [name, before.get(name)])));
  context.diagnostic(`${overVsc.length} readings, ${overVsc.filter(isRead).length} answered, ${steady.length} of them steady and equal`);
  assert.ok(steady.length > 20, `${steady.length} registers`);
});

test('what the firmware refuses is status 5, and what the gateway does not carry is status 4', async () => {
  const refused = await auxctl('reg', 'read', DEVICE, 'PAOS', 'local_port=9', '--json');
  assert.deepEqual([refused.status, errorOf(refused).code], [5, 'ERR_FIRMWARE_STATUS']);
  const notCarried = await auxctl('call', DEVICE, 'QUERY_ADAPTER', '--json');
  assert.deepEqual([notCarried.status, errorOf(notCarried).code], [4, 'ERR_NOT_CARRIED']);
});

test('a write takes effect and needs to be allowed', async (context) => {
  const words = ['reg', 'write', DEVICE, 'NODE_DESC', 'node_description=by the gateway'];
  assert.equal((await auxctl(...words)).status, 4);
  context.after(() => auxctl('reg', 'write', DEVICE, 'NODE_DESC', 'node_description=SIM4125 ConnectX6Dx', '--allow', 'configure', '--yes'));
  assert.equal((await auxctl(...words, '--allow', 'configure', '--yes')).status, 0);
  assert.equal((await identityOf(DEVICE))['node'], 'by the gateway');
});

test('several programs at once take turns', async () => {
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => auxctl('reg', 'read', DEVICE, 'MGIR', '--json', '--timeout', '60s')));
  assert.deepEqual(outcomes.map(({ status, stderr }) => `${status}${stderr}`), ['0', '0', '0', '0']);
  await isFree();
});

for (const whole of [false, true]) {
  test(`SIGKILL in the middle of reading, to ${whole ? 'the whole process group' : 'the program'}, leaves both semaphores free`, async (context) => {
    let heldAtDeath = 0;
    for (let kill = 0; kill < KILLS / 2; kill += 1) {
      const child = spawn(process.execPath, [fileURLToPath(new URL('../guest/read-forever.mjs', import.meta.url)), DEVICE], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await delay(7 * kill);
      const gone = once(child, 'exit');
      process.kill((whole ? -1 : 1) * (child.pid ?? 0), 'SIGKILL');
      await gone;
      heldAtDeath += (await semaphore()) === 0 ? 0 : 1;
      const outcome = await auxctl('reg', 'read', DEVICE, 'NODE_DESC', '--timeout', '5s');
      assert.equal(outcome.status, 0, `kill ${kill}: ${outcome.stderr}`);
      assert.equal(await semaphore(), 0);
    }
    context.diagnostic(`${KILLS / 2} kills, ${heldAtDeath} times while the gateway was held`);
  });
}

test('a firmware that does not answer is given up in time, and interrupts are heard', async () => {
  await hang('mlx5-0');
  const outcome = await auxctl('reg', 'read', DEVICE, 'NODE_DESC', '--timeout', '1s', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [6, 'ERR_TRANSPORT_TIMEOUT']);
  const waiting = startAuxctl('reg', 'read', DEVICE, 'NODE_DESC', '--timeout', '50s');
  await delay(8000);
  waiting.interrupt();
  assert.equal((await waiting.outcome).status, 130);
  await recover('mlx5-0');
  await isFree();
});

test('without root it is refused, with an explanation', async () => {
  const tool = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));
  const child = spawn(process.execPath, [tool, 'reg', 'read', DEVICE, 'NODE_DESC', '--json'], { uid: 65534, gid: 65534, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (part) => (stderr += String(part)));
  const [status] = await once(child, 'close');
  assert.deepEqual([status, JSON.parse(stderr).code], [4, 'ERR_PERMISSION']);
});

test('a function without the capability has no way at all', async () => {
  const outcome = await auxctl('reg', 'read', WITHOUT_GATEWAY, 'NODE_DESC', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [3, 'ERR_NO_TRANSPORT']);
});

test('a function that is removed meanwhile is gone', async (context) => {
  const channel = await library.openChannel(DEVICE);
  context.after(rescan);
  await channel.registers.read('NODE_DESC');
  await removeFunction(DEVICE);
  await assert.rejects(channel.registers.read('NODE_DESC'), { code: 'ERR_DEVICE_GONE' });
  await channel.close();
});

test('bound again, the driver finds a device in good order', async () => {
  assert.equal((await transports())[DEVICE], 'fwctl');
  assert.equal((await identityOf(DEVICE))['firmware'], '22.43.1014');
  assert.deepEqual(await complaints(), []);
  assert.equal(await taint(), 0);
});

for (const mode of ['integrity', 'confidentiality']) {
  test(`with the kernel locked down for ${mode} it is refused, with an explanation, and nothing is sent`, async () => {
    await writeFile('/sys/kernel/security/lockdown', mode);
    const sent = (await commandLog('mlx5-0')).length;
    const outcome = await auxctl('reg', 'read', DEVICE, 'NODE_DESC', '--transport', 'vsc', '--json');
    const { code, message, hint } = errorOf(outcome);
    assert.deepEqual([outcome.status, code], [4, 'ERR_PERMISSION']);
    assert.match(message, new RegExp(`locked down \\(${mode}\\)`));
    assert.match(hint, /fwctl/);
    assert.equal((await commandLog('mlx5-0')).length, sent);
    assert.equal((await auxctl('reg', 'read', DEVICE, 'NODE_DESC')).status, 0);
  });
}
