import type { Dump } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { ReplyError, UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { LayoutStore } from '../store/store.js';
import type { FieldInput } from '../layout/types.js';
import type { DumpOptions, DumpSource } from '../dump/take.js';
import { productName } from '../plugin/match.js';
import type { CapabilityMode, Plugin, PluginEntry } from '../plugin/types.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo } from '../transport/types.js';
import { waitOf, type WaitOptions } from '../wait.js';
import { chooseScope, requireAllowed } from './effects.js';
import type { Framing } from './framing.js';
import { Planner } from './planner.js';
import { DeviceRegisters } from './registers.js';
import { decoded, missing, readOutcome } from './support.js';
import type { CallOptions, Channel, ChannelInfo, CommandPlan, Decoded, RawRpcOptions, ReadOutcome } from './types.js';

/** A named command, and what it does where the caller knows better than the opcode table: a register knows the effect of its own access. */
export interface KnownCall {
  readonly name: string;
  readonly fields: FieldInput;
  readonly known?: Pick<CommandPlan, 'command' | 'effect'>;
}

/** A command that has been checked, and what its reply is to be understood with. */
interface ReadyCall {
  readonly request: RpcRequest;
  readonly reply: Codec;
  readonly command: string;
}

/** What a channel is made of. */
export interface ChannelParts {
  readonly device: Device;
  readonly entry: PluginEntry;
  readonly plugin: Plugin;
  readonly layouts: LayoutStore;
  readonly framing: Framing;
  readonly transport: Transport;
  readonly transportInfo: TransportInfo;
  /** What every call starts from; a call's own options come first. */
  readonly defaults: CallOptions;
}

/** The one implementation of {@link Channel}: names and fields above, a transport's bytes below. */
export class DeviceChannel implements Channel {
  readonly device: Device;
  readonly registers: DeviceRegisters;
  readonly #parts: ChannelParts;
  readonly #planner: Planner;

  constructor(parts: ChannelParts) {
    this.device = parts.device;
    this.#parts = parts;
    this.#planner = new Planner(parts);
    this.registers = new DeviceRegisters(parts, this);
  }

  async info(wait: WaitOptions = {}): Promise<ChannelInfo> {
    const { device, entry, plugin, transport, transportInfo } = this.#parts;
    const options = { ...this.#parts.defaults, ...wait };
    const identity = await plugin.identify({
      call: async (command, fields) => (await this.call(command, fields, options)).fields,
      readRegister: async (name, index) => (await this.registers.read(name, index, options)).fields,
    });
    const product = productName(entry.manifest, device);
    const context = await this.#context();
    return {
      device, plugin: entry.manifest.name, ...(product === undefined ? {} : { product }),
      transport: transportInfo, limits: transport.limits, identity, ...(context === undefined ? {} : { context }),
    };
  }

  async capability(name: string, mode: CapabilityMode, options: CallOptions = {}): Promise<Decoded> {
    const { layouts, plugin } = this.#parts;
    const capability = await layouts.document('capability', name);
    const access = plugin.capabilities ?? missing(plugin, 'capabilities', this.device);
    const { command, fields } = access.read(capability, mode);
    const reply = await this.call(command, fields, options);
    return decoded(await layouts.codec('capability', capability.name), access.image(reply.fields), this.device, capability.name);
  }

  async plan(request: Uint8Array): Promise<CommandPlan> {
    return this.#planner.plan(request);
  }

  async rpc(request: Uint8Array, options: RawRpcOptions): Promise<Uint8Array> {
    const ready = await this.#prepare(request, options.replyLengthBytes, options);
    return this.#parts.transport.rpc(ready, this.#wait(options));
  }

  async rpcBatch(requests: readonly RpcRequest[], options: CallOptions = {}): Promise<RpcOutcome[]> {
    const ready = await Promise.all(requests.map(({ request, replyLengthBytes, scope }) => this.#prepare(request, replyLengthBytes, { ...options, scope })));
    return this.#parts.transport.rpcBatch(ready, this.#wait(options));
  }

  async call(name: string, fields: FieldInput = {}, options: CallOptions = {}): Promise<Decoded> {
    return this.send({ name, fields }, options);
  }

  async dump(options: DumpOptions = {}): Promise<Dump> {
    const { device, layouts, plugin } = this.#parts;
    const source: DumpSource = {
      device, layouts, hasRegisters: plugin.registers !== undefined, hasCapabilities: plugin.capabilities !== undefined,
      info: async () => this.info(options),
      readRegister: async (name, index) => this.registers.read(name, index, options),
      readCapability: async (name, mode) => this.capability(name, mode, options),
    };
    const { takeDump } = await import('../dump/take.js');
    return takeDump(source, options);
  }

  async close(): Promise<void> {
    await this.#parts.transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Sends a named command. */
  async send(call: KnownCall, options: CallOptions): Promise<Decoded> {
    const ready = await this.#makeReady(call, options);
    return this.#understand(ready, await this.#parts.transport.rpc(ready.request, this.#wait(options)));
  }

  /** Sends named commands in one hop, after all have been checked; each has an outcome of its own. */
  async sendMany(calls: readonly KnownCall[], options: CallOptions): Promise<ReadOutcome[]> {
    if (calls.length === 0) return [];
    const ready = await Promise.all(calls.map((call) => this.#makeReady(call, options)));
    const outcomes = await this.#parts.transport.rpcBatch(ready.map(({ request }) => request), this.#wait(options));
    return ready.map((each, index) => {
      const outcome = outcomes[index] ?? { ok: false, error: new ReplyError('ERR_REPLY', `${each.command}: there is no answer`, { device: this.device.address, command: each.command }) };
      return outcome.ok ? readOutcome(() => this.#understand(each, outcome.reply)) : outcome;
    });
  }

  /** Where the reply has a tail, there is room for one as long as the request's. */
  async #makeReady({ name, fields, known }: KnownCall, options: CallOptions): Promise<ReadyCall> {
    const { layouts } = this.#parts;
    const document = await layouts.document('command', name);
    const codec = await layouts.codec('command', document.name, document.request);
    const reply = await layouts.codec('command', document.name, document.reply);
    const request = codec.encode(fields);
    const plan = known === undefined ? await this.plan(request) : { ...(await this.#planner.planByOpcode(request)), ...known };
    const replyTailBytes = reply.hasTail ? request.length - codec.sizeBytes : 0;
    return { request: this.#permitted(request, reply.sizeBytes + replyTailBytes, plan, options), reply, command: plan.command };
  }

  #understand({ reply, command }: ReadyCall, bytes: Uint8Array): Decoded {
    this.#parts.framing.requireSuccess(bytes, command, this.device.address);
    return decoded(reply, bytes, this.device, command);
  }

  /** What the opcode table says of a named command; sends nothing. */
  async planCall(name: string, fields: FieldInput): Promise<CommandPlan> {
    const { layouts } = this.#parts;
    const document = await layouts.document('command', name);
    return this.#planner.planByOpcode((await layouts.codec('command', document.name, document.request)).encode(fields));
  }

  /** What the driver says of this open channel; nothing when it says less than its layout holds. */
  async #context(): Promise<Decoded | undefined> {
    const { entry, layouts, transportInfo } = this.#parts;
    const place = entry.manifest.context;
    if (place === undefined) return undefined;
    const codec = await layouts.codec('structures', place.document, place.structure);
    return transportInfo.data.length < codec.sizeBytes ? undefined : decoded(codec, transportInfo.data, this.device, place.structure);
  }

  /** Copies the request: what was checked is what is sent, whatever the caller does with its memory meanwhile. */
  async #prepare(request: Uint8Array, replyLengthBytes: number, options: CallOptions): Promise<RpcRequest> {
    const own = new Uint8Array(request);
    return this.#permitted(own, replyLengthBytes, await this.plan(own), options);
  }

  /** The last step before anything is sent: effect, scope and sizes are checked here and nowhere else. */
  #permitted(request: Uint8Array, replyLengthBytes: number, plan: CommandPlan, options: CallOptions): RpcRequest {
    const { defaults, transport } = this.#parts;
    requireAllowed(plan, options.allow ?? defaults.allow ?? 'inspect', this.device.address);
    const scope = chooseScope(plan, options.scope ?? defaults.scope, this.device.address);
    const { maxRequestBytes, maxReplyBytes } = transport.limits;
    if (request.length > maxRequestBytes) throw new UsageError('ERR_USAGE', `a request has at most ${maxRequestBytes} bytes here, this one ${request.length}`);
    if (!Number.isSafeInteger(replyLengthBytes) || replyLengthBytes < 0 || replyLengthBytes > maxReplyBytes) {
      throw new UsageError('ERR_USAGE', `a reply has 0 to ${maxReplyBytes} bytes here, not ${replyLengthBytes}`);
    }
    return { request, replyLengthBytes, scope };
  }

  #wait(options: WaitOptions): WaitOptions {
    return { ...waitOf(this.#parts.defaults), ...waitOf(options) };
  }
}

