import type { Device } from './types.js';
import { expect, it } from 'vitest';
import { forDevice } from './kernel-command.js';

const names = { auxiliary: [], fwctl: [], netdev: ['eth0', 'eth1'], rdma: [], nvme: [], memdev: [] };
const device: Device = { address: '0000:3b:00.0', bus: 'pci', names, aliases: [] };

it('puts the device\'s names into a command line', () => {
  expect(forDevice('ip link set {netdev} up; devlink dev info pci/{pci}', device)).toBe('ip link set eth0 up; devlink dev info pci/0000:3b:00.0');
  expect(forDevice('rdma statistic show link {rdma}', device)).toBe('rdma statistic show link RDMA');
  expect(forDevice('devlink dev info pci/{pci}', { ...device, address: 'sim-acme-0', bus: 'sim' })).toBe('devlink dev info pci/PCI');
});
