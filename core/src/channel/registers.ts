import type { Effect, LayoutDocumentOf } from '@auxctl/schemas';
import type { RegisterEntry } from '@auxctl/schemas/model';
import { DeviceError, ReplyError, UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { LayoutStore } from '../store/store.js';
import type { FieldInput } from '../layout/types.js';
import { forDevice } from '../device/kernel-command.js';
import type { CommandCall, RegisterAccess, WritePlace } from '../plugin/types.js';
import { changedFields, completeSelectors, requireSelectors, requireWritable, selectorsOf, writeBase } from './access.js';
import type { ChannelParts, DeviceChannel } from './channel.js';
import { waitOf } from '../wait.js';
import { requireAllowed } from './effects.js';
import { accessEffect } from './planner.js';
import { decoded, missing } from './support.js';
import type { CallOptions, CommandPlan, Decoded, PreparedCall, PreparedWrite, ReadOutcome, RegisterReading, Registers, RegisterSummary } from './types.js';

type RegisterDocument = LayoutDocumentOf<'register'>;

/** A register, and its bytes as they are sent. */
interface Accessed {
  readonly register: RegisterDocument;
  readonly codec: Codec;
  readonly image: Uint8Array;
  /** What was read before a write. */
  readonly before?: Uint8Array;
}

/** A device's registers, by the commands that its plugin names. */
export class DeviceRegisters implements Registers {
  readonly #parts: ChannelParts;
  readonly #channel: DeviceChannel;

  constructor(parts: ChannelParts, channel: DeviceChannel) {
    this.#parts = parts;
    this.#channel = channel;
  }

  async list(): Promise<RegisterSummary[]> {
    return summarizeRegisters(this.#parts.layouts);
  }

  async read(name: string, index: FieldInput = {}, options: CallOptions = {}): Promise<Decoded> {
    return this.#channel.sendPrepared(await this.prepareRead(name, index, options), options);
  }

  async prepareRead(name: string, index: FieldInput = {}, options: CallOptions = {}): Promise<PreparedCall> {
    const { register, codec, access } = await this.#find(name);
    requireSelectors(codec, index);
    const image = codec.encode(completeSelectors(codec, index));
    return this.#prepare({ register, codec, image }, access.read(register, image), accessEffect(register, codec, 'read', image), options);
  }

  async readMany(readings: readonly RegisterReading[], options: CallOptions = {}): Promise<ReadOutcome[]> {
    return this.#channel.callBatch(await Promise.all(readings.map(async ({ name, index }) => this.prepareRead(name, index, options))), options);
  }

  /** What a write of a register would do; sends nothing. Throws `ERR_FIELD_ACCESS` for one that cannot be written. */
  async planWrite(name: string): Promise<CommandPlan> {
    const { register, codec, access } = await this.#find(name);
    const effect = register.effects.write;
    if (effect === undefined) throw new UsageError('ERR_FIELD_ACCESS', `${register.name} cannot be written`, this.#kernelHint(register));
    return { ...(await this.#plan(register, codec, access)), command: register.name, effect };
  }

  async prepareWrite(name: string, fields: FieldInput, options: CallOptions = {}): Promise<PreparedWrite> {
    const { register, codec, access } = await this.#find(name);
    const plan = await this.planWrite(name);
    requireWritable(codec, fields);
    const device = this.#channel.device;
    requireAllowed(plan, options.allow ?? this.#parts.defaults.allow ?? 'inspect', device.address);
    const place = await this.#writePlace(register, access, fields, options);
    const wanted = { ...place.index, ...fields };
    const before = register.effects.read === undefined ? decoded(codec, codec.encode(selectorsOf(codec, wanted)), device, register.name) : await this.read(register.name, selectorsOf(codec, wanted), options);
    const after = decoded(codec, codec.encode(wanted, writeBase(codec, before.raw)), device, register.name);
    const { command, fields: sent } = this.#writeCall(access, register, after.raw);
    const finer = await this.#channel.refine(plan, command, sent, options);
    requireAllowed(finer, options.allow ?? this.#parts.defaults.allow ?? 'inspect', device.address);
    return { register: register.name, plan: finer, before, after, isVisible: place.isVisible };
  }

  async write(prepared: PreparedWrite, options: CallOptions): Promise<Decoded> {
    const { register, codec, access } = await this.#find(prepared.register);
    const image = prepared.after.raw;
    const effect = accessEffect(register, codec, 'write', image);
    const call = await this.#prepare({ register, codec, image, ...(register.effects.read === undefined ? {} : { before: prepared.before.raw }) }, this.#writeCall(access, register, image), effect, options);
    const answer = await this.#send(call, access, options);
    return access.readBack === true && prepared.isVisible !== false ? this.verify(prepared, options) : answer ?? prepared.after;
  }

  /** A reply that does not hold the register is no fault where the register is read again anyway. */
  async #send(call: PreparedCall, { readBack }: RegisterAccess, options: CallOptions): Promise<Decoded | undefined> {
    try {
      return await this.#channel.sendPrepared(call, options);
    } catch (error) {
      if (readBack === true && error instanceof ReplyError) return undefined;
      throw error;
    }
  }

  /** Reads the register as it is after a write. Rejects with `ERR_VERIFY` when a field that was to change is not what it was to become. */
  async verify({ register: name, before, after }: PreparedWrite, options: CallOptions): Promise<Decoded> {
    const now = await this.read(name, selectorsOf(after.codec, after.fields), waitOf(options));
    const lost = changedFields(after.codec, before.raw, after.raw).filter((field) => isLasting(after.codec, field) && changedFields(after.codec, now.raw, after.raw).includes(field));
    if (lost.length === 0) return now;
    throw new DeviceError('ERR_VERIFY', `${name}: the device accepted the write, and ${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'} not as written`, { device: this.#channel.device.address, command: name });
  }

  async #prepare({ register, codec, image, before }: Accessed, { command, fields, replyTailBytes }: CommandCall, effect: Effect, options: CallOptions): Promise<PreparedCall> {
    const call = await this.#channel.prepare(command, fields, options, { command: register.name, effect, image: { register: register.name, codec, image, ...(before === undefined ? {} : { before }) }, ...(replyTailBytes === undefined ? {} : { replyTailBytes }) });
    return { request: call.request, plan: call.plan, decode: (reply) => decoded(codec, this.#image(codec, call.decode(reply), image), this.#channel.device, register.name) };
  }

  async #plan(register: RegisterDocument, codec: Codec, access: RegisterAccess) {
    const { command, fields } = this.#writeCall(access, register, new Uint8Array(codec.sizeBytes));
    return this.#channel.planCall(command, fields);
  }

  async #find(name: string): Promise<{ register: RegisterDocument; codec: Codec; access: RegisterAccess }> {
    const { layouts } = this.#parts;
    const register = await layouts.document('register', name);
    return { register, codec: await layouts.codec('register', register.name), access: this.#access() };
  }

  #writeCall(access: RegisterAccess, register: RegisterDocument, image: Uint8Array): CommandCall {
    return access.write?.(register, image) ?? missing(this.#parts.plugin, 'way to write registers', this.#channel.device);
  }

  #access(): RegisterAccess {
    const { plugin } = this.#parts;
    return plugin.registers ?? missing(plugin, 'registers', this.#channel.device);
  }

  /** The kernel's own command for what cannot be done here. */
  #kernelHint({ kernelInterfaces: [first] = [] }: RegisterDocument): { readonly hint?: string } {
    return first === undefined ? {} : { hint: `The kernel has its own interface for this: ${forDevice(first.command, this.#channel.device)} (${first.what}).` };
  }

  async #writePlace(register: RegisterDocument, access: RegisterAccess, fields: FieldInput, options: CallOptions): Promise<WritePlace> {
    const queries = this.#channel.planQueries(options);
    return queries === undefined || access.writePlace === undefined ? { index: {}, isVisible: true } : access.writePlace(register, fields, queries);
  }

  /** The register's part of a reply, which may hold the room of the largest register, if that has no tail; a shortage is left for the decoder to report. */
  #image(codec: Codec, reply: Decoded, asked: Uint8Array): Uint8Array {
    const image = this.#access().image(reply.fields, asked);
    return image.length > codec.sizeBytes && !codec.hasTail ? image.subarray(0, codec.sizeBytes) : image;
  }
}

/** Does a field keep what was written to it? */
export function isLasting(codec: Codec, name: string): boolean {
  const field = codec.scope.structures.get(codec.structure)?.fields.find((each) => each.name === name);
  return field?.access !== 'WO' && field?.onWrite === undefined && field?.volatile !== true;
}

/** What a list shows of a register. */
export function summarizeRegister({ name, id, title, sizeBytes, effects: { read, write } }: RegisterEntry): RegisterSummary {
  return { name, id, title, sizeBytes, ...(read === undefined ? {} : { read }), ...(write === undefined ? {} : { write }) };
}

/** What a list shows of every register that the layouts describe, in order of name. */
export async function summarizeRegisters(layouts: LayoutStore): Promise<RegisterSummary[]> {
  return (await layouts.entries('register')).map(summarizeRegister);
}
