import { AuxctlError } from '../errors/base.js';
import { MACHINE_BYTE_ORDER } from '../layout/machine.js';
import type { NativeChannel, NativeSource } from '../native.js';
import { waitOf, type WaitOptions } from '../wait.js';
import { translateFailure } from './errno.js';

/** Which of the kernel's files to open, and how. */
export interface KernelFileOptions extends WaitOptions {
  readonly native: NativeSource;
  readonly path: string;
  /** The device's address, for errors. */
  readonly device: string;
}

/**
 * One of the kernel's files about a device, opened to be read, by a worker that no other device shares. Methods reject with `ERR_PERMISSION`,
 * `ERR_DEVICE_GONE`, `ERR_SYSTEM_CALL` (with the errno), `ERR_TRANSPORT_TIMEOUT`, `ERR_ABORTED`, and with `ERR_CLOSED` after `close`.
 */
export interface KernelFile extends AsyncDisposable {
  /** Its size as the kernel says it, in bytes. */
  sizeBytes(wait?: WaitOptions): Promise<number>;
  /** Reads bytes; fewer where the file ends, or shows no more to this user. */
  read(offsetBytes: number, lengthBytes: number, wait?: WaitOptions): Promise<Uint8Array>;
  /** Maps part of the file and reads it, each word of 32 bits with one access; both numbers are multiples of 4. Resolves with the bytes as they stand in memory. */
  readWords(offsetBytes: number, lengthBytes: number, wait?: WaitOptions): Promise<Uint8Array>;
  /** Harmless when repeated. */
  close(): Promise<void>;
}

const MEANINGS = { refusals: [], deliveryFailures: [] };
const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/** Opens a file; `undefined` when there is none of this name. */
export async function openKernelFile({ native, path, device, ...wait }: KernelFileOptions): Promise<KernelFile | undefined> {
  try {
    return new OpenKernelFile(await (await native()).openChannel(path, { access: 'read', ...waitOf(wait) }), device);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw translateFailure(error, MEANINGS, { device });
  }
}

class OpenKernelFile implements KernelFile {
  readonly #channel: NativeChannel;
  readonly #device: string;

  constructor(channel: NativeChannel, device: string) {
    this.#channel = channel;
    this.#device = device;
  }

  async sizeBytes(wait: WaitOptions = {}): Promise<number> {
    return Number(await this.#guard(this.#channel.sizeBytes(waitOf(wait))));
  }

  async read(offsetBytes: number, lengthBytes: number, wait: WaitOptions = {}): Promise<Uint8Array> {
    return this.#guard(this.#channel.pread(lengthBytes, offsetBytes, waitOf(wait)));
  }

  async readWords(offsetBytes: number, lengthBytes: number, wait: WaitOptions = {}): Promise<Uint8Array> {
    using mapping = await this.#guard(this.#channel.map({ offsetBytes, lengthBytes, protection: 'read' }, waitOf(wait)));
    const words = Uint32Array.from({ length: lengthBytes / WORD_BYTES }, (_, index) => mapping.read32(index * WORD_BYTES, MACHINE_BYTE_ORDER));
    return new Uint8Array(words.buffer);
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
      throw error instanceof AuxctlError ? error : translateFailure(error, MEANINGS, { device: this.#device });
    }
  }
}
