import type { Device } from '../device/types.js';
import { DeviceDiagnostics } from '../diagnostics/diagnostics.js';
import { ReplyError, UsageError } from '../errors/classes.js';
import type { LayoutStore } from '../store/store.js';
import type { FieldInput } from '../layout/types.js';
import type { DumpHost } from '../dump/host.js';
import type { DumpOrigin, DumpReceiver } from '../dump/receiver.js';
import type { DumpOptions } from '../dump/take.js';
import type { Firmware } from '../firmware/types.js';
import type { Nvconfig } from '../nvconfig/types.js';
import { productName } from '../plugin/match.js';
import { whileBusy } from '../plugin/while-busy.js';
import { identityValue } from '../plugin/identity-value.js';
import type { CapabilityMode, IdentityEntry, IdentityQueries, PlanQueries, Plugin, PluginEntry } from '../plugin/types.js';
import type { RpcOutcome, RpcRequest, Transport, TransportInfo } from '../transport/types.js';
import { waitOf, type WaitOptions } from '../wait.js';
import { withDefaults } from './access.js';
import { chooseScope, requireAllowed } from './effects.js';
import type { Framing } from './framing.js';
import { Planner } from './planner.js';
import { PlanRefinement } from './refinement.js';
import { RootedFiles } from '../system/rooted-files.js';
import { DeviceResources } from '../resources/device-resources.js';
import { DeviceObjects } from '../objects/objects.js';
import { PermittedRequest, type RegisterImage } from './permitted.js';
import type { CommandPolicy } from '../policy/types.js';
import type { CommandRecorder } from './recorder.js';
import { DeviceRegisters } from './registers.js';
import { Sending } from './sending.js';
import { decoded, missing, readOutcome, withoutEmptyTail } from './support.js';
import type { CallOptions, Channel, ChannelInfo, CommandPlan, Decoded, PreparedCall, RawRpcOptions, ReadOutcome } from './types.js';

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
  /** Nothing is to be sent: plans are what the plugin's data say. */
  readonly isRehearsal: boolean;
  /** The directory that holds `sys` and `proc`. */
  readonly root: string;
  /** Records what can change the device. */
  readonly recorder: CommandRecorder | undefined;
  /** Has a say in what is sent. */
  readonly policy: CommandPolicy | undefined;
}

/** What a caller knows of a command better than its layout and the opcode table. */
export interface KnownCommand extends Pick<CommandPlan, 'command' | 'effect'> {
  /** Room for the reply's part without a fixed size. */
  readonly replyTailBytes?: number;
  /** The register that the command reaches. */
  readonly image?: RegisterImage;
}

/** The one implementation of {@link Channel}: names and fields above, a transport's bytes below. */
export class DeviceChannel implements Channel {
  readonly device: Device;
  readonly registers: DeviceRegisters;
  readonly diagnostics: DeviceDiagnostics;
  readonly resources: DeviceResources;
  readonly objects: DeviceObjects;
  readonly #parts: ChannelParts;
  readonly #planner: Planner;
  readonly #refinement: PlanRefinement;
  readonly #sending: Sending;

  constructor(parts: ChannelParts) {
    this.device = parts.device;
    this.#parts = parts;
    this.#planner = new Planner(parts);
    this.#refinement = new PlanRefinement(parts, this);
    this.#sending = new Sending(parts, async (wait) => this.#identify({ ...this.#wait(wait), allow: 'inspect' }));
    this.registers = new DeviceRegisters(parts, this);
    this.diagnostics = new DeviceDiagnostics(parts, this);
    this.objects = new DeviceObjects(parts, this);
    this.resources = new DeviceResources({ ...parts, registers: this.registers });
  }

  async info(wait: WaitOptions = {}): Promise<ChannelInfo> {
    const { device, entry, transport, transportInfo } = this.#parts;
    const identity = await this.#identify({ ...this.#parts.defaults, ...wait });
    const product = productName(entry.manifest, device);
    const context = await this.#context();
    return {
      device, plugin: entry.manifest.name, ...(product === undefined ? {} : { product }),
      transport: transportInfo, limits: transport.limits, identity, ...(context === undefined ? {} : { context }),
    };
  }

