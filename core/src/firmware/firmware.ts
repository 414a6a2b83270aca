import type { KernelInterface } from '@auxctl/schemas';
import { ask, askAll, checkStep, perform, planStep, readingOptions } from '../channel/ask.js';
import type { DeviceChannel } from '../channel/channel.js';
import { requireAllowed } from '../channel/effects.js';
import type { CallOptions, CommandPlan } from '../channel/types.js';
import { DeviceError } from '../errors/classes.js';
import type { FirmwareAccess, ResetChoice } from '../plugin/firmware.js';
import type { LayoutStore } from '../store/store.js';
import { readComponents } from './components.js';
import type { Component, Firmware, ResetReport } from './types.js';

/** A device's firmware as a whole, by the registers or commands that its plugin names. */
export class DeviceFirmware implements Firmware {
  readonly #channel: DeviceChannel;
  readonly #layouts: LayoutStore;
  readonly #access: FirmwareAccess;

  constructor(channel: DeviceChannel, layouts: LayoutStore, access: FirmwareAccess) {
    this.#channel = channel;
    this.#layouts = layouts;
    this.#access = access;
  }

  async components(options: CallOptions = {}): Promise<Component[]> {
    return readComponents(this.#channel, this.#access, options);
  }

  async resets(options: CallOptions = {}): Promise<ResetReport> {
    const state = await ask(this.#channel, this.#access.resets, options);
    const answers = await askAll(this.#channel, this.#access.resetOptions, options);
    return { ...state, options: answers.flatMap((answer) => (answer.ok && answer.value.levels.length > 0 ? [answer.value] : [])), kernelInterfaces: await this.#kernelInterfaces() };
  }

  async planReset(level: string, type?: string): Promise<CommandPlan> {
    const step = this.#access.reset(level, type);
    await checkStep(this.#layouts, step);
    return planStep(this.#channel, step);
  }

  async reset(level: string, type: string | undefined, options: CallOptions): Promise<ResetReport> {
    requireAllowed(await this.planReset(level, type), options.allow ?? 'inspect', this.#channel.device.address);
    const reading = readingOptions(options);
    const { levels, types } = await this.resets(reading);
    this.#require('level', level, levels);
    if (type !== undefined) this.#require('type', type, types);
    await perform(this.#channel, this.#access.reset(level, type), options);
    return this.resets(reading);
  }

  async #kernelInterfaces(): Promise<readonly KernelInterface[]> {
    const step = this.#access.reset('', undefined);
    const { kernelInterfaces = [] } = 'register' in step ? await this.#layouts.document('register', step.register) : await this.#layouts.document('command', step.command);
    return kernelInterfaces;
  }

  #require(what: string, name: string, choices: readonly ResetChoice[]): void {
    const supported = choices.filter(({ isSupported }) => isSupported).map((choice) => choice.name);
    if (supported.includes(name)) return;
    throw new DeviceError('ERR_UNSUPPORTED', `this device cannot be reset by ${what} ${name} now; nothing was sent to reset it`, {
      device: this.#channel.device.address, hint: supported.length === 0 ? 'It offers none.' : `It offers ${supported.join(', ')}.`,
    });
  }
}
