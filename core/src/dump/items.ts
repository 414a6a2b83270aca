import type { DumpEntry, DumpSubject, LayoutDocument } from '@auxctl/schemas';
import { pathOf } from '@auxctl/schemas/model';
import type { WaitOptions } from '../wait.js';
import type { NvRecord, NvSet } from '../plugin/nvconfig.js';
import type { NvItemDocument } from '../nvconfig/types.js';
import type { ItemState } from '../nvconfig/reader.js';
import { dumpTargets, type DumpPlanner, type DumpSelection } from './plan.js';
import { withoutSecrets } from './secrets.js';
import { padded } from '../layout/padded.js';

type ItemSubject = Extract<DumpSubject, { kind: 'parameter' }>;

/** The items of stored configuration that a dump is to hold, and of which sets. */
export interface PlannedItem {
  readonly document: NvItemDocument;
  /** All that the device shows when left out. */
  readonly sets?: ReadonlySet<NvSet>;
}

/** Chooses items as {@link planDump} chooses the rest. Nothing is sent. */
export async function planItems({ layouts, plugin }: Pick<DumpPlanner, 'layouts' | 'plugin'>, { only = () => true, subjects }: DumpSelection): Promise<PlannedItem[]> {
  const known = (await dumpTargets({ layouts, plugin })).filter(({ kind }) => kind === 'parameter');
  if (subjects === undefined) return Promise.all(known.filter(only).map(async ({ name }) => ({ document: await layouts.document('nvconfig', name) })));
  const wanted = subjects.filter((subject): subject is ItemSubject => subject.kind === 'parameter');
  const names = known.map(({ name }) => name).filter((name) => wanted.some((subject) => subject.name === name));
  return Promise.all(names.map(async (name) => {
    const sets = new Set(wanted.flatMap((subject) => (subject.name === name && subject.mode !== undefined ? [subject.mode] : [])));
    return { document: await layouts.document('nvconfig', name), sets };
  }));
}

/** The layouts that decode items. */
export function itemDocuments(items: readonly PlannedItem[]): LayoutDocument[] {
  return items.map(({ document }) => document);
}

/** Reads items, each in every set that the device shows. An item that the device does not have is one entry, which says so. */
export async function readItemEntries({ channel, layouts, plugin }: DumpPlanner, items: readonly PlannedItem[], wait: WaitOptions): Promise<DumpEntry[]> {
  const access = plugin.nvconfig;
  if (access === undefined || items.length === 0) return [];
  const { readableSets, readItems } = await import('../nvconfig/reader.js');
  const parts = { channel, layouts, access };
  const states = await readItems(parts, items.map(({ document }) => document), await readableSets(parts, wait), wait);
  const entries = await Promise.all(items.map(async ({ document, sets }) => {
    const codec = await layouts.codec('nvconfig', document.name);
    const render = ({ data }: NvRecord): string => Buffer.from(withoutSecrets({ codec, raw: padded(data, codec.sizeBytes) }).subarray(0, data.length)).toString('hex');
    return entriesOf(document, states.get(document.name), sets, render);
  }));
  return entries.flat();
}

function entriesOf(document: NvItemDocument, state: ItemState | undefined, sets: ReadonlySet<NvSet> | undefined, render: (record: NvRecord) => string): DumpEntry[] {
  const head = { type: 'entry', layout: pathOf(document) } as const;
  const views = [...(state?.views ?? [])].filter(([set]) => sets?.has(set) !== false);
  if (views.length > 0) return views.map(([set, { record }]) => ({ ...head, subject: { kind: 'parameter', name: document.name, mode: set }, bytes: render(record) }));
  return [{ ...head, subject: { kind: 'parameter', name: document.name, mode: 'next' }, failure: { code: 'ERR_UNSUPPORTED', message: state?.problem ?? 'this device does not have it' } }];
}
