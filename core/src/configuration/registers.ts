import type { LayoutDocumentOf } from '@auxctl/schemas';
import { completeSelectors, requireSelectors, requireWritable } from '../channel/access.js';
import { UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { FieldInput } from '../layout/types.js';
import type { LayoutStore } from '../store/store.js';

/** One reading of a register. */
export interface RegisterPlace {
  readonly register: LayoutDocumentOf<'register'>;
  readonly codec: Codec;
  /** The fields that select it, all of them. */
  readonly index: FieldInput;
  /** The same for the same reading, however it is written. */
  readonly key: string;
}

/** The reading that a name and index fields mean. Rejects with `ERR_UNKNOWN_NAME`, `ERR_FIELD_VALUE`, `ERR_FIELD_ACCESS` or `ERR_FIELD_MISSING`. */
export async function registerPlace(layouts: LayoutStore, name: string, given: FieldInput): Promise<RegisterPlace> {
  const register = await layouts.document('register', name);
  const codec = await layouts.codec('register', register.name);
  if (register.effects.write === undefined) throw new UsageError('ERR_FIELD_ACCESS', `${register.name} cannot be written`);
  requireSelectors(codec, given);
  const index = completeSelectors(codec, given);
  return { register, codec, index, key: `${register.name} ${Buffer.from(codec.encode(index)).toString('hex')}` };
}

/** Holds one field to write against its layout. Throws `ERR_UNKNOWN_NAME`, `ERR_FIELD_VALUE` or `ERR_FIELD_ACCESS`. */
export function requireField({ codec, index }: RegisterPlace, fields: FieldInput): void {
  codec.encode({ ...index, ...fields });
  requireWritable(codec, fields);
}

/** A reading in words, such as `PAOS local_port=1`; index fields that are zero are left out. */
export function placeText({ register, index }: RegisterPlace): string {
  const shown = Object.entries(index).filter(([, value]) => value !== 0 && value !== 0n && value !== false);
  return [register.name, ...shown.map(([name, value]) => `${name}=${typeof value === 'object' ? '...' : String(value)}`)].join(' ');
}
