import { perform, planStep, readingOptions } from '../channel/ask.js';
import type { DeviceChannel } from '../channel/channel.js';
import { changesOf } from '../channel/described.js';
import { touchedFields } from '../channel/touched.js';
import type { PolicyChange } from '../policy/types.js';
import { requireAllowed } from '../channel/effects.js';
import type { CommandSubject } from '../channel/recorder.js';
import type { CallOptions, CommandPlan } from '../channel/types.js';
import { DeviceError } from '../errors/classes.js';
import type { NvconfigAccess, NvRecord, NvSet } from '../plugin/nvconfig.js';
import type { LayoutStore } from '../store/store.js';
import { capabilityNames, findNvParameter, itemsOf, nvParameters } from './parameters.js';
import { prepareReset, prepareSet } from './preparation.js';
import { readableSets, readItems, typeOf, type ItemState, type NvReaderParts } from './reader.js';
import { readingOf } from './readings.js';
import type { Nvconfig, NvItemDocument, NvParameterEntry, NvReport, NvRequest, PreparedNvChange, PreparedNvItem } from './types.js';
import { walkItems } from './walk.js';
import { padded } from '../layout/padded.js';
import { requirePossible, wishesOf, type Wish } from './wishes.js';

/** A device's non-volatile configuration, by the registers or commands that its plugin names. */
export class DeviceNvconfig implements Nvconfig {
  readonly #channel: DeviceChannel;
  readonly #layouts: LayoutStore;
  readonly #access: NvconfigAccess;

  constructor(channel: DeviceChannel, layouts: LayoutStore, access: NvconfigAccess) {
    this.#channel = channel;
    this.#layouts = layouts;
    this.#access = access;
  }

