import type { LayoutDocumentOf } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import type { Codec } from '../layout/codec.js';
import type { FieldInput } from '../layout/types.js';
import { indexFields } from './access.js';

/**
 * The readings of a register that a snapshot takes, each as the `INDEX` fields to give: those that its document lists; else one, if every
 * index field has a default; else none, because nobody says which are there.
 */
export function readingsOf({ instances }: Pick<LayoutDocumentOf<'register'>, 'instances'>, codec: Codec): FieldInput[] {
  if (instances === undefined) return indexFields(codec).every((field) => field.default !== undefined) ? [{}] : [];
  return instances.map((instance) => Object.fromEntries(Object.entries(instance).map(([name, value]) => [name, integerValue(value)])));
}
