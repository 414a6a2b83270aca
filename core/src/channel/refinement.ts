import type { PlanQueries } from '../plugin/types.js';
import { waitOf } from '../wait.js';
import type { ChannelParts, DeviceChannel } from './channel.js';
import type { FieldInput } from '../layout/types.js';
import type { CallOptions, CommandPlan } from './types.js';

/** Plans as a plugin refines them by what the device says of its own commands. */
export class PlanRefinement {
  readonly #parts: ChannelParts;
  readonly #channel: DeviceChannel;
  readonly #remembered = new Map<string, Promise<unknown>>();
  /** Options of the questions that a refinement asks: their own plans are the table's. */
  readonly #questions = new WeakSet<CallOptions>();

  constructor(parts: ChannelParts, channel: DeviceChannel) {
    this.#parts = parts;
    this.#channel = channel;
  }

  /** The plan of a request. Rejects as the plugin's questions do. */
  async of(plan: CommandPlan, request: Uint8Array, options: CallOptions): Promise<CommandPlan> {
    const { plugin, isRehearsal } = this.#parts;
    if (plugin.refinePlan === undefined || isRehearsal || this.#questions.has(options)) return plan;
    return plugin.refinePlan(plan, request.slice(), this.queries(options));
  }

  /** The fields of a named command, with what the plugin adds. Rejects as the plugin's questions do. */
  async completed(command: string, fields: FieldInput, options: CallOptions): Promise<FieldInput> {
    const { plugin, isRehearsal } = this.#parts;
    if (plugin.completeRequest === undefined) return fields;
    return plugin.completeRequest(command, fields, isRehearsal || this.#questions.has(options) ? undefined : this.queries(options));
  }

  /** What a plugin may ask while a call with these options is prepared. */
  queries(options: CallOptions): PlanQueries {
    const asking: CallOptions = { ...waitOf(options), allow: 'inspect' };
    this.#questions.add(asking);
    return {
      layouts: this.#parts.layouts,
      device: this.#parts.device,
      call: async (command, fields) => (await this.#channel.call(command, fields, asking)).fields,
      readRegister: async (name, index) => (await this.#channel.registers.read(name, index, asking)).fields,
      remember: async (key, make) => this.#remember(key, make),
    };
  }

  async #remember<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#remembered.set(key, made);
    made.catch(() => { this.#remembered.delete(key); });
    return made;
  }
}