  async firmwareVersion(wait: WaitOptions = {}): Promise<string | undefined> {
    return identityValue(await this.#identify({ ...this.#parts.defaults, ...wait }, 'firmware'), 'firmware');
  }

  async capability(name: string, mode: CapabilityMode, options: CallOptions = {}): Promise<Decoded> {
    return this.sendPrepared(await this.prepareCapability(name, mode, options), options);
  }

  async prepareCapability(name: string, mode: CapabilityMode, options: CallOptions = {}): Promise<PreparedCall> {
    const { layouts, plugin } = this.#parts;
    const capability = await layouts.document('capability', name);
    const codec = await layouts.codec('capability', capability.name);
    const access = plugin.capabilities ?? missing(plugin, 'capabilities', this.device);
    const { command, fields } = access.read(capability, mode);
    const call = await this.prepare(command, fields, options);
    return { request: call.request, plan: call.plan, decode: (reply) => decoded(codec, withoutEmptyTail(codec, access.image(call.decode(reply).fields)), this.device, capability.name) };
  }

  async plan(request: Uint8Array, wait: WaitOptions = {}): Promise<CommandPlan> {
    return this.#refinement.of(await this.#planner.plan(request), request, { ...this.#parts.defaults, ...wait });
  }

  async rpc(request: Uint8Array, options: RawRpcOptions): Promise<Uint8Array> {
    const ready = await this.#prepare(request, options.replyLengthBytes, options);
    return this.#sending.one(ready, this.#wait(options), (reply) => reply);
  }

  async rpcBatch(requests: readonly RpcRequest[], options: CallOptions = {}): Promise<RpcOutcome[]> {
    const ready = await Promise.all(requests.map(({ request, replyLengthBytes, scope }) => this.#prepare(request, replyLengthBytes, { ...options, scope })));
    return this.#sending.many(ready, this.#wait(options));
  }

  async call(name: string, fields: FieldInput = {}, options: CallOptions = {}): Promise<Decoded> {
    return this.sendPrepared(await this.prepare(name, fields, options), options);
  }

  /** Sends one prepared call and decodes its answer. */
  async sendPrepared(call: PreparedCall, options: WaitOptions): Promise<Decoded> {
    return this.#sending.one(call.request, this.#wait(options), call.decode);
  }

  async callBatch(calls: readonly PreparedCall[], options: WaitOptions = {}): Promise<ReadOutcome[]> {
    if (calls.length === 0) return [];
    const outcomes = await this.#sending.many(calls.map(({ request }) => request), this.#wait(options));
    return calls.map((call, index) => {
      const outcome = outcomes[index] ?? { ok: false, error: new ReplyError('ERR_REPLY', 'a request of the batch has no answer', { device: this.device.address }) };
      return outcome.ok ? readOutcome(() => call.decode(outcome.reply)) : outcome;
    });
  }

  async dump(receiver: DumpReceiver, options: DumpOptions): Promise<void> {
    const { takeDump } = await import('../dump/take.js');
    await takeDump({ channel: this, layouts: this.#parts.layouts, plugin: this.#parts.plugin, manifest: this.#parts.entry.manifest, transport: this.#parts.transport.kind }, receiver, options);
  }

  async nvconfig(): Promise<Nvconfig> {
    const { layouts, plugin } = this.#parts;
    const access = plugin.nvconfig ?? missing(plugin, 'non-volatile configuration', this.device);
    return new (await import('../nvconfig/nvconfig.js')).DeviceNvconfig(this, layouts, access);
  }

  async firmware(): Promise<Firmware> {
    const { layouts, plugin } = this.#parts;
    const access = plugin.firmware ?? missing(plugin, 'firmware components and resets', this.device);
    return new (await import('../firmware/firmware.js')).DeviceFirmware(this, layouts, access);
  }

  /** What the first line of a dump of this device says. */
  async dumpOrigin(host: DumpHost, wait: WaitOptions = {}): Promise<DumpOrigin> {
    const { dumpOrigin } = await import('../dump/origin.js');
    return dumpOrigin({ manifest: this.#parts.entry.manifest, transport: this.#parts.transport.kind }, await this.info(wait), host, new Date());
  }

  async close(): Promise<void> {
    await this.#parts.transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Checks and encodes a named command. `known` is what it does, from a caller that knows better than the opcode table: a register knows
   * the effect of its own access.
   */
  async prepare(name: string, fields: FieldInput, options: CallOptions = {}, known?: KnownCommand): Promise<PreparedCall> {
    const { layouts, framing, plugin } = this.#parts;
    const document = await layouts.document('command', name);
    const requestCodec = await layouts.codec('command', document.name, document.request);
    const replyCodec = await layouts.codec('command', document.name, document.reply);
    const request = requestCodec.encode(withDefaults(requestCodec, await this.#refinement.completed(document.name, fields, options)));
    const plan = await this.#refinement.of(known === undefined ? await this.#planner.plan(request) : { ...(await this.#planner.planByOpcode(request)), command: known.command, effect: known.effect }, request, options);
    const replyTailBytes = options.replyTailBytes ?? known?.replyTailBytes ?? document.replyTailBytes ?? (replyCodec.hasTail ? request.length - requestCodec.sizeBytes : 0);
    const decode = (given: Uint8Array): Decoded => {
      const reply = framing.counted(given);
      framing.requireSuccess(reply, plan.command, this.device.address);
      const answer = decoded(replyCodec, reply, this.device, plan.command);
      plugin.checkReply?.(document.name, request, answer.fields);
      return answer;
    };
    return { request: this.#permitted(request, replyCodec.sizeBytes + replyTailBytes, plan, options, known?.image), plan, decode };
  }

  /** The plan of a named command as the device refines it; `plan` is what is known of it otherwise. */
  async refine(plan: CommandPlan, name: string, fields: FieldInput, options: CallOptions): Promise<CommandPlan> {
    const { layouts } = this.#parts;
    const codec = await layouts.codec('command', name, (await layouts.document('command', name)).request);
    return this.#refinement.of(plan, codec.encode(await this.#refinement.completed(name, fields, options)), options);
  }

  /** What a plugin may ask while a write with these options is prepared; undefined in a rehearsal. */
  planQueries(options: CallOptions): PlanQueries | undefined {
    return this.#parts.isRehearsal ? undefined : this.#refinement.queries(options);
  }

  /** What the opcode table says of a named command; sends nothing. */
  async planCall(name: string, fields: FieldInput): Promise<CommandPlan> {
    const { layouts } = this.#parts;
    const document = await layouts.document('command', name);
    const codec = await layouts.codec('command', document.name, document.request);
    return this.#planner.planByOpcode(codec.encode(withDefaults(codec, fields)));
  }

  async #identify(options: CallOptions, wanted?: 'firmware'): Promise<readonly IdentityEntry[]> {
    const { plugin } = this.#parts;
    const queries: IdentityQueries = {
      call: async (command, fields) => (await this.call(command, fields, options)).fields,
      readRegister: async (name, index) => (await this.registers.read(name, index, options)).fields,
      kernelFile: (path) => this.#kernelFile(path),
      device: this.device,
      ...(wanted === undefined ? {} : { wanted }),
    };
    return whileBusy(plugin.name, queries, options, async (asking) => plugin.identify(asking));
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
  async #prepare(request: Uint8Array, replyLengthBytes: number, options: CallOptions): Promise<PermittedRequest> {
    const own = new Uint8Array(request);
    return this.#permitted(own, replyLengthBytes, await this.plan(own, waitOf(options)), options);
  }

  /** The last step before anything is sent: effect, scope and sizes are checked here and nowhere else. */
  #permitted(request: Uint8Array, replyLengthBytes: number, plan: CommandPlan, options: CallOptions, image?: RegisterImage): PermittedRequest {
    const { defaults, transport } = this.#parts;
    requireAllowed(plan, options.allow ?? defaults.allow ?? 'inspect', this.device.address);
    const scope = chooseScope(plan, options.scope ?? defaults.scope, this.device.address);
    transport.requireCarried?.(request);
    const { maxRequestBytes, maxReplyBytes } = transport.limits;
    if (request.length > maxRequestBytes) throw new UsageError('ERR_USAGE', `a request has at most ${maxRequestBytes} bytes here, this one ${request.length}`);
    if (!Number.isSafeInteger(replyLengthBytes) || replyLengthBytes < 0 || replyLengthBytes > maxReplyBytes) {
      throw new UsageError('ERR_USAGE', `a reply has 0 to ${maxReplyBytes} bytes here, not ${replyLengthBytes}`);
    }
    return new PermittedRequest({ request, replyLengthBytes, scope }, plan, { image, about: options.about });
  }

  /** A simulated device brings its own: this kernel does not have it. */
  #kernelFile(path: string): string | undefined {
    const { transport: { kernelFiles }, root } = this.#parts;
    return kernelFiles === undefined ? new RootedFiles(root).text(path) : kernelFiles.get(path);
  }

  #wait(options: WaitOptions): WaitOptions {
    return { ...waitOf(this.#parts.defaults), ...waitOf(options) };
  }
}
