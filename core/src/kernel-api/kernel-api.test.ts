import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KernelOffer } from '@auxctl/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../device/types.js';
import { devlinkKernel, type FixtureKernel } from '../kernel-parameters/kernel.fixture.js';
import { KernelPlace } from './place.js';
import type { KernelApiSource, OfferedValue } from './types.js';
import { kernelWays, requireKernelFirst } from './ways.js';
import { kernelWord } from './words.js';

const names = { auxiliary: [], fwctl: [], netdev: ['eth0_rep', 'eth1'], rdma: [], nvme: ['nvme0'], memdev: [] };
const device: Device = { address: '0000:3b:00.0', bus: 'pci', names, aliases: [] };
const SOURCE = { document: 'd', revision: '1', section: 's' };
const kernel = (more: Partial<FixtureKernel> = {}): FixtureKernel => ({
  instances: [['pci', device.address]], parameters: { colour: { type: 5, values: { 2: 'blue' } } }, ports: [{ flavour: 3, netdev: 'eth0_rep' }, { flavour: 0, netdev: 'eth1' }], ...more,
});
const source = (more: Partial<FixtureKernel> = {}): KernelApiSource => ({ native: devlinkKernel(kernel(more)).native });
const offered = (offer: Record<string, unknown>, more: Partial<OfferedValue> = {}): OfferedValue => (
  { field: 'a', offers: [{ source: SOURCE, ...offer } as KernelOffer], sizeBits: 8, value: 1n, beside: new Map([['b', 3n]]), ...more }
);
const COLOUR = { type: 'devlink-param', name: 'colour', mode: 'permanent', values: { RED: 'red', 2: 'blue' } };

describe('ways', () => {
  test('are those of the device\'s own names: of several interfaces, the physical port\'s', async () => {
    expect(await kernelWays(device, [offered({ type: 'ethtool', command: 'ethtool -X {netdev} {pci} {devlink} {b}:{b+1} {value}' })], source())).toMatchObject([
      { field: 'a', what: 'the same', isAvailable: true, command: 'ethtool -X eth1 0000:3b:00.0 pci/0000:3b:00.0 3:4 1' },
    ]);
  });

  test('a devlink parameter is there where the driver offers it in this mode', async () => {
    const way = async (more: Partial<FixtureKernel>, offer: Record<string, unknown> = {}, of: Partial<OfferedValue> = {}) => (await kernelWays(device, [offered({ ...COLOUR, ...offer }, { symbol: 'RED', ...of })], source(more)))[0];
    expect(await way({})).toMatchObject({ isAvailable: true, command: 'devlink dev param set pci/0000:3b:00.0 name colour value red cmode permanent' });
    expect(await way({}, {}, { value: 2n, symbol: 'BLUE' })).toMatchObject({ command: 'devlink dev param set pci/0000:3b:00.0 name colour value blue cmode permanent' });
    expect(await way({}, { mode: 'runtime' })).toMatchObject({ isAvailable: false, reason: 'its driver offers no runtime value of colour' });
    expect(await way({ parameters: {} })).toMatchObject({ isAvailable: false, reason: 'its driver offers no devlink parameter colour' });
    expect(await way({ instances: [] })).toMatchObject({ isAvailable: false, reason: 'it has no devlink instance' });
    expect(await way({}, {}, { value: 3n, symbol: 'GREEN' })).toBeUndefined();
  });

  test('a kernel without devlink is a reason, and so is a device that is simulated or of another tree', async () => {
    const reasonOf = async (of: Device, from: KernelApiSource) => (await kernelWays(of, [offered(COLOUR, { symbol: 'RED' })], from))[0]?.reason;
    expect(await reasonOf(device, { native: async () => Promise.reject(new TypeError('no addon')) })).toMatch(/^devlink cannot be asked: /);
    expect(await kernelWays(device, [offered(COLOUR, { symbol: 'RED' })], { native: async () => Promise.reject(new TypeError('no addon')) })).toMatchObject([{ isAvailable: false, isUnknown: true }]);
    expect(await reasonOf({ ...device, bus: 'sim' }, source())).toBe('the device is simulated');
    expect(await reasonOf(device, { ...source(), root: '/elsewhere' })).toBe('the device was found in another tree');
  });

  test('conditions, ranges and what only shows leave an offer out; a condition that nobody knows does not', async () => {
    const count = async (offer: Record<string, unknown>) => (await kernelWays(device, [offered({ type: 'ip', command: 'ip {value}', ...offer })], source())).length;
    expect([await count({}), await count({ when: { b: [1, 3] } }), await count({ when: { c: [1] } })]).toEqual([1, 1, 1]);
    expect([await count({ when: { b: [1] } }), await count({ range: { min: 2, max: 3 } }), await count({ readOnly: true })]).toEqual([0, 0, 0]);
  });

  test('a command that lacks a name is not there, and says which', async () => {
    const bare = { ...device, names: { ...names, netdev: [] } };
    expect(await kernelWays(bare, [offered({ type: 'ip', command: 'ip link set {netdev} mtu {value}' })], source())).toMatchObject([{ isAvailable: false, reason: 'it has no network interface', command: 'ip link set NETDEV mtu 1' }]);
    expect(await kernelWays(bare, [offered({ type: 'dcb', command: 'dcb {c}' })], source())).toMatchObject([{ isAvailable: false, reason: 'nothing says which c is meant' }]);
  });

  test('a write past those that are there is refused with all their commands', async () => {
    const ways = await kernelWays(device, [offered({ type: 'ip', command: 'ip {value}' }), offered({ ...COLOUR, name: 'none' }, { field: 'z', symbol: 'RED' })], source());
    expect(() => { requireKernelFirst(ways, 'REG', device.address); }).toThrow(expect.objectContaining({ code: 'ERR_KERNEL_FIRST', exitStatus: 4, hint: 'Use the kernel\'s: ip 1 . Or add --even-so to go past it.' }));
    requireKernelFirst(ways.filter(({ isAvailable }) => !isAvailable), 'REG', device.address);
  });
});

