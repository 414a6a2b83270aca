import { translateFailure, UsageError, type ErrnoMeanings, type NativeChannel, type NativeSource, type WaitOptions } from '@auxctl/core';
import type { PropertyKind } from './entries.js';

/** Where a controller's registers can be mapped. */
export interface PropertySource {
  readonly native: NativeSource;
  /** The PCI function's address. */
  readonly address: string;
  /** The directory that holds `sys`. */
  readonly root: string;
}

/** All registers that have a meaning stand before the doorbells. */
const REGISTER_BYTES = 4096;
const DWORD_BYTES = 4;
const QWORD_BYTES = 8;

/** What a refusal to map a device's memory means (`drivers/pci/pci-sysfs.c`, Linux 7.2). Nothing else depends on it. */
const MEANINGS: ErrnoMeanings = {
  refusals: [
    { errno: 'EPERM', meaning: 'the kernel is locked down and shows no device\'s memory, so controller registers are unavailable; all else works' },
    { errno: 'EACCES', meaning: 'only root may map a device\'s memory, so controller registers are unavailable' },
    { errno: 'EINVAL', meaning: 'the driver keeps the device\'s memory to itself (CONFIG_IO_STRICT_DEVMEM), so controller registers are unavailable' },
    { errno: 'ENOENT', meaning: 'the function shows no memory region 0, so controller registers are unavailable' },
  ],
  deliveryFailures: [],
};

/**
 * Reads controller registers from the function's first memory region, in the order asked for. The region is mapped for as long as this takes
 * and no longer: a mapping outlives the function and ends the program that reads it. Rejects with `ERR_KERNEL_REFUSED` where the system shows no registers.
 */
export async function readProperties({ native, address, root }: PropertySource, reads: readonly PropertyKind[], wait: WaitOptions): Promise<bigint[]> {
  for (const read of reads) requirePlace(read, address);
  const path = `${root.replace(/\/$/, '')}/sys/bus/pci/devices/${address}/resource0`;
  let channel: NativeChannel | undefined;
  try {
    channel = await (await native()).openChannel(path, { access: 'read', ...wait });
    using mapping = await channel.map({ lengthBytes: REGISTER_BYTES, protection: 'read' }, wait);
    return reads.map(({ offsetBytes, isWide }) => (isWide ? mapping.read64(offsetBytes, 'little') : BigInt(mapping.read32(offsetBytes, 'little'))));
  } catch (error) {
    throw translateFailure(error, MEANINGS, { device: address });
  } finally {
    await channel?.close();
  }
}

function requirePlace({ offsetBytes, isWide }: PropertyKind, device: string): void {
  const sizeBytes = isWide ? QWORD_BYTES : DWORD_BYTES;
  if (offsetBytes % sizeBytes === 0 && offsetBytes + sizeBytes <= REGISTER_BYTES) return;
  throw new UsageError('ERR_USAGE', `a register of ${sizeBytes} bytes stands at a multiple of that, below ${REGISTER_BYTES}, not at ${offsetBytes}`, { device });
}
