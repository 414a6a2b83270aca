import { describe, expect, it, test } from 'vitest';
import type { Device } from '../device/types.js';
import { matchesDevice, type MatchSubject } from './match.js';

const device: Device = {
  address: '0000:3b:00.0', bus: 'pci', names: { auxiliary: ['mod_core.fwctl.0'], fwctl: ['fwctl0'], netdev: ['eth0'], rdma: [], nvme: [], memdev: [] }, aliases: [], driver: 'mod_core',
  pci: { vendorId: 0x1af4, deviceId: 0x1000, subsystemVendorId: 0, subsystemId: 0, revision: 0, classCode: 0 },
};
const subject: MatchSubject = { device, plugin: 'small', product: 'Small One', serial: 'S1' };

describe('a match', () => {
  it.each([
    [{ device: '0000:3b:00.0' }, true], [{ device: 'eth0' }, true], [{ device: 'ETH?' }, true], [{ device: '*:3b:*' }, true], [{ device: '3b' }, false], [{ device: 'eth' }, false],
    [{ pci: '1af4:1000' }, true], [{ pci: '1AF4:*' }, true], [{ pci: '1af4' }, false], [{ plugin: 'small' }, true], [{ plugin: 'sm' }, false], [{ driver: 'mod_*' }, true],
    [{ product: 'small*' }, true], [{ serial: 's1' }, true], [{ serial: 'S?' }, true], [{ serial: 'S' }, false], [{ plugin: 'small', pci: '1af4:1001' }, false], [{ device: 'eth.' }, false], [{ device: '' }, false],
  ])('%j: %s', (match, isMeant) => {
    expect(matchesDevice(match, subject)).toBe(isMeant);
  });

  test('of what is not known does not hold', () => {
    const bare: MatchSubject = { device: { address: 'sim-0', bus: 'sim', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases: [] } };
    for (const member of ['plugin', 'pci', 'driver', 'serial', 'product'] as const) expect(matchesDevice({ [member]: '*' }, bare), member).toBe(false);
    expect(matchesDevice({ device: '*' }, bare)).toBe(true);
  });

  test('a pattern of many stars takes no time', () => {
    const started = performance.now();
    expect(matchesDevice({ serial: `${'*a'.repeat(60)}b` }, { ...subject, serial: 'a'.repeat(128) })).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
