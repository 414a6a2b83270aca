import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { auxctlJson } from '../guest/auxctl.mjs';
import { valuesOf } from '../guest/fields.mjs';
import { library } from '../guest/load-library.mjs';
import { compareRegisters } from '../guest/mstflint/compare.mjs';
import { enterRoot, run, skip } from '../guest/mstflint/tools.mjs';
import { complaints } from '../guest/system.mjs';

const FUNCTION = '0000:01:00.0';
const NODE = 'fwctl0';

before(async () => {
  if (skip === false) await enterRoot();
});

/**
 * What a tool prints; it must have succeeded.
 *
 * @param {string} program
 * @param {...string} words
 */
async function printed(program, ...words) {
  const { status, stdout, stderr } = await run(program, ...words);
  assert.equal(status, 0, `${program} ${words.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** A register's values as our tool reads them over the driver. @param {...string} words */
async function ours(...words) {
  return valuesOf((await auxctlJson('reg', 'read', NODE, ...words)).fields);
}

for (const [way, device, options] of /** @type {const} */ ([['the control node', NODE, { via: 'fwctl' }], ['configuration space', FUNCTION, { via: 'vsc' }]])) {
  test(`every register that mstreg knows as well is the same by ${way}, field by field`, { skip, timeout: 600_000 }, async (context) => {
    const channel = await library.openChannel(FUNCTION, options);
    const comparison = await compareRegisters(device, (name) => library.readRegister(channel, name));
    await channel.close();
    context.diagnostic(comparison.summary);
    assert.deepEqual(comparison.disagreements, []);
    assert.ok(comparison.registers > 40 && comparison.values > 300, comparison.summary);
  });

  test(`mstmget_temp reads the sensor by ${way}`, { skip }, async () => {
    const { temperature } = await ours('MTMP', 'sensor_index=0');
    assert.ok(Math.abs(Number(await printed('mstmget_temp', '-d', device)) - Number(temperature) / 8) <= 1);
  });

  test(`mstflint q tells firmware, parameter set and address by ${way}`, { skip }, async () => {
    const text = await printed('mstflint', '-d', device, 'q');
    for (const line of [/^FW Version: +22\.43\.1014$/m, /^PSID: +SIM_0000000022$/m, /02005e51a000/]) assert.match(text, line);
  });

  test(`mstconfig q reads the configuration by ${way}`, { skip }, async () => {
    const text = await printed('mstconfig', '-d', device, 'q');
    for (const line of [/^Name: +SIM4125-CDAT/m, /^ +NUM_OF_VFS +8/m, /^ +SRIOV_EN +False\(0\)/m]) assert.match(text, line);
  });

  test(`mstlink sees the link by ${way}`, { skip }, async () => {
    const text = await printed('mstlink', '-d', device);
    for (const line of [/^State +: Active/m, /^Speed +: 100G/m, /^Firmware Version +: 22\.43\.1014/m]) assert.match(text, line);
  });

  test(`mstmcra reads the chip's identity by ${way}`, { skip }, async () => {
    assert.equal((await printed('mstmcra', device, '0xf0014')).trim(), '0x00000212');
  });
}

test('mstvpd reads the vital product data', { skip }, async () => {
  const text = await printed('mstvpd', FUNCTION);
  assert.match(text, /ID: +Simulated ConnectX-6 Dx Ethernet adapter card/);
  assert.match(text, /SN: +SIM26X00000/);
});

test('mstregdump dumps the chip, as the model has it', { skip, timeout: 120_000 }, async (context) => {
  const lines = (await printed('mstregdump', FUNCTION)).trim().split('\n').map((line) => line.split(' '));
  context.diagnostic(`${lines.length} dwords`);
  assert.equal(lines.length, 95_467);
  for (const [address = '', value = ''] of lines.filter(([address]) => Number(address) >= 0x100000)) {
    assert.equal(Number(value), Math.imul(Number(address), 0x9e37_79b1) >>> 0, address);
  }
});

test('without the driver all of them work by configuration space, and so do we', { skip }, async () => {
  await writeFile('/sys/bus/pci/drivers/mlx5_core/unbind', FUNCTION);
  for (const program of ['mstlink', 'mstmget_temp']) await printed(program, '-d', FUNCTION);
  await printed('mstflint', '-d', FUNCTION, 'q');
  assert.equal((await auxctlJson('info', FUNCTION)).device.transport, 'vsc');
  await writeFile('/sys/bus/pci/drivers/mlx5_core/bind', FUNCTION);
});

test('at once with one of them, neither disturbs the other', { skip }, async () => {
  await writeFile('/sys/bus/pci/drivers/mlx5_core/unbind', FUNCTION);
  const channel = await library.openChannel(FUNCTION, { via: 'vsc' });
  const theirs = Promise.all(Array.from({ length: 4 }, () => printed('mstreg', '-d', FUNCTION, '--get', '--reg_name', 'MGIR')));
  let isOver = false;
  void theirs.finally(() => (isOver = true)).catch(() => undefined);
  let reads = 0;
  for (; !isOver; reads += 1) await channel.registers.read('MGIR');
  for (const text of await theirs) assert.match(text, /hw_dev_id +\| 0x00000212/);
  assert.ok(reads > 3, `${reads} reads of ours`);
  await channel.close();
  await writeFile('/sys/bus/pci/drivers/mlx5_core/bind', FUNCTION);
  assert.deepEqual(await complaints(), []);
});
