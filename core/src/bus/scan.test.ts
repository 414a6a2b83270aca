import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import type { Device } from '../device/types.js';
import type { FileProblem } from '../system/rooted-files.js';
import { emptyRoot, type FixtureRoot, unpackRoot } from '../system/sysfs.fixture.js';
import type { ScanBreadth } from './scan-options.js';
import { scanDevices } from './scan.js';

const roots = new Map<string, FixtureRoot>();
afterAll(() => roots.forEach((root) => root[Symbol.dispose]()));

function rootOf(name: string): string {
  const known = roots.get(name) ?? unpackRoot(name);
  roots.set(name, known);
  return known.path;
}

async function scan(name: string, wants?: (aliases: readonly string[]) => boolean, include?: ScanBreadth): Promise<{ devices: Device[]; problems: FileProblem[] }> {
  const problems: FileProblem[] = [];
  const devices = await scanDevices({ root: rootOf(name), wants, include, onProblem: (problem) => problems.push(problem) });
  return { devices, problems };
}

const addresses = (devices: readonly Device[]): string[] => devices.map(({ address }) => address);

describe('scanDevices', () => {
  it('joins a function with its auxiliary devices, control node, interfaces and RDMA devices', async () => {
    const { devices, problems } = await scan('two-ports');
    expect(problems).toEqual([]);
    expect(addresses(devices)).toEqual(['0000:3b:00.0', '0000:3b:00.1']);
    expect(devices[0]).toEqual({
      address: '0000:3b:00.0',
      bus: 'pci',
      names: {
        auxiliary: ['mlx5_core.eth.0', 'mlx5_core.eth.3', 'mlx5_core.fwctl.0', 'mlx5_core.rdma.0', 'mlx5_core.sf.2'],
        fwctl: ['fwctl0'], netdev: ['ens1f0np0'], rdma: ['mlx5_0'], nvme: [], memdev: [],
      },
      pci: { vendorId: 0x15b3, deviceId: 0x101d, subsystemVendorId: 0x15b3, subsystemId: 0x43, revision: 0, classCode: 0x020000 },
      driver: 'mlx5_core',
      auxiliaryDriver: 'mlx5_fwctl.mlx5_fwctl',
      node: '/dev/fwctl/fwctl0',
      aliases: ['auxiliary:mlx5_core.eth', 'auxiliary:mlx5_core.fwctl', 'auxiliary:mlx5_core.rdma', 'auxiliary:mlx5_core.sf', 'pci-class:020000', 'pci:15b3:101d'],
    });
    expect(devices[1]?.names).toMatchObject({ fwctl: ['fwctl1'], netdev: ['ens1f1np1'], rdma: ['mlx5_1'] });
  });

  it('sorts functions by number, across domains of any width, and leaves out what has nothing to do with firmware', async () => {
    const { devices, problems } = await scan('other-nic');
    expect(problems).toEqual([]);
    expect(addresses(devices)).toEqual(['0000:c1:00.0', '0001:c1:00.0', '10000:01:00.0']);
    expect(devices.map(({ node }) => node)).toEqual(['/dev/fwctl/fwctl2', '/dev/fwctl/fwctl10', '/dev/fwctl/fwctl9']);
    expect(devices[0]?.pci).toMatchObject({ revision: 0x11, subsystemId: 0x2100 });
  });

  it('finds memory devices with a node, without one, without a driver, and without a PCI function', async () => {
    const { devices, problems } = await scan('memory');
    expect(problems).toEqual([]);
    expect(devices.map(({ address, bus, node, names }) => ({ address, bus, node, memdev: names.memdev }))).toEqual([
      { address: '0000:35:00.0', bus: 'pci', node: '/dev/fwctl/fwctl0', memdev: ['mem0'] },
      { address: '0000:36:00.0', bus: 'pci', node: undefined, memdev: ['mem1'] },
      { address: '0000:37:00.0', bus: 'pci', node: undefined, memdev: [] },
      { address: 'mem2', bus: 'fwctl', node: '/dev/fwctl/fwctl1', memdev: ['mem2'] },
    ]);
    expect(devices[2]).not.toHaveProperty('driver');
  });

  it('finds NVMe controllers on PCI and over a fabric', async () => {
    const { devices } = await scan('nvme');
    expect(devices.map(({ address, bus, names }) => ({ address, bus, nvme: names.nvme }))).toEqual([
      { address: '0000:02:00.0', bus: 'pci', nvme: ['nvme0'] },
      { address: 'nvme1', bus: 'nvme', nvme: ['nvme1'] },
    ]);
  });

  it('returns functions that nothing leads to only when they are wanted', async () => {
    const unasked = await scan('unbound');
    expect(addresses(unasked.devices)).toEqual(['0000:07:00.0', '0000:08:00.0', 'acme_npu.fwctl.0']);
    const asked: string[] = [];
    const { devices } = await scan('unbound', (aliases) => {
      asked.push(...aliases);
      return aliases.includes('pci:15b3:101f');
    });
    expect(addresses(devices)).toEqual(['0000:05:00.0', '0000:06:00.0', '0000:07:00.0', '0000:08:00.0', 'acme_npu.fwctl.0']);
    const unbound = ['pci-class:020000', 'pci:15b3:101f'];
    expect(asked).toEqual([...unbound, ...unbound, 'auxiliary:mlx5_core.fwctl', ...unbound]);
    expect(devices[0]).not.toHaveProperty('driver');
    expect(devices[1]).toMatchObject({ driver: 'mlx5_core', names: { netdev: ['eth6'], auxiliary: [] } });
    expect(devices[2]).not.toHaveProperty('auxiliaryDriver');
  });

  it('finds interfaces on functions that nothing leads to, on what hangs on no function, and none that is virtual or another device\'s', async () => {
    const control = await scan('interfaces');
    const { devices, problems } = await scan('interfaces', undefined, 'named');
    expect([control.problems, problems, addresses(control.devices)]).toEqual([[], [], []]);
    expect(devices.map(({ address, bus, driver, names, aliases }) => ({ address, bus, driver, netdev: names.netdev, aliases }))).toEqual([
      { address: '0000:00:02.0', bus: 'pci', driver: 'e1000e', netdev: ['eth0'], aliases: ['auxiliary:i40e.sf', 'pci-class:020000', 'pci:8086:10d3'] },
      { address: '0000:00:03.0', bus: 'pci', driver: 'virtio-pci', netdev: ['eth2'], aliases: ['pci-class:020000', 'pci:1af4:1041'] },
      { address: 'netdevsim0', bus: 'netdev', driver: 'netdevsim', netdev: ['eth3', 'eth10'], aliases: ['netdev:netdevsim'] },
    ]);
  });

  it('finds every function when all are asked for', async () => {
    const { devices } = await scan('interfaces', undefined, 'all');
    expect(addresses(devices)).toEqual(['0000:00:02.0', '0000:00:03.0', '0000:00:1f.0', 'netdevsim0']);
  });

  it('says that a function has an NVMe controller, and what kind of function it is', async () => {
    const { devices } = await scan('nvme');
    expect(devices.map(({ aliases }) => aliases)).toEqual([['nvme:controller', 'pci-class:010802', 'pci:144d:a80a'], ['nvme:controller']]);
  });

  it('joins an auxiliary device with a control node below the same parent where there is no PCI function', async () => {
    const { devices } = await scan('unbound');
    expect(devices.at(-1)).toEqual({
      address: 'acme_npu.fwctl.0',
      bus: 'auxiliary',
      names: { auxiliary: ['acme_npu.fwctl.0'], fwctl: ['fwctl1'], netdev: [], rdma: [], nvme: [], memdev: [] },
      auxiliaryDriver: 'acme_fwctl.acme_fwctl',
      node: '/dev/fwctl/fwctl1',
      aliases: ['auxiliary:acme_npu.fwctl'],
    });
  });

  it('reads what a kernel 7.2 with real drivers shows', async () => {
    const { devices, problems } = await scan('lab');
    expect(problems).toEqual([]);
    expect(devices.map(({ address, driver, auxiliaryDriver, node, names }) => ({ address, driver, auxiliaryDriver, node, names: Object.values(names).flat() }))).toEqual([
      { address: '0000:00:06.0', driver: 'nvme', names: ['nvme0'] },
      { address: '0000:01:00.0', driver: 'mlx5_core', auxiliaryDriver: 'mlx5_fwctl.mlx5_fwctl', node: '/dev/fwctl/fwctl0', names: ['mlx5_core.fwctl.0', 'fwctl0'] },
      { address: '0000:02:00.0', driver: 'mlx5_core', auxiliaryDriver: 'mlx5_fwctl.mlx5_fwctl', node: '/dev/fwctl/fwctl1', names: ['mlx5_core.fwctl.1', 'fwctl1'] },
      { address: '0000:0d:00.0', driver: 'cxl_pci', names: ['mem0'] },
    ]);
    expect(devices[1]).toMatchObject({ pci: { vendorId: 0x15b3, classCode: 0x020000 }, aliases: ['auxiliary:mlx5_core.fwctl', 'pci-class:020000', 'pci:15b3:101d'] });
  });

  it('finds nothing, without complaint, where there is no sysfs', async () => {
    using root = emptyRoot();
    const problems: FileProblem[] = [];
    expect(await scanDevices({ root: root.path, onProblem: (problem) => problems.push(problem) })).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('reads the sysfs of this machine without a problem', async () => {
    const problems: FileProblem[] = [];
    await scanDevices({ wants: () => true, onProblem: (problem) => problems.push(problem) });
    expect(problems.filter(({ type }) => type !== 'vanished')).toEqual([]);
  });
});

describe('scanDevices on a broken tree', () => {
  it('finds what is sound, and reports each fault by place and kind', async () => {
    const { devices, problems } = await scan('broken', () => true);
    expect(addresses(devices)).toEqual(['0000:10:00.0', '0000:1a:00.0']);
    expect(devices[0]).toMatchObject({ node: '/dev/fwctl/fwctl0', names: { netdev: ['eth0'], auxiliary: ['mlx5_core.fwctl.0'], fwctl: ['fwctl0'] } });
    expect(problems.map(({ type, path }) => `${type} ${path.replace('/sys/bus/pci/devices/', '')}`).sort()).toMatchInlineSnapshot(`
      [
        "malformed /sys/bus/auxiliary/devices/a.file.0",
        "malformed /sys/bus/auxiliary/devices/mlx5_core.fwctl.18",
        "malformed /sys/bus/auxiliary/devices/mlx5_core.fwctl.19",
        "malformed /sys/bus/auxiliary/devices/mlx5_core.fwctl.26/driver",
        "malformed /sys/bus/auxiliary/devices/no-dots",
        "malformed /sys/bus/auxiliary/devices/up.and.0",
        "malformed /sys/class/fwctl/fwctl12345",
        "malformed /sys/class/fwctl/fwctl7",
        "malformed /sys/class/fwctl/version",
        "malformed 0000:10:00.0/net",
        "malformed 0000:12:00.0/uevent",
        "malformed 0000:13:00.0/uevent",
        "malformed 0000:14:00.0/uevent",
        "malformed 0000:15:00.0/uevent",
        "malformed 0000:16:00.0/uevent",
        "malformed 0000:17:00.0/uevent",
        "malformed 0000:18:00.8",
        "malformed 0000:19:00.0/revision",
        "malformed 0000:1c:00.0/uevent",
        "malformed not-an-address",
        "oversized 0000:16:00.0/uevent",
        "vanished 0000:11:00.0/uevent",
        "vanished 0000:1b:00.0/uevent",
      ]
    `);
  });

  it('survives entries that come and go while it reads', async () => {
    using root = unpackRoot('two-ports');
    const churn = new Worker(CHURN, { eval: true, workerData: root.path });
    try {
      await once(churn, 'message');
      const counts = new Set<number>();
      for (let round = 0; round < 300; round += 1) counts.add((await scanDevices({ root: root.path, wants: () => true })).length);
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
      expect(counts.size).toBeGreaterThan(1);
    } finally {
      await churn.terminate();
    }
  });
});

describe('a function without a control node that is wanted', () => {
  /** A configuration space whose list has only the capability of this id, of which the first bytes can be seen. */
  const config = (id: number, shownBytes = 256): Uint8Array => {
    const bytes = new Uint8Array(256);
    for (const [at, value] of [[0x06, 0x10], [0x34, 0x40], [0x40, id]] as const) bytes[at] = value;
    return bytes.subarray(0, shownBytes);
  };

  it.each([['present', config(0x09)], [undefined, config(0x01)], ['hidden', config(0x09, 64)], [undefined, new Uint8Array()], [undefined, undefined]] as const)('has a vendor-specific capability that is %s', async (wanted, bytes) => {
    using root = unpackRoot('unbound');
    if (bytes !== undefined) for (const address of ['0000:05:00.0', '0000:08:00.0']) writeFileSync(`${root.path}/sys/bus/pci/devices/${address}/config`, bytes);
    const devices = await scanDevices({ root: root.path, wants: (aliases) => aliases.includes('pci:15b3:101f') });
    expect(devices.find(({ address }) => address === '0000:05:00.0')?.vendorCapability).toBe(wanted);
    expect(devices.find(({ address }) => address === '0000:08:00.0')?.vendorCapability).toBeUndefined();
  });
});

/** Moves one port, and the other's auxiliary device, away and back as fast as it can. */
const CHURN = `
  const { renameSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  const bridge = workerData + '/sys/devices/pci0000:3a/0000:3a:00.0/';
  const moved = ['0000:3b:00.1', '0000:3b:00.0/mlx5_core.fwctl.0', '0000:3b:00.0/net', '0000:3b:00.0/revision'];
  parentPort.postMessage('ready');
  for (;;) for (const name of moved) {
    renameSync(bridge + name, workerData + '/away');
    renameSync(workerData + '/away', bridge + name);
  }
`;
