import { AuxctlError, present, UsageError, type CapabilityMode, type DeviceChannel } from '@auxctl/core';
import type { LayoutDocumentOf } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { report, type CommandModule } from '../command.js';
import { jsonInteger } from '../describe/structure.js';
import { compareFields } from '../fields/changes.js';
import { requireFields } from '../fields/known.js';
import { selectFields, type PresentedFields } from '../fields/select.js';
import { layoutsOf } from '../layouts.js';
import { openDevice, requirePlugin } from '../open.js';
import type { Style } from '../output/style.js';
import { table, type Column } from '../output/table.js';
import type { CapsDocument } from '../schemas/devices.js';

type CapabilitySet = CapsDocument['sets'][number];

/** `auxctl caps` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const layouts = layoutsOf(requirePlugin(found));
  const name = invocation.maybe('NAME');
  const wanted = name === undefined ? await layouts.all('capability') : [await layouts.document('capability', name)];
  const fields = invocation.maybe('fields');
  if (name === undefined && fields !== undefined) throw new UsageError('ERR_USAGE', '--fields needs the name of one set of capabilities');
  for (const document of wanted) requireFields(await layouts.codec('capability', document.name), fields);
  await using channel = await openDevice(found, context);
  const sets: CapabilitySet[] = [];
  for (const document of wanted) sets.push(await readSet(channel, document, name !== undefined, fields));
  const isChanged = invocation.flag('changed');
  const document: CapsDocument = { schema: 'auxctl.caps/1', device: found.device.address, sets: isChanged ? sets.map(onlyChanged) : sets };
  if (isChanged && document.sets.every(({ current }) => Object.keys(current ?? {}).length === 0)) context.notes.note('every field is at its maximum');
  return report(document, (shown, style) => {
    if (isChanged) return changedText(shown, style, name === undefined);
    return name === undefined ? setsText(shown, style) : valuesText(shown, style);
  });
};

/** A device that does not have a set refuses to read it: that is an answer, unless this one was asked for. */
async function readSet(channel: DeviceChannel, { name, title, id }: LayoutDocumentOf<'capability'>, isNamed: boolean, fields: string | undefined): Promise<CapabilitySet> {
  const base = { name, title, id: jsonInteger(integerValue(id)) };
  const read = async (mode: CapabilityMode): Promise<PresentedFields> => {
    const { codec, raw } = await channel.capability(name, mode);
    return selectFields(present(codec, raw), fields);
  };
  try {
    return { ...base, isSupported: true, problem: null, current: await read('current'), maximum: await read('maximum') };
  } catch (error) {
    if (isNamed || !(error instanceof AuxctlError) || error.layer !== 'firmware') throw error;
    return { ...base, isSupported: false, problem: error.message, current: null, maximum: null };
  }
}

function onlyChanged(set: CapabilitySet): CapabilitySet {
  if (set.current === null || set.maximum === null) return set;
  const names = new Set(compareFields([set.current, set.maximum]).map(({ path }) => path.replace(/[.[].*$/, '')));
  const narrowed = (fields: PresentedFields): PresentedFields => Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
  return { ...set, current: narrowed(set.current), maximum: narrowed(set.maximum) };
}

function setsText({ sets }: CapsDocument, style: Style): string {
  return table(sets, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'SUPPORTED', cell: ({ isSupported }) => (isSupported ? 'yes' : 'no'), paint: ({ isSupported }, text) => (isSupported ? style.good(text) : style.dim(text)) },
    { heading: 'FIELDS', cell: ({ current }) => (current === null ? '' : String(Object.keys(current).length)), align: 'right' },
    { heading: 'BELOW MAXIMUM', cell: ({ current, maximum }) => (current === null || maximum === null ? '' : String(compareFields([current, maximum]).length)), align: 'right' },
    { heading: 'TITLE', cell: ({ title }) => title },
  ], style);
}

interface ValueRow {
  readonly set: string;
  readonly path: string;
  readonly texts: readonly string[];
}

const VALUE_COLUMNS = (style: Style): Column<ValueRow>[] => [
  { heading: 'CAPABILITY', cell: ({ path }) => path },
  { heading: 'CURRENT', cell: ({ texts }) => texts[0] ?? '' },
  { heading: 'MAXIMUM', cell: ({ texts }) => texts[1] ?? '', paint: ({ texts }, text) => (texts[0] === texts[1] ? text : style.changed(text)) },
];

function rowsOf({ sets }: CapsDocument, always: readonly string[] | 'all'): ValueRow[] {
  return sets.flatMap(({ name, current, maximum }) => compareFields([current ?? {}, maximum ?? {}], always).map((row) => ({ set: name, ...row })));
}

function valuesText(document: CapsDocument, style: Style): string {
  return table(rowsOf(document, 'all'), VALUE_COLUMNS(style), style);
}

/** Only what differs; the set's name is shown where there are several. */
function changedText(document: CapsDocument, style: Style, hasSets: boolean): string {
  const rows = rowsOf(document, []);
  const sets: Column<ValueRow>[] = hasSets ? [{ heading: 'SET', cell: ({ set }) => set }] : [];
  return rows.length === 0 ? '' : table(rows, [...sets, ...VALUE_COLUMNS(style)], style);
}