  async query(names: readonly string[] = [], options: CallOptions = {}): Promise<NvReport> {
    const all = await nvParameters(this.#layouts);
    const entries = names.length === 0 ? all : [...new Set(names.map((name) => findNvParameter(all, name)))];
    const sets = await readableSets(this.#parts, options);
    const states = await this.#states(entries, sets, options);
    return { sets, readings: entries.map((entry) => readingOf(entry, states)) };
  }

  async items(set: NvSet, options: CallOptions = {}): Promise<NvRecord[]> {
    return walkItems(this.#channel, this.#access, set, options);
  }

  async plan(request: NvRequest): Promise<CommandPlan> {
    const wishes = await wishesOf(request, await nvParameters(this.#layouts), this.#layouts);
    const [first] = wishes;
    if (first === undefined) return planStep(this.#channel, this.#access.resetAll);
    const type = typeOf(first.entry.document);
    return planStep(this.#channel, request.type === 'set' ? this.#access.write({ type, data: new Uint8Array(), roomBytes: 0 }) : this.#access.reset(type));
  }

  async prepare(request: NvRequest, options: CallOptions): Promise<PreparedNvChange> {
    requireAllowed(await this.plan(request), options.allow ?? 'inspect', this.#channel.device.address);
    const reading = readingOptions(options);
    const all = await nvParameters(this.#layouts);
    const wishes = await wishesOf(request, all, this.#layouts);
    const isEverything = request.type === 'reset' && wishes.length === 0;
    const entries = isEverything ? all : wishes.map(({ entry }) => entry);
    const sets = request.type === 'set' ? ['next'] as const : (await readableSets(this.#parts, reading)).filter((set) => set !== 'current');
    const states = await this.#states(entries, sets, reading);
    for (const wish of wishes) requirePossible(wish, states, this.#channel.device.address);
    const parts = itemsOf(entries).flatMap((document) => this.#part(document, states.get(document.name), wishes.filter(({ entry }) => entry.document === document), request.type));
    return { items: parts.map(({ item }) => item), changes: parts.flatMap(({ changes }) => changes), isEverything };
  }

  async commit({ items, isEverything }: PreparedNvChange, options: CallOptions): Promise<void> {
    if (isEverything) await perform(this.#channel, this.#access.resetAll, { ...options, about: await this.#aboutEverything() });
    for (const item of items) {
      const type = typeOf(item.document);
      const about = await this.#about(item);
      if (!isEverything) await perform(this.#channel, item.after === undefined ? this.#access.reset(type) : this.#access.write(item.after), { ...options, about });
      await this.#verify(item, options);
    }
  }

  async restore({ items }: PreparedNvChange, options: CallOptions): Promise<boolean> {
    let isSent = false;
    for (const { document, before } of items.toReversed()) {
      const state = (await readItems(this.#parts, [document], ['next'], readingOptions(options))).get(document.name);
      const now = state?.views.get('next')?.record;
      if (now === undefined) throw this.#notTaken(`${document.name} cannot be read: ${state?.problem ?? 'no answer'}`);
      if (Buffer.compare(now.data, before.data) === 0) continue;
      await this.commit({ items: [{ document, before: now, after: before }], changes: [], isEverything: false }, options);
      isSent = true;
    }
    return isSent;
  }

  get #parts(): NvReaderParts {
    return { channel: this.#channel, layouts: this.#layouts, access: this.#access };
  }

  async #states(entries: readonly NvParameterEntry[], sets: readonly NvSet[], options: CallOptions): Promise<Map<string, ItemState>> {
    const capabilities = await Promise.all(capabilityNames(entries).map((name) => this.#layouts.document('nvconfig', name)));
    return readItems(this.#parts, [...new Set([...itemsOf(entries), ...capabilities])], sets, options);
  }

  /** An item that the device does not have, or that nobody can write, has nothing to go back to. */
  #part(document: NvItemDocument, state: ItemState | undefined, wishes: readonly Wish[], type: NvRequest['type']): ReturnType<typeof prepareSet>[] {
    const before = state?.views.get('next');
    if (state === undefined || before === undefined || !state.support.canWrite) return [];
    if (type === 'set') return [prepareSet(document, before, wishes)];
    return [prepareReset(document, state, before, new Set(wishes.map(({ entry }) => entry.parameter.name)))];
  }

  /** What becomes of an item's fields; a reset to what the device does not show tells no values. */
  async #about({ document, before, after, defaults }: PreparedNvItem): Promise<CommandSubject> {
    const codec = await this.#layouts.codec('nvconfig', document.name);
    const becomes = after ?? defaults;
    if (becomes === undefined) return { item: document.name, changes: [], parts: partsOf(document) };
    const [was, is] = [padded(before.data, codec.sizeBytes), padded(becomes.data, codec.sizeBytes)];
    return { item: document.name, changes: changesOf(codec, was, is), parts: partsOf(document, touchedFields(codec, is, was)) };
  }

  /** A reset of everything may change every parameter. */
  async #aboutEverything(): Promise<CommandSubject> {
    return { item: '*', changes: [], parts: itemsOf(await nvParameters(this.#layouts)).flatMap((document) => partsOf(document)) };
  }

  /** Reads an item back: what was written, or where it was reset and the device shows its defaults, these. */
  async #verify({ document, after }: PreparedNvItem, options: CallOptions): Promise<void> {
    const sets = after === undefined ? (await readableSets(this.#parts, readingOptions(options))).filter((set) => set !== 'current') : ['next'] as const;
    const state = (await readItems(this.#parts, [document], sets, readingOptions(options))).get(document.name);
    const is = state?.views.get('next');
    const wanted = after?.data ?? state?.views.get('default')?.record.data;
    if (is === undefined) throw this.#notTaken(`${document.name} cannot be read back: ${state?.problem ?? 'no answer'}`);
    if (wanted !== undefined && Buffer.compare(is.record.data, wanted) !== 0) {
      throw this.#notTaken(`the device did not take ${document.name} as it was written: asked for ${hex(wanted)}, and the next boot has ${hex(is.record.data)}`);
    }
  }

  #notTaken(message: string): DeviceError {
    return new DeviceError('ERR_VERIFY', message, { device: this.#channel.device.address, hint: 'Items that came before it in the same change are written; query shows what is there.' });
  }
}

/** The parameters of an item that some of its fields are of, and the fields that are of none; all parameters where it is not known which fields are meant. */
function partsOf({ name, parameters }: NvItemDocument, touched?: readonly string[]): PolicyChange[] {
  const isOf = (path: string, field: string | undefined): boolean => field !== undefined && (path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  const meant = parameters.filter(({ field, valid }) => touched === undefined || touched.some((path) => isOf(path, field) || isOf(path, valid)));
  const others = (touched ?? []).filter((path) => !parameters.some(({ field, valid }) => isOf(path, field) || isOf(path, valid)));
  return [...meant.map((parameter) => ({ field: parameter.field, parameters: [parameter.name, name] })), ...others.map((field) => ({ field, parameters: [name] }))];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
