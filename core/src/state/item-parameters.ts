import type { DumpEntry, LayoutDocumentOf } from '@auxctl/schemas';
import type { Dump } from '../dump/dump.js';

/** What a field of an item of stored configuration is called where people set it. */
export interface ItemName {
  readonly name: string;
  readonly title?: string;
  /** The bit that says whether it has been set at all. */
  readonly valid?: string;
}

/** The document that decodes an entry, where it is an item of stored configuration. */
export function itemDocument({ layouts }: Pick<Dump, 'layouts'>, { layout = '' }: Pick<DumpEntry, 'layout'>): LayoutDocumentOf<'nvconfig'> | undefined {
  const document = layouts.documents.get(layout);
  return document?.kind === 'nvconfig' ? document : undefined;
}

/** The name of an item's field: of the parameter that it holds, else `item.field`; undefined for a bit that only says whether another field is set. */
export function itemName({ name: item, parameters }: LayoutDocumentOf<'nvconfig'>, path: string): ItemName | undefined {
  const parameter = parameters.find(({ field }) => field === path);
  if (parameter !== undefined) return { name: parameter.name, title: parameter.title, ...(parameter.valid === undefined ? {} : { valid: parameter.valid }) };
  return parameters.some(({ valid }) => valid === path) ? undefined : { name: `${item}.${path}` };
}
