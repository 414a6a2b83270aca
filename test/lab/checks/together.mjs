import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { before, test } from 'node:test';
import { auxctl, auxctlJson } from '../guest/auxctl.mjs';
import { complaints } from '../guest/system.mjs';

/** Every kind of device at once, each under the driver that the kernel gives it; only the last is bound by hand, as its users would. */
const EXPECTED = [
  { plugin: 'mlx5', driver: 'mlx5_core', transport: 'fwctl', names: 'fwctl', type: 1 },
  { plugin: 'cxl', driver: 'cxl_pci', transport: 'fwctl', names: 'memdev', type: 2 },
  { plugin: 'bnxt', driver: 'bnxt_en', transport: 'fwctl', names: 'fwctl', type: 3 },
  { plugin: 'pds', driver: 'pds_core', transport: 'fwctl', names: 'fwctl', type: 4 },
  { plugin: 'nvme', driver: 'nvme', transport: 'nvme', names: 'nvme', type: null },
  { plugin: 'pci', driver: 'e1000e', transport: 'kernel', names: 'netdev', type: null },
  { plugin: 'pci', driver: 'igb', transport: 'kernel', names: 'netdev', type: null },
  { plugin: 'pci', driver: 'netdevsim', transport: 'kernel', names: 'netdev', type: null },
  { plugin: 'acme', driver: 'vfio-pci', transport: 'vfio', names: null, type: null },
];

const ACME_PCI_ID = 'f00d:0001';

/** @type {any[]} */
let devices = [];
let folder = '';

before(async () => {
  await writeFile('/sys/bus/netdevsim/new_device', '1 1');
  await bindToVfio(ACME_PCI_ID);
  folder = await mkdtemp(join(tmpdir(), 'together-'));
  ({ devices } = await auxctlJson('list'));
});

/** @param {string} pciId */
async function bindToVfio(pciId) {
  const { devices: all } = await auxctlJson('list', '--all', '--no-firmware');
  const { address } = all.find((/** @type {any} */ device) => device.pciId === pciId);
  const path = `/sys/bus/pci/devices/${address}`;
  if (existsSync(`${path}/driver`)) await writeFile(`${path}/driver/unbind`, address);
  await writeFile(`${path}/driver_override`, 'vfio-pci');
  await writeFile('/sys/bus/pci/drivers_probe', address);
  assert.equal(basename(await readlink(`${path}/driver`)), 'vfio-pci');
}

/** @param {typeof EXPECTED[number]} expected */
function deviceOf({ plugin, driver }) {
  const device = devices.find((each) => each.plugin === plugin && each.driver === driver);
  assert.ok(device, `${plugin} under ${driver} is not among ${devices.map((each) => `${each.plugin} ${each.driver}`).join(', ')}`);
  return device;
}

test('one table holds them all, each by its plugin, its driver and its names, and nothing else', () => {
  assert.equal(devices.length, EXPECTED.length, JSON.stringify(devices.map(({ address, plugin, driver }) => [address, plugin, driver])));
  for (const expected of EXPECTED) {
    const device = deviceOf(expected);
    assert.deepEqual({ transport: device.transport, problem: device.problem }, { transport: expected.transport, problem: null }, expected.plugin);
    if (expected.names !== null) assert.ok(device.names[expected.names].length > 0, `${expected.plugin} has no name of kind ${expected.names}`);
    if (expected.transport === 'fwctl') assert.match(device.node, /^\/dev\/fwctl\/fwctl\d$/);
  }
});

test('four nodes are of four types', async () => {
  const types = [];
  for (const expected of EXPECTED.filter(({ type }) => type !== null)) {
    const { channel } = await auxctlJson('info', deviceOf(expected).address);
    assert.equal(channel.fwctlDeviceType, expected.type, expected.plugin);
    types.push(channel.fwctlDeviceType);
  }
  assert.deepEqual(types.sort(), [1, 2, 3, 4]);
});

test('the table for people has a row for each', async () => {
  const { stdout } = await auxctl('list');
  for (const { address } of devices) assert.ok(stdout.includes(address), address);
  assert.equal(stdout.trimEnd().split('\n').filter((line) => /^(0000:|netdevsim)/.test(line)).length, EXPECTED.length, stdout);
});

for (const expected of EXPECTED) {
  test(`${expected.plugin} under ${expected.driver}: info, dump, show and diff work`, async () => {
    const { address } = deviceOf(expected);
    const { device } = await auxctlJson('info', address);
    assert.equal(device.plugin, expected.plugin);
    const file = join(folder, `${expected.driver}.dump.gz`);
    await auxctlJson('dump', address, '-o', file);
    const { dump, entries } = await auxctlJson('show', file);
    assert.equal(dump.device.address, address);
    const answered = entries.filter((/** @type {any} */ { failure }) => failure === null || failure === undefined);
    assert.ok(answered.length > 0, `${entries.length} entries, none answered`);
    const difference = await auxctl('diff', file, address, '--json');
    assert.equal(difference.status, 0, `${difference.stdout.slice(0, 2000)}${difference.stderr}`);
  });
}

test('the kernel has nothing to complain of, and is tainted by nothing but VFIO without an IOMMU', async () => {
  assert.deepEqual(await complaints(), []);
  const TAINT_USER = 1 << 6;
  assert.equal(Number(await readFile('/proc/sys/kernel/tainted', 'utf8')) & ~TAINT_USER, 0);
});
