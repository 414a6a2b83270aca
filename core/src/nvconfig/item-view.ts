import type { NvParameter } from '@auxctl/schemas';
import type { Codec } from '../layout/codec.js';
import type { FieldInput } from '../layout/types.js';
import type { NvRecord } from '../plugin/nvconfig.js';
import { present, type Presented } from '../present/present.js';
import type { NvValue } from './types.js';
import { padded } from '../layout/padded.js';

const BYTE_BITS = 8;

/** One item's bytes and what its layout makes of them. An item may be shorter than its layout, in older firmware, or longer. */
export class ItemView {
  readonly record: NvRecord;
  readonly #codec: Codec;
  readonly #fields: Readonly<Record<string, Presented>>;

  constructor(codec: Codec, record: NvRecord) {
    const { data } = record;
    this.record = record;
    this.#codec = codec;
    this.#fields = present(codec, padded(data, codec.sizeBytes));
  }

  /** Does the item reach as far as this field? */
  has(name: string): boolean {
    const field = this.#codec.scope.structures.get(this.#codec.structure)?.fields.find((each) => each.name === name);
    return field !== undefined && field.offsetBits + field.sizeBits <= this.record.data.length * BYTE_BITS;
  }

  /** A parameter's value; undefined where the item does not reach so far. */
  value({ field, valid }: Pick<NvParameter, 'field' | 'valid'>): NvValue | undefined {
    const shown = this.#fields[field];
    if (!this.has(field) || shown?.type !== 'value') return undefined;
    return { ...shown, isSet: valid === undefined || this.number(valid) !== 0n };
  }

  /** A field that holds an integer; undefined where there is none, or the item does not reach so far. */
  number(name: string): bigint | undefined {
    const shown = this.#fields[name];
    return this.has(name) && shown?.type === 'value' && typeof shown.value === 'number' ? BigInt(shown.value) : undefined;
  }

  /** The item with other values, as long as it was. Throws `ERR_FIELD_VALUE`, and `ERR_UNKNOWN_NAME` for a field that does not exist. */
  edited(fields: FieldInput): ItemView {
    const data = this.#codec.encode(fields, this.record.data).slice(0, this.record.data.length);
    return new ItemView(this.#codec, { ...this.record, data });
  }
}

/** A value as one line: with a word where nobody has set it. */
export function nvValueText(value: NvValue | undefined): string {
  if (value === undefined) return '-';
  return value.isSet ? value.text : `${value.text}, not set`;
}
