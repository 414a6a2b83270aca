import { closeSync, openSync } from 'node:fs';
import type { IoctlCall, Native, NativeChannel } from '../native.js';
import { translateNodeFailure, translateVfioFailure } from './failures.js';

/** A device that VFIO has handed over. */
export interface VfioDevice {
  /** Requests on the device, and its regions, each at a position of its own. */
  readonly channel: NativeChannel;
  /** Gives it back. Harmless when repeated. */
  close(): Promise<void>;
}

/** Things that have been opened, closed in the reverse order. */
export class Opened {
  readonly #closers: (() => Promise<void> | void)[] = [];
  #closed: Promise<void> | undefined;

  add<T>(opened: T, close: (opened: T) => Promise<void> | void): T {
    this.#closers.unshift(() => close(opened));
    return opened;
  }

  /** Harmless when repeated. */
  close(): Promise<void> {
    return this.#closed ??= this.#closeAll();
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers) await close();
  }
}

/** How a channel among them is closed. */
export const closeChannel = (channel: NativeChannel): Promise<void> => channel.close();

/** Opens a node that has no device behind it, such as the container; the number is the caller's to close. */
export function openNode(node: string, device: string): number {
  try {
    return openSync(node, 'r+');
  } catch (error) {
    throw translateNodeFailure(error, node, device);
  }
}

/** A channel that takes over a descriptor. */
export function adopt(native: Native, fd: number): NativeChannel {
  try {
    return native.adoptDescriptor(fd);
  } finally {
    closeSync(fd);
  }
}

/** Sends a request; rejects with an error of ours. */
export async function request(channel: NativeChannel, call: IoctlCall, device: string): Promise<{ readonly result: number; readonly argument: Uint8Array }> {
  try {
    return await channel.ioctl(call);
  } catch (error) {
    throw translateVfioFailure(error, device);
  }
}
