import { findNvParameter, nvParameters } from '../nvconfig/parameters.js';
import type { NvParameterEntry, NvReading } from '../nvconfig/types.js';
import { symbolName } from '../layout/symbols.js';
import type { LayoutStore } from '../store/store.js';
import type { NvSet } from '../plugin/nvconfig.js';
import type { OfferedValue } from './types.js';

/** What of the parameters to set the kernel offers interfaces for. Rejects with `ERR_UNKNOWN_NAME` or `ERR_FIELD_VALUE`. */
export async function offeredByParameters(layouts: LayoutStore, values: Readonly<Record<string, string>>): Promise<OfferedValue[]> {
  const all = await nvParameters(layouts);
  const wanted = await Promise.all(Object.entries(values).map(async ([name, text]) => {
    const entry = findNvParameter(all, name);
    return { entry, value: await valueOf(layouts, entry, text) };
  }));
  const beside = new Map(wanted.flatMap(({ entry, value }): [string, bigint][] => (value === undefined ? [] : [[entry.parameter.name, value]])));
  return Promise.all(wanted.map(async ({ entry, value }) => offeredValue(layouts, entry, value, beside)));
}

/** What of the parameters that a device has the kernel offers interfaces for, in the set that each is compared with. */
export async function offeredByReadings(layouts: LayoutStore, readings: readonly NvReading[], set: NvSet): Promise<OfferedValue[]> {
  const all = await nvParameters(layouts);
  const numbers = new Map(readings.flatMap(({ name, values }): [string, bigint][] => {
    const value = values[set]?.value;
    return typeof value === 'number' ? [[name, BigInt(value)]] : [];
  }));
  return Promise.all(readings.map(async ({ name }) => offeredValue(layouts, findNvParameter(all, name), numbers.get(name), numbers)));
}

async function offeredValue(layouts: LayoutStore, { parameter: { name, field, kernel = [] }, document }: NvParameterEntry, value: bigint | undefined, beside: ReadonlyMap<string, bigint>): Promise<OfferedValue> {
  const codec = await layouts.codec('nvconfig', document.name);
  const layout = codec.scope.structures.get(codec.structure)?.fields.find((each) => each.name === field);
  const symbol = layout?.type === 'enum' && value !== undefined ? symbolName(codec.scope.enums.get(layout.enum), value) : undefined;
  return { field: name, offers: kernel, sizeBits: layout?.sizeBits ?? 0, beside, ...(value === undefined ? {} : { value }), ...(symbol === undefined ? {} : { symbol }) };
}

async function valueOf(layouts: LayoutStore, { parameter: { field }, document }: NvParameterEntry, text: string): Promise<bigint | undefined> {
  const codec = await layouts.codec('nvconfig', document.name);
  const value = codec.decode(codec.encode({ [field]: text }))[field];
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : undefined;
}
