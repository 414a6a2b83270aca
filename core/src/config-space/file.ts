import { AuxctlError } from '../errors/base.js';
import { SystemCallError, TransportError } from '../errors/classes.js';
import type { NativeChannel, NativeSource, Sequence, SequenceResult } from '../native.js';
import { kernelSecurity } from '../system/security.js';
import { translateFailure, type ErrnoMeanings } from '../transport/errno.js';
import { waitOf, type WaitOptions } from '../wait.js';
import type { ConfigSpaceAccess } from './types.js';

/** Which configuration space to open, and how. */
export interface ConfigSpaceFileOptions extends WaitOptions {
  readonly native: NativeSource;
  /** The PCI function's address, `dddd:bb:dd.f`. */
  readonly address: string;
  /** The directory that holds `sys`. Default `/`. */
  readonly root?: string | undefined;
}

/** A device answers in its own words here; the system's refusals mean the same for every device. */
const MEANINGS: ErrnoMeanings = { refusals: [], deliveryFailures: [] };

/** How a condition of a sequence says that it is not met, and that a file ends early: an answer, not a failure. */
const ANSWERS = new Set(['EAGAIN', 'ECANCELED', 'ENODATA']);

/**
 * Opens the kernel's file of a PCI function's configuration space, to be read and written. Rejects with `ERR_PERMISSION`, before anything is
 * opened, while the kernel is locked down.
 */
export async function openConfigSpaceFile({ native, address, root = '/', ...wait }: ConfigSpaceFileOptions): Promise<ConfigSpaceAccess> {
  refuseUnderLockdown(address, root);
  const path = `${root.replace(/\/$/, '')}/sys/bus/pci/devices/${address}/config`;
  try {
    const shim = await native();
    return new ConfigSpaceFile(await shim.openChannel(path, { access: 'read-write', worker: 'survivor', ...waitOf(wait) }), address, root);
  } catch (error) {
    throw translateOpening(error, path, address);
  }
}

class ConfigSpaceFile implements ConfigSpaceAccess {
  readonly #channel: NativeChannel;
  readonly #device: string;
  readonly #root: string;

  constructor(channel: NativeChannel, device: string, root: string) {
    this.#channel = channel;
    this.#device = device;
    this.#root = root;
  }

  async read(offsetBytes: number, lengthBytes: number, wait: WaitOptions = {}): Promise<Uint8Array> {
    return this.#guard(this.#channel.pread(lengthBytes, offsetBytes, waitOf(wait)));
  }

  async sequence(sequence: Sequence, wait: WaitOptions = {}): Promise<SequenceResult> {
    const result = await this.#guard(this.#channel.sequence(sequence, waitOf(wait)));
    if (result.failure !== undefined && !ANSWERS.has(result.failure.error.code)) throw this.#translate(result.failure.error);
    return result;
  }

  async setLastWill(sequence: Sequence | undefined, wait: WaitOptions = {}): Promise<void> {
    await this.#guard(this.#channel.setLastWill(sequence, waitOf(wait)));
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #guard<T>(pending: Promise<T>): Promise<T> {
    try {
      return await pending;
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /** A kernel that was locked down only after the opening refuses with EPERM. */
  #translate(error: unknown): AuxctlError {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') refuseUnderLockdown(this.#device, this.#root, error);
    return translateFailure(error, MEANINGS, { device: this.#device });
  }
}

function refuseUnderLockdown(device: string, root: string, cause?: unknown): void {
  const { lockdown } = kernelSecurity({ root });
  if (lockdown !== 'integrity' && lockdown !== 'confidentiality') return;
  throw new SystemCallError('ERR_PERMISSION', `the kernel is locked down (${lockdown}): nobody may write to the PCI configuration space of ${device}, and its firmware cannot be reached that way without writing`, 'EPERM', {
    device, hint: 'Load the driver that makes a control node: fwctl works under lockdown.', ...(cause === undefined ? {} : { cause }),
  });
}

function translateOpening(error: unknown, path: string, device: string): AuxctlError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const context = { device, cause: error };
  if (code === 'ENOENT') return new TransportError('ERR_NO_TRANSPORT', `${device} has no control node, and no configuration space at ${path}`, context);
  if (code === 'EACCES') {
    return new SystemCallError('ERR_PERMISSION', `opening ${path} to write is not permitted (EACCES)`, 'EACCES', { ...context, hint: 'Run as root: without a control node the firmware is reached through PCI configuration space.' });
  }
  return translateFailure(error, MEANINGS, { device });
}
