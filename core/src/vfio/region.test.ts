import { fstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MemorySource } from '../device-memory/types.js';
import { ADDRESS, FakeKernel, makeTree, type Behaviour, type Tree } from './kernel.fixture.js';
import { openVfioRegion, type VfioRegionOptions } from './region.js';

let root: string;
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'auxctl-vfio-')); });
afterEach(() => { rmSync(root, { recursive: true }); });

let kernel: FakeKernel;
async function open(tree: Tree, behaviour: Behaviour = {}, more: Partial<VfioRegionOptions> = {}): Promise<MemorySource> {
  makeTree(root, tree);
  kernel = new FakeKernel(root, behaviour);
  return openVfioRegion({ native: kernel.native, address: ADDRESS, bar: 0, root, timeoutMs: 2000, ...more });
}

const word = (name: string, index: number): number => {
  const argument = kernel.arguments.get(name);
  return argument instanceof Uint8Array ? new DataView(argument.buffer, argument.byteOffset).getUint32(index * 4, true) : -1;
};

const BOUND = { driver: 'vfio-pci' };
const DEVICE = ['VFIO_DEVICE_GET_REGION_INFO 0x3b6c', 'map 8192 at 0 read-write', 'VFIO_DEVICE_GET_IRQ_INFO 0x3b6d', 'VFIO_DEVICE_SET_IRQS 0x3b6e'];
const GROUP = (node: string): string[] => [
  'VFIO_GET_API_VERSION 0x3b64', 'VFIO_CHECK_EXTENSION 0x3b65', `open /dev/vfio/${node} thread`, 'VFIO_GROUP_GET_STATUS 0x3b67', 'VFIO_GROUP_SET_CONTAINER 0x3b68', 'VFIO_SET_IOMMU 0x3b66',
  'VFIO_GROUP_GET_DEVICE_FD 0x3b6a',
];

describe('a BAR through VFIO', () => {
  test.each([[true, '7', 3n], [false, 'noiommu-7', 8n]] as const)('is opened by the group of the function, and closed in order (IOMMU: %s)', async (isWatched, node, type) => {
    const source = await open({ ...BOUND, isWatched });
    expect(kernel.log.splice(0)).toEqual([...GROUP(node), ...DEVICE]);
    expect([kernel.arguments.get('VFIO_CHECK_EXTENSION'), kernel.arguments.get('VFIO_SET_IOMMU')]).toEqual([type, type]);
    expect(Buffer.from(kernel.arguments.get('VFIO_GROUP_GET_DEVICE_FD') as Uint8Array).toString('latin1')).toBe(`${ADDRESS}\0`);
    expect([0, 1, 2].map((index) => word('VFIO_DEVICE_GET_REGION_INFO', index))).toEqual([32, 0, 0]);
    expect([0, 1, 2, 3, 4, 5].map((index) => word('VFIO_DEVICE_SET_IRQS', index))).toEqual([24, 0x24, 4, 0, 1, 77]);
    expect(() => fstatSync(kernel.deviceFd)).toThrow('EBADF');
    await source.close();
    await source.close();
    expect(kernel.log.slice(0, 5)).toEqual(['unmap', 'close device', `close /dev/vfio/${node}`, 'close container', 'close request line']);
    expect(() => fstatSync(word('VFIO_GROUP_SET_CONTAINER', 0))).toThrow('EBADF');
  });

  test('is opened by the function\'s own node where there is one', async () => {
    const source = await open({ ...BOUND, hasCdev: true });
    expect(kernel.log.splice(0)).toEqual(['open /dev/vfio/devices/vfio3 thread', 'VFIO_DEVICE_BIND_IOMMUFD 0x3b76', ...DEVICE]);
    expect(word('VFIO_DEVICE_BIND_IOMMUFD', 0)).toBe(16);
    await source.close();
    expect(kernel.log).toEqual(['unmap', 'close /dev/vfio/devices/vfio3', 'close request line']);
    expect(() => fstatSync(word('VFIO_DEVICE_BIND_IOMMUFD', 2))).toThrow('EBADF');
  });

  test('maps no more than was asked for, at the position of its BAR', async () => {
    const source = await open(BOUND, {}, { bar: 2, lengthBytes: 4096 });
    expect(kernel.log).toContain(`map 4096 at ${2 * 2 ** 40} read-write`);
    await source.close();
  });

  test('tells when the kernel wants the device back', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const source = await open(BOUND);
    vi.advanceTimersByTime(1000);
    expect(source.gone.aborted).toBe(false);
    kernel.wantsBack = true;
    vi.advanceTimersByTime(1000);
    expect(source.gone.aborted).toBe(true);
    await source.close();
    vi.useRealTimers();
  });

  test('does without the line on which it would be asked for', async () => {
    const source = await open(BOUND, { irqCount: 0 });
    expect(kernel.log.some((line) => line.startsWith('VFIO_DEVICE_SET_IRQS'))).toBe(false);
    await source.close();
  });
});