test('the kernel\'s words for a value', () => {
  const word = (offer: Record<string, unknown>, value: bigint, symbol?: string) => kernelWord({ type: 'ip', command: 'ip', source: SOURCE, ...offer }, { value, sizeBits: 4, ...(symbol === undefined ? {} : { symbol }) });
  expect([word({}, 7n), word({ scale: { add: -22 } }, 1522n), word({ scale: { multiply: 1000, add: -273_150 } }, 358n)]).toEqual(['7', '1500', '84850']);
  expect([word({ form: 'bit-states' }, 0b1010n), word({ values: { UP: 'up', 2: 'down' } }, 1n, 'UP'), word({ values: { UP: 'up', 2: 'down' } }, 2n, 'DOWN')]).toEqual(['0:off 1:on 2:off 3:on', 'up', 'down']);
  expect([word({ values: { UP: 'up' } }, 3n, 'ONCE'), word({ range: { min: 1, max: '0x2' } }, 3n)]).toEqual([undefined, '3']);
});

describe('what the kernel shows', () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'auxctl-'));
    for (const [path, text] of [['sys/class/nvme/nvme0/hwmon3/temp1_max', '84850\n'], ['sys/class/nvme/nvme0/hwmon3/temp2_max', '1\n'], ['sys/class/net/eth0_rep/mtu', '1500\n']] as const) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  });
  afterAll(() => { rmSync(root, { recursive: true }); });

  test('is read from files below the root, a part of whose name may be unknown', async () => {
    await using place = new KernelPlace(device, { root });
    const at = async (offer: Record<string, unknown>, b = 0n) => {
      const value = offered(offer, { beside: new Map([['b', b]]) });
      const [first = expect.unreachable()] = value.offers;
      return [(await place.missing(first, value))?.reason, (await place.read(first, value))?.text];
    };
    expect(await at({ type: 'sysfs', path: '/sys/class/nvme/{nvme}/hwmon*/temp{b+1}_max' })).toEqual([undefined, '84850']);
    expect(await at({ type: 'sysfs', path: '/sys/class/nvme/{nvme}/hwmon*/temp{b+1}_max' }, 1n)).toEqual([undefined, '1']);
    expect(await at({ type: 'sysfs', path: '/sys/class/nvme/{nvme}/hwmon*/temp{b+1}_max' }, 2n)).toEqual(['there is no /sys/class/nvme/nvme0/hwmon*/temp3_max', undefined]);
    expect(await at({ type: 'ip', command: 'ip link set {netdev} mtu {value}', read: '/sys/class/net/{netdev}/mtu' })).toEqual([undefined, '1500']);
    expect(await at({ type: 'sysfs', path: '/sys/{memdev}' })).toEqual(['it has no memory device', undefined]);
  });

  test('is set by the name that the file has here', async () => {
    const value = offered({ type: 'sysfs', path: '/sys/class/nvme/{nvme}/hwmon*/temp{b}_max', scale: { multiply: 1000, add: -273_150 } }, { value: 330n, beside: new Map([['b', 1n]]) });
    expect(await kernelWays(device, [value], { root })).toMatchObject([{ isAvailable: true, command: 'echo 56850 > /sys/class/nvme/nvme0/hwmon3/temp1_max' }]);
  });

  test('is read from devlink in the mode that is meant', async () => {
    await using place = new KernelPlace(device, source());
    const value = offered(COLOUR);
    expect(await place.read(value.offers[0] ?? expect.unreachable(), value)).toEqual({ source: 'devlink', text: 'blue' });
  });
});
