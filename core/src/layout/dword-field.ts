import { PluginError } from '../errors/classes.js';
import type { Codec } from './codec.js';

const DWORD_BITS = 32;
const BYTE_BITS = 8;

/** A field of at most 32 bits within one dword, for devices that are read and written a dword at a time. Values are unsigned. */
export interface DwordField {
  /** Where its dword begins in the structure, a multiple of 4. */
  readonly offsetBytes: number;
  /** The field's bits in the dword's value. */
  readonly mask: number;
  /** The field in a dword's value. */
  of(dword: number): number;
  /** The dword's value with the field set, all other bits as in `dword` (0 when left out). */
  put(value: number, dword?: number): number;
}

/** Finds a field of a codec's structure. Throws `ERR_LAYOUT` when there is none, or when it is not within one dword. */
export function dwordField(codec: Codec, name: string): DwordField {
  const field = codec.scope.structures.get(codec.structure)?.fields.find((candidate) => candidate.name === name);
  const within = (field?.offsetBits ?? 0) % DWORD_BITS;
  if (field === undefined || within + field.sizeBits > DWORD_BITS) {
    throw new PluginError('ERR_LAYOUT', `${codec.document.name}: ${codec.structure} has no field ${name} within one dword`);
  }
  const low = codec.document.byteOrder === 'little' ? within : DWORD_BITS - within - field.sizeBits;
  const unit = 2 ** low;
  const values = 2 ** field.sizeBits;
  const of = (dword: number): number => Math.floor(dword / unit) % values;
  return {
    offsetBytes: (field.offsetBits - within) / BYTE_BITS,
    mask: (values - 1) * unit,
    of,
    put: (value, dword = 0) => dword - of(dword) * unit + (value % values) * unit,
  };
}
