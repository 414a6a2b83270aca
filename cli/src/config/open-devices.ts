import type { CommandRecorder, DeviceChannel, OpenChannelOptions } from '@auxctl/core';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import { openDevice, recording } from '../open.js';

/** Channels to several devices, each opened once, when it is needed first. */
export class OpenDevices implements AsyncDisposable {
  readonly #context: Context;
  readonly #channels = new Map<FoundDevice, Promise<DeviceChannel>>();
  #reason: string | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** A device's channel. Rejects as opening it does. */
  async channel(found: FoundDevice): Promise<DeviceChannel> {
    const known = this.#channels.get(found) ?? openDevice(found, this.#context, this.recording(found));
    this.#channels.set(found, known);
    return known;
  }

  /** What follows is recorded with this reason; the user's own stays beside it. */
  recordAs(reason: string): void {
    const { reason: own } = this.#context.options;
    this.#reason = own === undefined ? reason : `${own}; ${reason}`;
  }

  /** The recorder of what is sent to a device, for its channel and for what goes past it. */
  recording(found: FoundDevice): Pick<OpenChannelOptions, 'recorder'> {
    const plain = recording(found, this.#context).recorder;
    if (plain === undefined) return {};
    let other: CommandRecorder | undefined;
    const current = (): CommandRecorder => {
      if (this.#reason === undefined) return plain;
      other ??= recording(found, { ...this.#context, options: { ...this.#context.options, reason: this.#reason } }).recorder;
      return other ?? plain;
    };
    return { recorder: { begin: async (intents, signal) => current().begin(intents, signal), refuse: async (commands, signal) => current().refuse?.(commands, signal) } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opening of await Promise.allSettled(this.#channels.values())) if (opening.status === 'fulfilled') await opening.value.close();
  }
}
