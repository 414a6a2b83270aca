import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../device/types.js';
import { AuxctlError } from '../errors/base.js';
import { deviceNames, resolveDevice } from './resolve.js';
import { scanDevices } from './scan.js';
import { unpackRoot } from '../system/sysfs.fixture.js';

function device(address: string, names: Partial<Device['names']> = {}): Device {
  return { address, bus: 'pci', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [], ...names }, aliases: [] };
}

const DEVICES = [
  device('0000:03:00.0', { auxiliary: ['mlx5_core.fwctl.0'], fwctl: ['fwctl0'], netdev: ['eth0', 'storage'], rdma: ['mlx5_0'] }),
  device('0000:3b:00.1', { nvme: ['nvme0'], netdev: ['eth1'] }),
  device('0001:3b:00.1', { memdev: ['mem0'], fwctl: ['fwctl1'] }),
  device('10000:01:00.0', { netdev: ['sim-acme-0', 'fwctl1'] }),
  device('sim-acme-0'),
];

function attempt(name: string, devices: readonly Device[] = DEVICES): Device | AuxctlError {
  try {
    return resolveDevice(devices, name);
  } catch (error) {
    if (error instanceof AuxctlError) return error;
    throw error;
  }
}

describe('resolveDevice', () => {
  it('follows a link to a node', () => {
    const folder = mkdtempSync('/dev/shm/auxctl-resolve-');
    try {
      symlinkSync('../../fwctl/fwctl0', join(folder, 'link'));
      symlinkSync('../../elsewhere/some/fwctl0', join(folder, 'astray'));
      expect(attempt(join(folder, 'link'))).toMatchObject({ address: '0000:03:00.0' });
      for (const name of ['astray', 'absent', 'absent\0']) expect(attempt(join(folder, name))).toMatchObject({ code: 'ERR_NO_DEVICE' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['0000:03:00.0', '0000:03:00.0'],
    ['03:00.0', '0000:03:00.0'],
    ['3:0.0', '0000:03:00.0'],
    ['0:3:0.0', '0000:03:00.0'],
    ['0001:3B:00.1', '0001:3b:00.1'],
    ['10000:01:00.0', '10000:01:00.0'],
    ['00010000:1:0.0', '10000:01:00.0'],
    ['01:00.0', '10000:01:00.0'],
    ['mlx5_core.fwctl.0', '0000:03:00.0'],
    ['fwctl0', '0000:03:00.0'],
    ['/dev/fwctl/fwctl0', '0000:03:00.0'],
    ['/dev/fwctl/fwctl1', '0001:3b:00.1'],
    ['eth0', '0000:03:00.0'],
    ['storage', '0000:03:00.0'],
    ['mlx5_0', '0000:03:00.0'],
    ['nvme0', '0000:3b:00.1'],
    ['/dev/nvme0', '0000:3b:00.1'],
    ['mem0', '0001:3b:00.1'],
    ['/dev/cxl/mem0', '0001:3b:00.1'],
    ['sim-acme-0', 'sim-acme-0'],
  ])('%s is %s', (name, address) => {
    expect(attempt(name)).toMatchObject({ address });
  });

  it('refuses a name that means several devices, and lists them', () => {
    expect(attempt('3b:00.1')).toMatchObject({ code: 'ERR_USAGE', exitStatus: 2, message: '\'3b:00.1\' means 2 devices: 0000:3b:00.1, 0001:3b:00.1' });
    expect(attempt('fwctl1')).toMatchObject({ code: 'ERR_USAGE', message: '\'fwctl1\' means 2 devices: 0001:3b:00.1, 10000:01:00.0' });
  });

  it('names the nearest when there is none', () => {
    expect(attempt('ethO')).toMatchObject({ code: 'ERR_NO_DEVICE', exitStatus: 3, message: 'no device is called \'ethO\'', hint: 'Did you mean eth0 or eth1? auxctl list shows all devices.' });
    expect(attempt('/dev/fwctl/fwctl7')).toMatchObject({ hint: 'Did you mean fwctl0 or fwctl1? auxctl list shows all devices.' });
    expect(attempt('/dev/eth0')).toMatchObject({ code: 'ERR_NO_DEVICE' });
    expect(attempt('zzz')).toMatchObject({ code: 'ERR_NO_DEVICE', hint: 'auxctl list shows the devices; auxctl doctor says why one is missing.' });
  });

  it('calls an empty name a mistake in the arguments', () => {
    expect(attempt('')).toMatchObject({ code: 'ERR_USAGE' });
  });

  it('quotes a name so that it can neither flood nor drive a terminal', () => {
    const found = attempt(`\u001b[2J\u009b${'x'.repeat(100_000)}`);
    expect(found).toBeInstanceOf(AuxctlError);
    expect(found instanceof AuxctlError && found.message).toBe(`no device is called '?[2J?${'x'.repeat(75)}...'`);
  });

  it('finds every device of a scan by each of its names', async () => {
    using root = unpackRoot('two-ports');
    const devices = await scanDevices({ root: root.path });
    let tried = 0;
    for (const each of devices) {
      for (const name of deviceNames(each)) {
        expect(resolveDevice(devices, name)).toBe(each);
        tried += 1;
      }
    }
    expect(tried).toBe(16);
  });

  it('either finds a device that has the name, or refuses for a documented reason', () => {
    const name = fc.oneof(fc.constantFrom('a', 'b', 'fwctl0', 'eth0', '0000:01:00.0', '01:00.0', '/dev/x/a'), fc.string({ maxLength: 6 }));
    const address = fc.constantFrom('0000:01:00.0', '0001:01:00.0', '0000:02:00.0', 'sim-a-0', 'a');
    const devices = fc.uniqueArray(fc.record({ address, netdev: fc.array(name, { maxLength: 3 }), fwctl: fc.array(name, { maxLength: 2 }) }), { selector: (each) => each.address })
      .map((list) => list.map((each) => device(each.address, { netdev: each.netdev, fwctl: each.fwctl })));
    fc.assert(fc.property(devices, name, (list, wanted) => {
      const found = attempt(wanted, list);
      const exact = list.filter((each) => each.address === wanted);
      const [only] = exact;
      if (only !== undefined) expect(found).toBe(only);
      else if (found instanceof AuxctlError) expect(['ERR_USAGE', 'ERR_NO_DEVICE']).toContain(found.code);
      else expect(deviceNames(found).some((each) => each === wanted || wanted.endsWith(each) || each.endsWith(wanted))).toBe(true);
    }));
  });
});
