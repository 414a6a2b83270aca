import type { LayoutScope, Value } from '@auxctl/schemas';
import { signed, MAX_NUMBER_BITS } from '../layout/bits.js';
import type { Codec } from '../layout/codec.js';
import type { Fields, FieldValue } from '../layout/types.js';
import { symbolName } from '../layout/symbols.js';
import { chosenVariant } from '../layout/walk.js';

/** As many digits of a scaled quantity as binary floating point keeps: 0.3 rather than 0.30000000000000004. */
const DECIMAL_DIGITS = 15;

/** A field's value ready for people and for JSON. Integers wider than 53 bits are decimal strings. */
export type Presented =
  | PresentedScalar
  | { readonly type: 'structure'; readonly fields: Readonly<Record<string, Presented>> }
  | { readonly type: 'array'; readonly elements: readonly Presented[] };

/** A single value. */
export interface PresentedScalar {
  readonly type: 'value';
  /** Bytes are lower-case hexadecimal. */
  readonly value: number | string;
  /** The enum name, when the value has one. */
  readonly symbol?: string;
  /** Names of the flags that are set, lowest bit first; bits without a name as `bitN`. */
  readonly flags?: readonly string[];
  /** The quantity in `unit`, when the layout has a scale. */
  readonly scaled?: number;
  readonly unit?: string;
  /** One line for a person: `up (1)`, `40.5 C`, `0x2c9`. */
  readonly text: string;
  /** The layout's sentence about the field. */
  readonly description?: string;
}

/** Annotates decoded bytes with what their layout says of them. */
export function present(codec: Codec, raw: Uint8Array): Readonly<Record<string, Presented>> {
  return new Presenter(codec, raw).structure(codec.structure, codec.decode(raw), 0);
}

class Presenter {
  readonly #scope: LayoutScope;
  readonly #codec: Codec;
  readonly #raw: Uint8Array;

  constructor(codec: Codec, raw: Uint8Array) {
    this.#codec = codec;
    this.#scope = codec.scope;
    this.#raw = raw;
  }

  structure(name: string, fields: Fields, baseBits: number): Record<string, Presented> {
    const layout = this.#scope.structures.get(name)?.fields ?? [];
    const presented: Record<string, Presented> = {};
    for (const field of layout) {
      const value = fields[field.name];
      if (value === undefined) continue;
      const variant = field.type === 'union' ? chosenVariant(this.#raw, field, layout, baseBits, this.#codec.document.byteOrder) : undefined;
      const effective: Value = variant === undefined ? field : { type: 'struct', sizeBits: field.sizeBits, structure: variant };
      const result = this.#value(effective, value, baseBits + field.offsetBits);
      presented[field.name] = result.type === 'value' && field.description !== undefined ? { ...result, description: field.description } : result;
    }
    return presented;
  }

  #value(layout: Value, value: FieldValue, offsetBits: number): Presented {
    if (layout.type === 'array' && Array.isArray(value)) {
      const elements = (value as readonly FieldValue[]).map((element, index) => this.#value(layout.element, element, offsetBits + index * layout.element.sizeBits));
      return { type: 'array', elements };
    }
    if (layout.type === 'struct') return { type: 'structure', fields: this.structure(layout.structure, value as Fields, offsetBits) };
    if (value instanceof Uint8Array) return bytesScalar(layout, value);
    if (typeof value === 'string') return { type: 'value', value, text: printable(value) };
    return this.#integer(layout, BigInt(value as number | bigint));
  }

  #integer(layout: Value, value: bigint): PresentedScalar {
    const plain = layout.sizeBits > MAX_NUMBER_BITS ? value.toString() : Number(value);
    const base = { type: 'value', value: plain } as const;
    if (layout.type === 'enum') {
      const symbol = symbolName(this.#scope.enums.get(layout.enum), value);
      return symbol === undefined ? { ...base, text: `unknown (${value})` } : { ...base, symbol, text: `${symbol} (${value})` };
    }
    if (layout.type === 'flags') {
      const flags = this.#flagNames(layout.flags, value);
      return { ...base, flags, text: flags.length === 0 ? '0' : `${flags.join('|')} (0x${value.toString(16)})` };
    }
    if (layout.type === 'uint' && layout.display === 'hex') return { ...base, text: `0x${value.toString(16)}` };
    return quantity(layout, base, layout.type === 'int' ? signed(value, layout.sizeBits) : value);
  }

  #flagNames(name: string, value: bigint): string[] {
    const known = this.#scope.flags.get(name) ?? [];
    const names: string[] = [];
    for (let bit = 0; value >> BigInt(bit) !== 0n; bit++) {
      if (BigInt.asUintN(1, value >> BigInt(bit)) === 1n) names.push(known.find((flag) => flag.bit === bit)?.name ?? `bit${bit}`);
    }
    return names;
  }
}

function quantity(layout: Value, base: { readonly type: 'value'; readonly value: number | string }, value: bigint): PresentedScalar {
  const { unit, scale } = layout as { readonly unit?: string; readonly scale?: number };
  if (scale !== undefined) {
    const scaled = Number((Number(value) * scale).toPrecision(DECIMAL_DIGITS));
    return { ...base, scaled, ...(unit === undefined ? {} : { unit }), text: unit === undefined ? `${scaled}` : `${scaled} ${unit}` };
  }
  return unit === undefined ? { ...base, text: `${value}` } : { ...base, unit, text: `${value} ${unit}` };
}

function bytesScalar(layout: Value, bytes: Uint8Array): PresentedScalar {
  const hex = Buffer.from(bytes).toString('hex');
  const display = layout.type === 'bytes' ? layout.display : undefined;
  if (display === 'mac') return { type: 'value', value: hex, text: (hex.match(/../g) ?? []).join(':') };
  if (display === 'uuid') return { type: 'value', value: hex, text: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') };
  return { type: 'value', value: hex, text: hex };
}

/** Text from a device may hold control characters, which a terminal would obey. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
}
