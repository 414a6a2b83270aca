import type { Field, LayoutDocumentOf } from '@auxctl/schemas';
import { PluginError, UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { FieldInput } from '../layout/types.js';
import type { RegisterAccess } from '../plugin/types.js';
import type { ChannelParts, DeviceChannel } from './channel.js';
import { requireAllowed } from './effects.js';
import { accessEffect } from './planner.js';
import { decoded, missing } from './support.js';
import type { CallOptions, Decoded, PreparedWrite, Registers, RegisterSummary } from './types.js';

type RegisterDocument = LayoutDocumentOf<'register'>;

/** A device's registers, by the commands that its plugin names. */
export class DeviceRegisters implements Registers {
  readonly #parts: ChannelParts;
  readonly #channel: DeviceChannel;

  constructor(parts: ChannelParts, channel: DeviceChannel) {
    this.#parts = parts;
    this.#channel = channel;
  }

  async list(): Promise<RegisterSummary[]> {
    return (await this.#parts.layouts.all('register')).map(summarizeRegister);
  }

  async read(name: string, index: FieldInput = {}, options: CallOptions = {}): Promise<Decoded> {
    const { register, codec, access } = await this.#find(name);
    requireSelectors(codec, index);
    const image = codec.encode(index);
    const effect = accessEffect(register, codec, 'read', image);
    const { command, fields } = access.read(register, image);
    const reply = await this.#channel.send(command, fields, options, { command: register.name, effect });
    return decoded(codec, this.#image(access, codec, reply), this.#channel.device, register.name);
  }

  async prepareWrite(name: string, fields: FieldInput, options: CallOptions = {}): Promise<PreparedWrite> {
    const { register, codec, access } = await this.#find(name);
    const effect = register.effects.write;
    if (effect === undefined) throw new UsageError('ERR_FIELD_ACCESS', `${register.name} cannot be written`);
    requireWritable(codec, fields);
    const device = this.#channel.device;
    const plan = { ...(await this.#plan(register, codec, access)), command: register.name, effect };
    requireAllowed(plan, options.allow ?? this.#parts.defaults.allow ?? 'inspect', device.address);
    const before = await this.read(register.name, selectorsOf(codec, fields), options);
    const after = decoded(codec, codec.encode(fields, before.raw), device, register.name);
    return { register: register.name, plan, before, after };
  }

  async write(prepared: PreparedWrite, options: CallOptions): Promise<Decoded> {
    const { register, codec, access } = await this.#find(prepared.register);
    const { command, fields } = access.write(register, prepared.after.raw);
    const reply = await this.#channel.send(command, fields, options, { command: register.name, effect: prepared.plan.effect });
    return decoded(codec, this.#image(access, codec, reply), this.#channel.device, register.name);
  }

  async #plan(register: RegisterDocument, codec: Codec, access: RegisterAccess) {
    const { command, fields } = access.write(register, new Uint8Array(codec.sizeBytes));
    return this.#channel.planCall(command, fields);
  }

  async #find(name: string): Promise<{ register: RegisterDocument; codec: Codec; access: RegisterAccess }> {
    const { layouts, plugin } = this.#parts;
    const register = await layouts.document('register', name);
    return { register, codec: await layouts.codec('register', register.name), access: plugin.registers ?? missing(plugin, 'registers', this.#channel.device) };
  }

  /** The register's part of a reply; bytes beyond it are kept, a shortage is left for the decoder to report. */
  #image(access: RegisterAccess, codec: Codec, reply: Decoded): Uint8Array {
    const image = access.image(reply.fields);
    return image.length > codec.sizeBytes ? image.slice(0, codec.sizeBytes) : image;
  }
}

/** What a list shows of a register. */
export function summarizeRegister(register: RegisterDocument): RegisterSummary {
  const structure = register.structures[register.structure];
  if (structure === undefined) throw new PluginError('ERR_LAYOUT', `${register.name} has no structure ${register.structure}`);
  const { read, write } = register.effects;
  return {
    name: register.name, id: BigInt(register.id), title: register.title, sizeBytes: structure.sizeBits / 8,
    ...(read === undefined ? {} : { read }), ...(write === undefined ? {} : { write }),
  };
}

/** The fields that select what a register read gives. */
export function indexFields(codec: Codec): readonly Field[] {
  return topFields(codec).filter((field) => field.access === 'INDEX');
}

function topFields(codec: Codec): readonly Field[] {
  return codec.scope.structures.get(codec.structure)?.fields ?? [];
}

function selectorsOf(codec: Codec, fields: FieldInput): FieldInput {
  const names = new Set(indexFields(codec).map(({ name }) => name));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}

/** A read takes `INDEX` and `OP` fields only; a name that does not exist is left for the encoder to explain. */
function requireSelectors(codec: Codec, index: FieldInput): void {
  const wrong = topFields(codec).find((field) => field.name in index && field.access !== 'INDEX' && field.access !== 'OP');
  if (wrong === undefined) return;
  const names = topFields(codec).filter(({ access }) => access === 'INDEX' || access === 'OP').map(({ name }) => name);
  throw new UsageError('ERR_FIELD_ACCESS', `${wrong.name} does not select anything in a read`, { hint: names.length === 0 ? 'This register has no index fields.' : `These do: ${names.join(', ')}.` });
}

function requireWritable(codec: Codec, fields: FieldInput): void {
  const wrong = topFields(codec).find((field) => field.name in fields && (field.access ?? 'RO') === 'RO' && field.type !== 'struct' && field.type !== 'union' && field.type !== 'array');
  if (wrong !== undefined) throw new UsageError('ERR_FIELD_ACCESS', `${wrong.name} is read-only`);
}
