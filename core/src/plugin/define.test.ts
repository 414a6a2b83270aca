import { expect, test } from 'vitest';
import type { Manifest } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import type { Fields } from '../layout/types.js';
import { definePlugin, type PluginData } from './define.js';

const data: PluginData = {
  name: 'acme', refusals: [], deliveryFailures: [],
  identity: [
    { name: 'firmware', command: 'VERSION', text: '{major}.{parts[1]}' },
    { name: 'package', command: 'VERSION', text: '{package.name}' },
    { name: 'empty', command: 'VERSION', text: '({blank})' },
    { name: 'missing', command: 'VERSION', text: '{major} {nothing.here}' },
    { name: 'serial', register: 'BOARD', fields: { slot: 2 }, text: 'SN{serial}' },
    { name: 'refused', register: 'SECRET', text: '{serial}' },
    { name: 'slot', file: '/sys/bus/acme/devices/{memdev}/slot' },
    { name: 'colour', file: '/sys/bus/acme/devices/{memdev}/colour' },
    { name: 'interface', file: '/sys/class/net/{netdev}/address' },
  ],
  registers: { read: { command: 'ACCESS', id: 'which', image: 'data', fields: { write: 0 } }, write: { command: 'ACCESS', id: 'which', image: 'data', fields: { write: 1 } }, reply: 'data', readBack: true },
  capabilities: { command: 'FEATURES', id: 'set', mode: { field: 'most', current: 0, maximum: 1 }, fields: { port: 1 }, reply: 'bits' },
};
const register = { id: '96dad7d6-fde8-482b-a733-75774e06db8a' } as Parameters<NonNullable<ReturnType<typeof definePlugin>['registers']>['read']>[0];
const capability = { id: '0x7' } as Parameters<NonNullable<ReturnType<typeof definePlugin>['capabilities']>['read']>[0];
const image = Uint8Array.of(1, 2);
const device: Device = { address: 'sim-acme-0', bus: 'sim', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: ['mem3'] }, aliases: [] };
const FILES: Readonly<Record<string, string>> = { '/sys/bus/acme/devices/mem3/slot': '4\n', '/sys/class/net/NETDEV/address': 'not asked for' };

async function identify(asked: string[] = []) {
  const answers: Record<string, Fields> = { VERSION: { major: 3, parts: [1, 22n], package: { name: ' 9.1 ' }, blank: ' ' }, BOARD: { serial: Uint8Array.of(0xab) } };
  const answer = async (name: string, fields: object): Promise<Fields> => {
    asked.push(`${name} ${Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`).join(' ')}`.trim());
    const found = answers[name];
    if (found !== undefined) return found;
    const { FirmwareError } = await import('../errors/classes.js');
    throw new FirmwareError('no', { status: 1n });
  };
  return definePlugin(data).identify({ call: answer, readRegister: answer, kernelFile: (path) => FILES[path], device });
}

test('who a device is is told by the lines of its manifest, each question asked once', async () => {
  const asked: string[] = [];
  expect(await identify(asked)).toEqual([{ name: 'firmware', value: '3.22' }, { name: 'package', value: '9.1' }, { name: 'serial', value: 'SNab' }, { name: 'slot', value: '4' }]);
  expect(asked).toEqual(['VERSION', 'BOARD slot=2', 'SECRET']);
});

test('a list that wants the firmware version alone asks for nothing else', async () => {
  const asked: string[] = [];
  const answer = async (name: string): Promise<Fields> => {
    asked.push(name);
    return Promise.resolve({ major: 3, parts: [1, 22n] });
  };
  expect(await definePlugin(data).identify({ call: answer, readRegister: answer, kernelFile: expect.unreachable, device, wanted: 'firmware' })).toEqual([{ name: 'firmware', value: '3.22' }]);
  expect(asked).toEqual(['VERSION']);
});

test('registers are reached by the commands of the manifest, and found again in a request', () => {
  const { registers } = definePlugin(data);
  const id = 0x96dad7d6fde8482ba73375774e06db8an;
  expect(registers?.read(register, image)).toEqual({ command: 'ACCESS', fields: { write: 0n, which: id, data: image } });
  expect(registers?.write?.(register, image)).toEqual({ command: 'ACCESS', fields: { write: 1n, which: id, data: image } });
  expect(registers?.target('ACCESS', { write: 1, which: id, data: image })).toEqual({ id, access: 'write', image });
  expect(registers?.target('ACCESS', { write: 2, which: id, data: image })).toBeUndefined();
  expect(registers?.target('OTHER', { write: 1, which: id, data: image })).toBeUndefined();
  expect(registers?.readBack).toBe(true);
});

test('capabilities are read by the command of the manifest', () => {
  const { capabilities } = definePlugin(data);
  expect(capabilities?.read(capability, 'maximum')).toEqual({ command: 'FEATURES', fields: { port: 1n, set: 7n, most: 1n } });
  expect(capabilities?.image({ bits: image })).toBe(image);
});

test('what a manifest does not say is not there, and a part of code comes first', async () => {
  const plain: Pick<Manifest, 'name' | 'refusals' | 'deliveryFailures'> = { name: 'plain', refusals: [], deliveryFailures: [] };
  const plugin = definePlugin(plain, { identify: async () => [{ name: 'firmware', value: '1' }] });
  expect(Object.keys(plugin).sort()).toEqual(['identify', 'name', 'open']);
  expect(await plugin.identify({ call: expect.unreachable, readRegister: expect.unreachable, kernelFile: expect.unreachable, device })).toEqual([{ name: 'firmware', value: '1' }]);
});
