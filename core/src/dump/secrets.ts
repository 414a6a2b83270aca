import { cleared } from '../channel/access.js';
import type { Decoded } from '../channel/types.js';
import type { Codec } from '../layout/codec.js';
import { fieldsWithin } from '../layout/walk.js';

const known = new WeakMap<Codec, boolean>();

/** The bytes with every secret zeroed: a dump is passed on. */
export function withoutSecrets({ codec, raw }: Pick<Decoded, 'codec' | 'raw'>): Uint8Array {
  const hasSecrets = known.get(codec) ?? fieldsWithin(codec.structure, codec.scope).some(({ secret }) => secret === true);
  known.set(codec, hasSecrets);
  return hasSecrets ? cleared(codec, raw, ({ secret }) => secret === true) : raw;
}
