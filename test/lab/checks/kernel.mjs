import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { release } from 'node:os';
import { test } from 'node:test';

/** @param {string} path */
async function text(path) {
  return (await readFile(path, 'utf8')).trim();
}

test('the kernel is new enough for fwctl, and clean', async () => {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  assert.ok(major > 6 || (major === 6 && minor >= 15), release());
  assert.equal(await text('/proc/sys/kernel/tainted'), '0');
});

test('every fwctl driver is built in', async () => {
  const drivers = await readdir('/sys/bus/auxiliary/drivers');
  for (const name of ['mlx5_fwctl.mlx5_fwctl', 'bnxt_fwctl.bnxt_fwctl', 'pds_fwctl.pds_fwctl']) assert.ok(drivers.includes(name), `${name} is not among ${drivers}`);
  assert.match(await text('/proc/devices'), /^ *\d+ fwctl$/m);
});

test("QEMU's own devices have their unmodified drivers", async () => {
  assert.equal(await text('/sys/class/nvme/nvme0/serial'), 'lab');
  assert.match(await text('/sys/class/net/eth0/device/uevent'), /^DRIVER=e1000e$/m);
});

test('lockdown is there, and off', async () => {
  assert.equal(await text('/sys/kernel/security/lockdown'), '[none] integrity confidentiality');
});
