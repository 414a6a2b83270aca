import { integerValue } from '@auxctl/schemas/model';
import { ask, askAll, type Answer } from '../channel/ask.js';
import type { DeviceChannel } from '../channel/channel.js';
import type { CallOptions } from '../channel/types.js';
import { FirmwareError } from '../errors/classes.js';
import { NV_SETS, type NvconfigAccess, type NvRecord, type NvSet, type NvSupport } from '../plugin/nvconfig.js';
import type { LayoutStore } from '../store/store.js';
import { ItemView } from './item-view.js';
import type { NvItemDocument } from './types.js';

/** What a device says of one item. */
export interface ItemState {
  readonly support: NvSupport;
  /** Why it cannot be read, where the device said so. */
  readonly problem?: string;
  readonly views: ReadonlyMap<NvSet, ItemView>;
}

/** What reading items needs. */
export interface NvReaderParts {
  readonly channel: DeviceChannel;
  readonly layouts: LayoutStore;
  readonly access: NvconfigAccess;
}

/** The sets that the device shows, in their order. Firmware that cannot even be asked shows the next boot's. */
export async function readableSets({ channel, access }: NvReaderParts, options: CallOptions): Promise<NvSet[]> {
  try {
    const besides = await ask(channel, access.sets, options);
    return NV_SETS.filter((set) => set === 'next' || besides.includes(set));
  } catch (error) {
    if (error instanceof FirmwareError) return ['next'];
    throw error;
  }
}

/** Asks for items in two hops: what can be done with each, then each in each set. By the document's name. */
export async function readItems(parts: NvReaderParts, documents: readonly NvItemDocument[], sets: readonly NvSet[], options: CallOptions): Promise<Map<string, ItemState>> {
  const { channel, access } = parts;
  const supports = await askAll(channel, documents.map((document) => access.support(typeOf(document))), options);
  const readable = documents.filter((_document, at) => supports[at]?.ok !== true || supports[at].value.canRead);
  const wanted = readable.flatMap((document) => sets.map((set) => ({ document, set })));
  const records = await askAll(channel, wanted.map(({ document, set }) => access.read(typeOf(document), set)), options);
  const states = new Map<string, ItemState>();
  for (const [at, document] of documents.entries()) {
    const answers = wanted.flatMap((each, place) => (each.document === document && records[place] !== undefined ? [[each.set, records[place]] as const] : []));
    states.set(document.name, await itemState(parts.layouts, document, supports[at], new Map(answers)));
  }
  return states;
}

/** The number by which the device knows an item. */
export function typeOf({ item }: NvItemDocument): bigint {
  return integerValue(item.type);
}

/** An item that can be read for the next boot is there, whatever the device said when it was asked for its support. */
async function itemState(layouts: LayoutStore, document: NvItemDocument, support: Answer<NvSupport> | undefined, records: ReadonlyMap<NvSet, Answer<NvRecord>>): Promise<ItemState> {
  const codec = await layouts.codec('nvconfig', document.name);
  const views = new Map<NvSet, ItemView>();
  for (const [set, record] of records) if (record.ok) views.set(set, new ItemView(codec, record.value));
  const next = records.get('next');
  const canRead = views.has('next');
  const refused = next !== undefined && !next.ok ? next.error.message : undefined;
  const problem = canRead ? undefined : refused ?? 'this device does not have it';
  const canWrite = canRead && document.isCapability !== true && (support?.ok === true ? support.value.canWrite : true);
  return { support: { canRead, canWrite }, views, ...(problem === undefined ? {} : { problem }) };
}
