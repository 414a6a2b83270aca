import { integerValue } from '@auxctl/schemas/model';
import { completeSelectors, indexFields, requireSelectors } from '../channel/access.js';
import type { ChannelParts, DeviceChannel } from '../channel/channel.js';
import type { NameOf, PluginTypes, UntypedPlugin } from '../channel/typed.js';
import type { CallOptions, Decoded, PreparedCall } from '../channel/types.js';
import { UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import { nearest } from '../names/nearest.js';
import type { FieldInput } from '../layout/types.js';
import type { LayoutStore } from '../store/store.js';

/** A kind of object, and the command that asks for one. */
export interface ObjectEntry {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  /** The numbers that say which one is meant: those that must be given, and those that may be. */
  readonly requiredKey: readonly string[];
  readonly optionalKey: readonly string[];
}

/** One field of an object's key: the numbers that say which one is meant. */
export interface ObjectKeyField {
  readonly name: string;
  readonly sizeBits: number;
  /** What is meant when it is not given; absent when it must be. */
  readonly default?: bigint;
  readonly description?: string;
}

/** The objects of an open device. */
export interface Objects<T extends PluginTypes = UntypedPlugin> {
  /** Reads one object; `key` says which. Setting an `OP` field makes the effect at least `configure`. */
  read<N extends NameOf<T, 'objects'>>(name: N, key?: T['objects'][N]['key'], options?: CallOptions): Promise<Decoded<T['objects'][N]['fields']>>;
  /** The same without sending it, to be sent with others by `Channel.callBatch`. */
  prepareRead<N extends NameOf<T, 'objects'>>(name: N, key?: T['objects'][N]['key'], options?: CallOptions): Promise<PreparedCall>;
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
    const codec = await requestOf(this.#layouts, command);
    requireSelectors(codec, key);
    return this.#channel.prepare(command, completeSelectors(codec, key), options);
  }
}

async function requestOf(layouts: LayoutStore, command: string): Promise<Codec> {
  return layouts.codec('command', command, (await layouts.document('command', command)).request);
}

/** Every kind of object that a plugin's commands query, in order of name. */
export async function objectsOf(layouts: LayoutStore): Promise<ObjectEntry[]> {
  const entries = (await layouts.entries('command')).flatMap(({ name: command, title: commandTitle, object }): ObjectEntry[] => {
    if (object === undefined) return [];
    const { name, title = commandTitle, key: requiredKey, optionalKey } = object;
    return [{ name, title, command, requiredKey, optionalKey }];
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One kind of object; names are matched without regard to case. Rejects with `ERR_UNKNOWN_NAME` and the nearest names. */
export async function findObject(layouts: LayoutStore, name: string): Promise<ObjectEntry> {
  const objects = await objectsOf(layouts);
  const found = objects.find((object) => object.name === name) ?? objects.find((object) => object.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(name, objects.map((object) => object.name));
  throw new UsageError('ERR_UNKNOWN_NAME', `no object is called '${name}'`, near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` });
}

/** What says which object of a kind is meant, in the order of the request. */
export async function objectKey(layouts: LayoutStore, { command }: ObjectEntry): Promise<ObjectKeyField[]> {
  return indexFields(await requestOf(layouts, command)).map((field) => ({
    name: field.name, sizeBits: field.sizeBits,
    ...(field.default === undefined ? {} : { default: integerValue(field.default) }),
    ...(field.description === undefined ? {} : { description: field.description }),
  }));
}
