import type { LayoutDocumentOf } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { completeSelectors, indexFields, requireSelectors } from '../channel/access.js';
import type { ChannelParts, DeviceChannel } from '../channel/channel.js';
import type { CallOptions, Decoded, PreparedCall } from '../channel/types.js';
import { UsageError } from '../errors/classes.js';
import { nearest } from '../names/nearest.js';
import type { FieldInput } from '../layout/types.js';
import type { LayoutStore } from '../store/store.js';

type CommandDocument = LayoutDocumentOf<'command'>;

/** A kind of object, and the command that asks for one. */
export interface ObjectEntry {
  readonly name: string;
  readonly title: string;
  readonly command: CommandDocument;
}

/** One field of an object's key: the numbers that say which one is meant. */
export interface ObjectKeyField {
  readonly name: string;
  readonly sizeBits: number;
  /** What is meant when it is not given; absent when it must be. */
  readonly default?: bigint;
  readonly description?: string;
}

/** What a list shows of a kind of object. */
export interface ObjectSummary {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  readonly key: readonly ObjectKeyField[];
}

/** The objects of an open device. */
export interface Objects {
  /** Reads one object; `key` says which. Setting an `OP` field makes the effect at least `configure`. */
  read(name: string, key?: FieldInput, options?: CallOptions): Promise<Decoded>;
  /** The same without sending it, to be sent with others by `Channel.callBatch`. */
  prepareRead(name: string, key?: FieldInput, options?: CallOptions): Promise<PreparedCall>;
}

/** A device's objects, by the commands that query them. */
export class DeviceObjects implements Objects {
  readonly #layouts: LayoutStore;
  readonly #channel: DeviceChannel;

  constructor({ layouts }: Pick<ChannelParts, 'layouts'>, channel: DeviceChannel) {
    this.#layouts = layouts;
    this.#channel = channel;
  }

  async read(name: string, key: FieldInput = {}, options: CallOptions = {}): Promise<Decoded> {
    return this.#channel.sendPrepared(await this.prepareRead(name, key, options), options);
  }

  async prepareRead(name: string, key: FieldInput = {}, options: CallOptions = {}): Promise<PreparedCall> {
    const { command } = await findObject(this.#layouts, name);
    const codec = await this.#layouts.codec('command', command.name, command.request);
    requireSelectors(codec, key);
    return this.#channel.prepare(command.name, completeSelectors(codec, key), options);
  }
}

/** Every kind of object that a plugin's commands query, in order of name. */
export async function objectsOf(layouts: LayoutStore): Promise<ObjectEntry[]> {
  const entries = (await layouts.all('command')).flatMap((command) => (command.object === undefined ? [] : [entryOf(command.object, command)]));
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function entryOf({ name, title }: NonNullable<CommandDocument['object']>, command: CommandDocument): ObjectEntry {
  return { name, title: title ?? command.title, command };
}

/** One kind of object; names are matched without regard to case. Rejects with `ERR_UNKNOWN_NAME` and the nearest names. */
export async function findObject(layouts: LayoutStore, name: string): Promise<ObjectEntry> {
  const objects = await objectsOf(layouts);
  const found = objects.find((object) => object.name === name) ?? objects.find((object) => object.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(name, objects.map((object) => object.name));
  throw new UsageError('ERR_UNKNOWN_NAME', `no object is called '${name}'`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
}

/** What a list shows of one kind of object. */
export async function summarizeObject(layouts: LayoutStore, { name, title, command }: ObjectEntry): Promise<ObjectSummary> {
  const codec = await layouts.codec('command', command.name, command.request);
  const key = indexFields(codec).map((field): ObjectKeyField => ({
    name: field.name, sizeBits: field.sizeBits,
    ...(field.default === undefined ? {} : { default: integerValue(field.default) }),
    ...(field.description === undefined ? {} : { description: field.description }),
  }));
  return { name, title, command: command.name, key };
}
