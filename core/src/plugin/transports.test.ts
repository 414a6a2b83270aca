import { expect, test } from 'vitest';
import type { Device } from '../device/types.js';
import { transportsTo } from './transports.js';

const device = (more: Partial<Device>, names: Partial<Device['names']> = {}): Device => ({
  address: '0000:01:00.0', bus: 'pci', aliases: [], names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [], ...names }, ...more,
});

test.each<[string, Device, readonly string[]]>([
  ['nothing', device({}), []],
  ['a node', device({ node: '/dev/fwctl/fwctl0' }, { fwctl: ['fwctl0'] }), ['fwctl']],
  ['a node that is no control node', device({ node: '/dev/nvme0' }, { nvme: ['nvme0'] }), ['nvme']],
  ['a capability of the vendor\'s', device({ vendorCapability: 'present' }), ['vsc']],
  ['one that cannot be seen', device({ vendorCapability: 'hidden' }), ['vsc']],
])('%s leads to firmware', (_what, each, transports) => {
  expect(transportsTo(each, { transports: ['fwctl', 'vsc', 'nvme'] })).toEqual(transports);
});

test('the kernel\'s own interfaces lead to what is on PCI or has an interface, for a plugin that uses them', () => {
  const found = [device({}), device({ bus: 'netdev' }), device({ bus: 'auxiliary' })].map((each) => transportsTo(each, { transports: ['kernel'] }));
  expect(found).toEqual([['kernel'], ['kernel'], []]);
  expect(transportsTo(device({}), undefined)).toEqual([]);
});

test('a function that was given to programs is reached through VFIO, by a plugin that can', () => {
  expect(transportsTo(device({ driver: 'vfio-pci', vendorCapability: 'present' }), { transports: ['vfio', 'vsc', 'kernel'] })).toEqual(['vfio', 'vsc', 'kernel']);
  expect(transportsTo(device({ driver: 'vfio-pci' }), { transports: ['fwctl'] })).toEqual([]);
  expect(transportsTo(device({ driver: 'acme_core' }), { transports: ['vfio'] })).toEqual([]);
});

test('a vendor\'s capability leads nowhere for a plugin that does not use it', () => {
  expect(transportsTo(device({ vendorCapability: 'present' }), { transports: ['fwctl'] })).toEqual([]);
  expect(transportsTo(device({ vendorCapability: 'present' }), undefined)).toEqual([]);
});
