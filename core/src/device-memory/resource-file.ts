import { posix } from 'node:path';
import { FUNCTIONS } from '../bus/pci-function.js';
import { SystemCallError, TransportError } from '../errors/classes.js';
import type { Mapping, NativeChannel, NativeSource } from '../native.js';
import { RootedFiles } from '../system/rooted-files.js';
import { kernelSecurity } from '../system/security.js';
import { translateFailure } from '../transport/errno.js';
import { waitOf, type WaitOptions } from '../wait.js';
import type { DeviceMemory, MemorySource } from './types.js';

/** Which BAR to map. */
export interface ResourceFileOptions extends WaitOptions {
  readonly native: NativeSource;
  /** The PCI function's address, `dddd:bb:dd.f`. */
  readonly address: string;
  /** The BAR, 0 to 5. */
  readonly bar: number;
  /** The directory that holds `sys`. Default `/`. */
  readonly root?: string | undefined;
}

const MEANINGS = { refusals: [], deliveryFailures: [] };

/**
 * Maps a BAR of a PCI function that has no driver, by the kernel's file of it. For systems without VFIO: it takes root, is refused under lockdown,
 * and a function that is unplugged meanwhile ends the program with SIGBUS, since nothing tells beforehand. While it is open, others that use
 * this way wait. Rejects with `ERR_NO_TRANSPORT` when the function has a driver, is not enabled or has no such BAR; `ERR_PERMISSION`,
 * `ERR_TRANSPORT_TIMEOUT`, `ERR_ABORTED`.
 */
export async function openResourceFile({ native, address, bar, root, ...wait }: ResourceFileOptions): Promise<MemorySource> {
  const files = new RootedFiles(root);
  requireUsable(files, address);
  refuseUnderLockdown(address, root);
  const path = files.locate(`${FUNCTIONS}/${address}/resource${bar}`);
  let channel: NativeChannel | undefined;
  try {
    channel = await (await native()).openChannel(path, { access: 'read-write', ...waitOf(wait) });
    await channel.lock('exclusive', waitOf(wait));
    const lengthBytes = Number(await channel.sizeBytes());
    return new ResourceFile(channel, await channel.map({ lengthBytes, protection: 'read-write' }));
  } catch (error) {
    await channel?.close();
    throw translateOpening(error, path, address, bar);
  }
}

class ResourceFile implements MemorySource {
  readonly memory: DeviceMemory;
  /** Nothing tells. */
  readonly gone = new AbortController().signal;
  readonly #channel: NativeChannel;
  readonly #mapping: Mapping;

  constructor(channel: NativeChannel, mapping: Mapping) {
    this.#channel = channel;
    this.#mapping = mapping;
    this.memory = mapping;
  }

  async close(): Promise<void> {
    this.#mapping.close();
    await this.#channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A driver would not know of what is done to its device; a function that is not enabled answers nothing. */
function requireUsable(files: RootedFiles, address: string): void {
  const path = `${FUNCTIONS}/${address}`;
  const enabled = files.text(`${path}/enable`);
  if (enabled === undefined) throw new TransportError('ERR_DEVICE_GONE', `there is no PCI function ${address} any more`, { device: address });
  const driver = files.link(`${path}/driver`);
  if (driver !== undefined) throw new TransportError('ERR_NO_TRANSPORT', `${posix.basename(driver)} has ${address}: its memory is not touched behind a driver's back`, { device: address });
  if (enabled !== '0') return;
  throw new TransportError('ERR_NO_TRANSPORT', `${address} is not enabled, so that its memory does not answer`, { device: address, hint: `An administrator can enable it: echo 1 > ${path}/enable` });
}

function refuseUnderLockdown(device: string, root: string | undefined): void {
  const { lockdown } = kernelSecurity(root === undefined ? {} : { root });
  if (lockdown !== 'integrity' && lockdown !== 'confidentiality') return;
  throw new SystemCallError('ERR_PERMISSION', `the kernel is locked down (${lockdown}): nobody may map the memory of ${device}`, 'EPERM', { device, hint: 'VFIO and fwctl work under lockdown.' });
}

function translateOpening(error: unknown, path: string, device: string, bar: number): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const context = { device, cause: error };
  if (code === 'ENOENT') return new TransportError('ERR_NO_TRANSPORT', `${device} has no BAR ${bar}`, context);
  if (code === 'EACCES') return new SystemCallError('ERR_PERMISSION', `opening ${path} is not permitted (EACCES)`, 'EACCES', { ...context, hint: 'Run as root.' });
  if (code === 'EINVAL') return new TransportError('ERR_NO_TRANSPORT', `BAR ${bar} of ${device} cannot be mapped: it is none of memory, or the kernel keeps it for itself`, context);
  if (code === 'ERR_NATIVE_TIMEOUT') return new TransportError('ERR_TRANSPORT_TIMEOUT', `another program has ${path}`, context);
  return translateFailure(error, MEANINGS, { device });
}
