import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kernelFirmware } from './kernel-firmware.js';

const none = { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] };
let root = '';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'auxctl-firmware-')); });
afterEach(() => { rmSync(root, { recursive: true }); });

it('a version is what the RDMA or NVMe driver tells', () => {
  write('/sys/class/infiniband/rdma0/fw_ver', '22.28.1002\n');
  write('/sys/class/nvme/nvme0/firmware_rev', '2B0QJXM7 \n');
  expect(kernelFirmware({ bus: 'pci', names: { ...none, rdma: ['rdma0'] } }, root)).toEqual({ version: '22.28.1002', path: '/sys/class/infiniband/rdma0/fw_ver' });
  expect(kernelFirmware({ bus: 'pci', names: { ...none, nvme: ['nvme0'] } }, root)?.version).toBe('2B0QJXM7');
});

it('no version is told where there is none, or where it is no text', () => {
  write('/sys/class/infiniband/rdma1/fw_ver', '\n');
  write('/sys/class/infiniband/rdma2/fw_ver', 'a\u001b[2J\n');
  for (const rdma of [[], ['rdma0'], ['rdma1'], ['rdma2']]) expect(kernelFirmware({ bus: 'pci', names: { ...none, rdma } }, root)).toBeUndefined();
});

it('the files of this machine say nothing about a simulated device', () => {
  write('/sys/class/infiniband/rdma0/fw_ver', '1.2.3\n');
  expect(kernelFirmware({ bus: 'sim', names: { ...none, rdma: ['rdma0'] } }, root)).toBeUndefined();
});
