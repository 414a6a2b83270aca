import type { Decoded } from '../channel/types.js';
import { integerField } from '../layout/fields.js';
import { present } from './present.js';

/** One bit of a set of flags that the layout has a name for. */
export interface NamedBit {
  readonly name: string;
  readonly description?: string;
  readonly isSet: boolean;
}

/** Every named bit of a top-level field of flags, set or not, lowest first. Throws `ERR_REPLY` if there is no such field. */
export function namedBits({ codec, fields }: Pick<Decoded, 'codec' | 'fields'>, name: string): NamedBit[] {
  const value = integerField(fields, name);
  const field = codec.scope.structures.get(codec.structure)?.fields.find((each) => each.name === name);
  const flags = field?.type === 'flags' ? codec.scope.flags.get(field.flags) ?? [] : [];
  return flags.map((flag) => ({
    name: flag.name, isSet: BigInt.asUintN(1, value >> BigInt(flag.bit)) === 1n, ...(flag.description === undefined ? {} : { description: flag.description }),
  }));
}

/** A top-level field as its enum names it, else as its number. Throws `ERR_REPLY` if there is no such field. */
export function symbolText({ codec, raw, fields }: Pick<Decoded, 'codec' | 'raw' | 'fields'>, name: string): string {
  const shown = present(codec, raw)[name];
  return (shown?.type === 'value' ? shown.symbol : undefined) ?? integerField(fields, name).toString();
}
