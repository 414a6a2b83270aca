import type { Device } from '../device/types.js';
import { RootedFiles } from './rooted-files.js';

/** A firmware version, and the file of the kernel that says so. */
export interface KernelFirmware {
  readonly version: string;
  readonly path: string;
}

/** What a version looks like: a few printable characters. */
const VERSION = /^[\x21-\x7e][\x20-\x7e]{0,62}[\x21-\x7e]$|^[\x21-\x7e]$/;

/**
 * The firmware version that other drivers of a device tell, without asking the firmware: for a device that does not tell its version by
 * commands, or does not answer. Undefined where no file of the kernel has it.
 */
export function kernelFirmware({ bus, names }: Pick<Device, 'bus' | 'names'>, root = '/'): KernelFirmware | undefined {
  if (bus === 'sim') return undefined;
  const files = new RootedFiles(root);
  const paths = [...names.rdma.map((name) => `/sys/class/infiniband/${name}/fw_ver`), ...names.nvme.map((name) => `/sys/class/nvme/${name}/firmware_rev`)];
  for (const path of paths) {
    const version = files.text(path)?.trim() ?? '';
    if (VERSION.test(version)) return { version, path };
  }
  return undefined;
}
