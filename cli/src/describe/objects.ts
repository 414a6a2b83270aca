import { summarizeObject, type LayoutStore, type ObjectEntry } from '@auxctl/core';
import type { ObjListDocument } from '../schemas/objects.js';
import { jsonInteger } from './structure.js';

/** A kind of object as documents show it. */
export type DescribedObject = ObjListDocument['objects'][number];

/** One kind of object with its key. */
export async function describeObject(layouts: LayoutStore, entry: ObjectEntry): Promise<DescribedObject> {
  const { key, ...rest } = await summarizeObject(layouts, entry);
  return {
    ...rest,
    key: key.map(({ name, sizeBits, default: value, description }) => ({ name, sizeBits, default: value === undefined ? null : jsonInteger(value), description: description ?? null })),
  };
}

/** A key on one line, as it is typed: `table_id=... [table_type=0]`. */
export function keyText({ key }: Pick<DescribedObject, 'key'>): string {
  return key.map(({ name, default: value }) => (value === null ? `${name}=...` : `[${name}=${value}]`)).join(' ');
}