describe('a function that another program has', () => {
  test('is waited for', async () => {
    await (await open(BOUND, { opening: ['EBUSY', 'EBUSY', undefined] })).close();
    expect(kernel.log.filter((line) => line.startsWith('open'))).toEqual(['open /dev/vfio/7 thread']);
  });

  test.each([[{ isLocked: [true, true, false] }], [{ failures: { VFIO_DEVICE_BIND_IOMMUFD: ['EBUSY', 'EINVAL', undefined] } }]])('is waited for by its own node, %j', async (behaviour) => {
    await (await open({ ...BOUND, hasCdev: true }, behaviour)).close();
    expect(kernel.log.at(-1)).toBe('close request line');
  });

  test.each([[{ ...BOUND }, { opening: Array<string>(1000).fill('EBUSY') }], [{ ...BOUND, hasCdev: true }, { isLocked: Array<boolean>(1000).fill(true) }]])('is not waited for longer than the caller says, %j', async (tree, behaviour) => {
    await expect(open(tree, behaviour, { timeoutMs: 40 })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT', device: ADDRESS, hint: expect.stringContaining('Nothing was sent') as string });
    await vi.waitFor(() => expect(kernel.log.at(-1)).toMatch(/^close/));
  });

  test('is given up when the caller gives up', async () => {
    await expect(open(BOUND, { opening: Array<string>(1000).fill('EBUSY') }, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await vi.waitFor(() => expect(kernel.log.at(-1)).toMatch(/^close/));
  });
});

describe('what cannot be opened', () => {
  test.each<[string, Tree, Behaviour, object]>([
    ['a function of another driver', { driver: 'acme_core' }, {}, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('bound to acme_core'), hint: expect.stringContaining(`echo ${ADDRESS} > /sys/bus/pci/devices/${ADDRESS}/driver/unbind; echo vfio-pci > /sys/bus/pci/devices/${ADDRESS}/driver_override; echo ${ADDRESS} > /sys/bus/pci/drivers_probe`) }],
    ['a function without a driver', {}, {}, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('bound to no driver'), hint: expect.not.stringContaining('unbind') }],
    ['a node that is not there', BOUND, { opening: ['ENOENT'] }, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('no ') }],
    ['a node of others', BOUND, { opening: ['EACCES'] }, { code: 'ERR_PERMISSION', hint: expect.stringContaining('SUBSYSTEM=="vfio"') }],
    ['a function that no IOMMU watches, for those who may not', { ...BOUND, isWatched: false }, { opening: ['EPERM'] }, { code: 'ERR_PERMISSION', hint: expect.stringContaining('CAP_SYS_RAWIO') }],
    ['a group with other drivers', { ...BOUND, others: { '0000:3b:00.1': 'e1000e', '0000:3b:00.2': 'vfio-pci' } }, { groupFlags: 0 }, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('0000:3b:00.1 (e1000e) has another driver') }],
    ['another version of VFIO', BOUND, { version: 1 }, { code: 'ERR_PLUGIN' }],
    ['a kernel without an IOMMU interface', BOUND, { extension: 0 }, { code: 'ERR_NO_TRANSPORT', hint: 'modprobe vfio_iommu_type1' }],
    ['a kernel that does not allow doing without', { ...BOUND, isWatched: false }, { extension: 0 }, { code: 'ERR_NO_TRANSPORT', hint: expect.stringContaining('enable_unsafe_noiommu_mode') }],
    ['a platform whose interrupts are not kept in bounds', BOUND, { failures: { VFIO_SET_IOMMU: ['EPERM'] } }, { code: 'ERR_PERMISSION', hint: expect.stringContaining('allow_unsafe_interrupts') }],
    ['a device that cannot be handed over', BOUND, { failures: { VFIO_GROUP_GET_DEVICE_FD: ['ENODEV'] } }, { code: 'ERR_DEVICE_GONE' }],
    ['a BAR that is not there', BOUND, { regionSizeBytes: 0 }, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('no BAR 0') }],
    ['a BAR that cannot be mapped', BOUND, { regionFlags: 3 }, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('MMAP') }],
    ['a BAR of ports', BOUND, { regionFlags: 0 }, { code: 'ERR_NO_TRANSPORT', message: expect.stringContaining('READ, WRITE, MMAP') }],
    ['a line that is refused', BOUND, { failures: { VFIO_DEVICE_SET_IRQS: ['EINVAL'] } }, { code: 'ERR_SYSTEM_CALL' }],
    ['a function\'s node that is refused', { ...BOUND, hasCdev: true }, { failures: { VFIO_DEVICE_BIND_IOMMUFD: ['EPERM'] } }, { code: 'ERR_PERMISSION' }],
  ])('%s', async (_what, tree, behaviour, error) => {
    await expect(open(tree, behaviour)).rejects.toMatchObject({ device: ADDRESS, ...error });
    const opened = kernel.log.filter((line) => line.startsWith('open ')).map((line) => line.split(' ')[1]);
    for (const node of opened) expect(kernel.log).toContain(`close ${node ?? ''}`);
    expect(kernel.log.filter((line) => line === 'unmap').length).toBe(kernel.log.filter((line) => line.startsWith('map ')).length);
  });

  test('a function that has gone', async () => {
    await expect(openVfioRegion({ native: new FakeKernel(root).native, address: ADDRESS, bar: 0, root })).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
  });
});
