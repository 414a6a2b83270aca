import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { taint } from '../guest/system.mjs';

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
