import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { commandLog, taint } from '../guest/system.mjs';

/** Bit 19: a program has sent a command of scope debug-write or debug-write-full. */
const FWCTL_TAINT = 0x80000;

/** Holds that a register can be read. */
async function canRead() {
  assert.equal((await auxctlJson('reg', 'read', 'fwctl0', 'NODE_DESC')).fields.node_description.value, 'SIM4125 ConnectX6Dx');
}

test('devices of other drivers are listed beside', async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  assert.deepEqual(devices.map(({ names, driver }) => [...names.nvme, ...names.fwctl, driver]), [['nvme0', 'nvme'], ['fwctl0', 'mlx5_core']]);
});

test('a scope below the least that the driver accepts is refused before anything is sent', async () => {
  const outcome = await auxctl('call', 'fwctl0', 'QUERY_ISSI', '--scope', 'configuration', '--json');
  assert.equal(outcome.status, 4);
  assert.equal(errorOf(outcome).code, 'ERR_SCOPE');
});

for (const mode of ['integrity', 'confidentiality']) {
  test(`with the kernel locked down for ${mode}, registers are read as before`, async () => {
    await writeFile('/sys/kernel/security/lockdown', mode);
    await canRead();
    const { system } = await auxctlJson('list');
    assert.deepEqual(system, { taint: 0, taintReasons: [], lockdown: mode });
  });
}

test('what the system\'s policy denies for one device does not reach it, and is in the journal', async () => {
  const POLICY = '/etc/auxctl/policy.yaml';
  const words = ['nvconfig', 'set', 'fwctl0', 'NUM_OF_VFS=16', '--allow', 'configure', '--yes'];
  await mkdir('/etc/auxctl', { recursive: true });
  await writeFile(POLICY, 'format: auxctl.policy/1\nrules:\n  - name: this one stays\n    action: deny\n    devices: { address: "0000:01:00.0" }\n    effects: configure\n', { mode: 0o644 });
  const before = (await commandLog('mlx5-0')).length;
  const refused = await auxctl(...words, '--json');
  assert.equal(refused.status, 4);
  const { code, message } = errorOf(refused);
  assert.equal(code, 'ERR_POLICY');
  assert.match(message, /^MNVDA: NUM_OF_VFS is refused by the rule 'this one stays' in \/etc\/auxctl\/policy\.yaml:3; nothing was sent$/);
  assert.deepEqual((await commandLog('mlx5-0')).slice(before), []);

  const raw = await auxctl('call', 'fwctl0', 'ACCESS_REG', 'register_id=0x9024', '--allow', 'invasive', '--yes', '--json');
  assert.equal(raw.status, 4, raw.stderr);
  assert.deepEqual((await commandLog('mlx5-0')).slice(before).filter(({ command }) => command === 'ACCESS_REG'), []);
  await canRead();
  const { commands } = await auxctlJson('journal', 'list');
  const [{ intent }] = commands;
  assert.deepEqual([intent.type, intent.device.address, intent.policy.rule, intent.policy.line], ['refusal', '0000:01:00.0', 'this one stays', 3]);
  assert.ok(commands.every((/** @type {any} */ each) => each.intent.type === 'refusal'));

  await writeFile(POLICY, 'format: auxctl.policy/1\nrules: nonsense\n', { mode: 0o644 });
  const broken = await auxctl(...words, '--json');
  assert.equal(broken.status, 4);
  assert.match(errorOf(broken).message, /^\/etc\/auxctl\/policy\.yaml:2:8: /);
  const read = await auxctl('reg', 'read', 'fwctl0', 'NODE_DESC');
  assert.equal(read.status, 0, read.stderr);
  assert.match(read.stderr, /^warning: .*policy\.yaml:2:8/);
  await rm(POLICY);
  assert.equal((await auxctl(...words)).status, 0);
  await rm('/var/lib/auxctl', { recursive: true });
});

test('a scope that taints the kernel is announced, and shown ever after', async () => {
  assert.equal(await taint(), 0);
  const outcome = await auxctl('call', 'fwctl0', 'QUERY_ADAPTER', '--scope', 'debug-write');
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stderr, /^warning: .*debug-write.*taint/);
  assert.equal(await taint(), FWCTL_TAINT);
  const { system } = await auxctlJson('list');
  assert.equal(system.taint, FWCTL_TAINT);
  assert.equal(system.taintReasons.length, 1);
});
