import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyRoot, unpackRoot } from '../system/sysfs.fixture.js';
import type { PluginEntry } from '../plugin/types.js';
import { chooseDevice, findDevices } from './found-devices.js';
import { pluginFromPackage } from './package-plugin.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auxctl-found-'));
  for (const [name, match] of [['first', 'pci:15b3:*'], ['second', 'pci:*']] as const) {
    const path = join(folder, 'node_modules/@acme', name);
    mkdirSync(path, { recursive: true });
    const manifest = { format: 'auxctl.plugin/1', api: 1, name, vendor: 'Acme', description: 'A plugin', match: [match], products: [], transports: ['fwctl'], buses: ['pci'], framing: {}, refusals: [], deliveryFailures: [] };
    writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
  }
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const plugins = (): PluginEntry[] => ['first', 'second'].map((name) => pluginFromPackage(`@acme/${name}`, join(folder, 'deeper')));

describe('plugins by their packages', () => {
  test('are found from where the program stands, upward', () => {
    expect(plugins().map(({ manifest, layoutsPath }) => [manifest.name, layoutsPath])).toEqual(['first', 'second'].map((name) => [name, join(folder, 'node_modules/@acme', name, 'layouts')]));
  });

  test.each(['@acme/third', '../escape', ''])('that are not installed are told so: %j', (name) => {
    expect(() => pluginFromPackage(name, folder)).toThrow(expect.objectContaining({ code: 'ERR_FILE' }) as Error);
  });
});

describe('devices with their plugins', () => {
  test('are those that some plugin is made for, each with the plugin that fits best', async () => {
    using root = unpackRoot('two-ports');
    const found = await findDevices(plugins(), { root: root.path });
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ plugin }) => plugin?.manifest.name)).toEqual(found.map(({ device }) => (device.aliases.some((alias) => alias.startsWith('pci:15b3:')) ? 'first' : 'second')));
    const [device] = found;
    expect(chooseDevice(found, device?.device.address ?? '')).toBe(device);
    expect(() => chooseDevice(found, 'nobody')).toThrow(expect.objectContaining({ code: 'ERR_NO_DEVICE' }) as Error);
  });

  test('without a plugin can be shown, and not opened', async () => {
    using root = unpackRoot('two-ports');
    const [found] = await findDevices([], { root: root.path });
    expect(found?.plugin).toBeUndefined();
    await expect(found?.open()).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT' });
  });

  test('are simulated by plugins that are there and can', async () => {
    using root = emptyRoot();
    expect(await findDevices(plugins(), { root: root.path })).toEqual([]);
    await expect(findDevices(plugins(), { root: root.path, simulated: ['third'] })).rejects.toMatchObject({ code: 'ERR_UNKNOWN_NAME', hint: 'There is first, second.' });
  });
});
