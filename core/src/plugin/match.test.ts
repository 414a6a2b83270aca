import type { Manifest } from '@auxctl/schemas';
import { expect, test } from 'vitest';
import type { Device } from '../device/types.js';
import { findPlugin, matchesAliases, matchStrength, productName, verifyMatch } from './match.js';
import type { PluginEntry } from './types.js';

const manifest: Manifest = {
  format: 'auxctl.plugin/1', api: 1, name: 'acme', vendor: 'Acme', description: 'A device', match: ['auxiliary:acme_core.fwctl', 'pci:1af4:*', 'fwctl:77'],
  products: [{ pci: '1af4:0001', name: 'Anvil' }], transports: ['fwctl'], buses: ['pci'],
  framing: { document: 'framing', request: { structure: 'q', opcode: 'o' }, reply: { structure: 'r', status: 's', success: 0 } },
  refusals: [], deliveryFailures: [],
};

function device(...aliases: string[]): Device {
  return { address: '0000:01:00.0', bus: 'pci', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases };
}

function entry(name: string): PluginEntry {
  return { manifest: { ...manifest, name }, layoutsPath: '', load: async () => Promise.reject(new TypeError('not to be loaded')) };
}

test.each([
  [['pci:1af4:0001'], true], [['pci:1af4:ffff'], true], [['pci:1af5:0001'], false], [['auxiliary:acme_core.fwctl'], true],
  [['auxiliary:acme_core.eth'], false], [['pci:1af'], false], [[], false],
])('%j: %s', (aliases, isMatch) => {
  expect(matchesAliases(manifest, aliases)).toBe(isMatch);
});

test('matching loads no code', () => {
  expect(findPlugin([entry('acme')], device('pci:1af4:0001'))?.manifest.name).toBe('acme');
  expect(findPlugin([entry('acme')], device('pci:ffff:0001'))).toBeUndefined();
});

test('two plugins that claim one device are an error that names both', () => {
  expect(() => findPlugin([entry('acme'), entry('emca')], device('pci:1af4:0001'))).toThrow(expect.objectContaining({ code: 'ERR_PLUGIN_MISMATCH', message: 'acme and emca both claim 0000:01:00.0' }));
});

test.each([
  ['the same type and vendor', 77, ['pci:1af4:0001'], undefined],
  ['a transport without a type', undefined, ['pci:1af4:0001'], undefined],
  ['another type', 5, ['pci:1af4:0001'], 'the node reports fwctl device type 5, but plugin acme is for fwctl:77'],
  ['another vendor behind the same auxiliary name', 77, ['auxiliary:acme_core.fwctl', 'pci:8086:0001'], 'the function is pci:8086:0001, but plugin acme is for pci:1af4:*'],
] as const)('an open node that is %s', (_what, deviceType, aliases, message) => {
  const verify = (): void => verifyMatch(manifest, device(...aliases), { data: new Uint8Array(), ...(deviceType === undefined ? {} : { deviceType }) });
  if (message === undefined) expect(verify).not.toThrow();
  else expect(verify).toThrow(expect.objectContaining({ code: 'ERR_PLUGIN_MISMATCH', exitStatus: 3, message }));
});

test.each([
  ['a function of a kind that is listed', ['pci:8086:0001', 'pci-class:010802'], undefined],
  ['a controller by another name on PCI', ['pci:106b:2001', 'nvme:controller'], undefined],
  ['a function of another kind', ['pci:8086:0001', 'pci-class:020000'], 'the function is pci:8086:0001, but plugin acme is for pci-class:010802, nvme:controller'],
] as const)('a plugin for a kind of device, and %s', (_what, aliases, message) => {
  const verify = (): void => verifyMatch({ ...manifest, match: ['pci-class:010802', 'nvme:controller'] }, device(...aliases), { data: new Uint8Array() });
  if (message === undefined) expect(verify).not.toThrow();
  else expect(verify).toThrow(expect.objectContaining({ code: 'ERR_PLUGIN_MISMATCH', message }));
});

test.each([
  [['pci:*'], 1], [['netdev:*'], 0], [['pci-class:010802'], 2], [['pci-class:010803'], 0], [['pci:1af4:*', 'pci:*'], 3], [['nvme:controller'], 2],
])('%j fits a controller with strength %i', (match, strength) => {
  expect(matchStrength({ match }, ['nvme:controller', 'pci-class:010802', 'pci:1af4:0001'])).toBe(strength);
});

test('the plugin that fits best is taken, and a fallback gives way', () => {
  const any = { ...entry('any'), manifest: { ...manifest, name: 'any', match: ['pci:*'] } };
  const kind = { ...entry('kind'), manifest: { ...manifest, name: 'kind', match: ['pci-class:010802'] } };
  const it = device('pci-class:010802', 'pci:1af4:0001');
  expect(findPlugin([any, kind, entry('acme')], it)?.manifest.name).toBe('acme');
  expect(findPlugin([any, kind], it)?.manifest.name).toBe('kind');
  expect(findPlugin([any], it)?.manifest.name).toBe('any');
});

test('the product is named by its PCI identity', () => {
  expect(productName(manifest, device('pci:1af4:0001'))).toBe('Anvil');
  expect(productName(manifest, device('pci:1af4:0002'))).toBeUndefined();
});
