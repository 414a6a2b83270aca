import { integerValue } from '@auxctl/schemas/model';
import type { Nvconfig, NvReading, NvSet, NvValue } from '@auxctl/core';
import { findNvParameter, nvParameters, nvValueText } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { jsonInteger } from '../../describe/structure.js';
import { layoutsOf } from '../../layouts.js';
import { openDevice, requirePlugin } from '../../open.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { NvconfigQueryDocument, NvconfigValue } from '../../schemas/nvconfig.js';

type Parameter = NvconfigQueryDocument['parameters'][number];
type Item = NonNullable<NvconfigQueryDocument['items']>[number];

/** `auxctl nvconfig query` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const layouts = layoutsOf(requirePlugin(found));
  const names = invocation.list('NAME');
  const known = await nvParameters(layouts);
  for (const name of names) findNvParameter(known, name);

  await using channel = await openDevice(found, context);
  const nvconfig = await channel.nvconfig();
  const { sets, readings } = await nvconfig.query(names);
  const shown = invocation.flag('changed') ? readings.filter(({ isChanged }) => isChanged) : readings;
  const documents = new Map((await layouts.all('nvconfig')).map(({ name, item }) => [integerValue(item.type), name]));
  const items = invocation.flag('all') ? await itemsOf(nvconfig, documents) : null;
  const document: NvconfigQueryDocument = { schema: 'auxctl.nvconfig-query/1', device: found.device.address, sets: [...sets], parameters: shown.map(toParameter), items };
  if (shown.length === 0) context.notes.note('no value differs from its default');
  return report(document, queryText);
};

async function itemsOf(nvconfig: Nvconfig, documents: ReadonlyMap<bigint, string>): Promise<Item[]> {
  const records = await nvconfig.items('next');
  return records.map(({ type, data, writer }) => ({ type: jsonInteger(type), document: documents.get(type) ?? null, writer: writer ?? null, raw: Buffer.from(data).toString('hex') }));
}

function toParameter({ name, title, item, isSupported, canWrite, problem, values, writer, limit, isChanged }: NvReading): Parameter {
  const value = (set: NvSet): NvconfigValue | null => toValue(values[set]);
  return {
    name, title, item, isSupported, canWrite, problem: problem ?? null, default: value('default'), current: value('current'), next: value('next'),
    writer: writer ?? null, limit: limit === undefined ? null : jsonInteger(limit), isChanged,
  };
}

function toValue(value: NvValue | undefined): NvconfigValue | null {
  return value === undefined ? null : { value: value.value, symbol: value.symbol ?? null, text: nvValueText(value), isSet: value.isSet };
}

function queryText({ parameters, items }: NvconfigQueryDocument, style: Style): string {
  const supported = parameters.filter(({ isSupported }) => isSupported);
  const missing = parameters.filter(({ isSupported }) => !isSupported);
  const unknown = (items ?? []).filter(({ document }) => document === null);
  return [
    table(supported, [
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'DEFAULT', cell: (parameter) => parameter.default?.text ?? '' },
      { heading: 'CURRENT', cell: ({ current }) => current?.text ?? '' },
      { heading: 'NEXT BOOT', cell: ({ next }) => next?.text ?? '', paint: ({ current, next }, text) => (current?.text === next?.text ? text : style.changed(text)) },
      { heading: 'AT MOST', cell: ({ limit }) => (limit === null ? '' : String(limit)), align: 'right' },
      { heading: 'WRITER', cell: ({ writer, isChanged }) => (isChanged ? writer ?? '' : ''), paint: (_row, text) => style.dim(text) },
    ], style),
    table(missing, [
      { heading: 'NOT HERE', cell: ({ name }) => name, paint: (_row, text) => style.dim(text) },
      { heading: 'WHY', cell: ({ problem }) => problem ?? '', paint: (_row, text) => style.dim(text) },
    ], style),
    table(unknown, [
      { heading: 'UNKNOWN ITEM', cell: ({ type }) => `0x${BigInt(type).toString(16)}` },
      { heading: 'WRITER', cell: ({ writer }) => writer ?? '' },
      { heading: 'BYTES AT NEXT BOOT', cell: ({ raw }) => raw },
    ], style),
  ].filter((part) => part !== '').join('\n');
}
