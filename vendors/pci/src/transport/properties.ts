import { integerField, type FieldInput, type Fields } from '@auxctl/core';

/** A name and a value, both as text. */
export type Property = readonly [name: string, value: unknown];

/** The sizes of both in a reply, and how many fit in one (`structures/framing`, `property`). */
const NAME_BYTES = 96;
const VALUE_BYTES = 160;
const MAX_PROPERTIES = 256;

/** Puts properties into the fields of a reply, from the one on that the request names. A value that is too long goes on under the same name; `undefined` is left out. */
export function propertyReply(properties: readonly Property[], request: Fields): FieldInput {
  const all = properties.flatMap(([name, value]) => (value === undefined ? [] : pieces(textOf(value)).map((piece) => ({ name: singleBytes(name).slice(-NAME_BYTES), value: piece }))));
  const first = Number(integerField(request, 'first'));
  const page = all.slice(first, first + MAX_PROPERTIES);
  return { more: BigInt(Math.max(0, all.length - first - page.length)), properties: page };
}

function pieces(text: string): string[] {
  const found = Array.from({ length: Math.ceil(text.length / VALUE_BYTES) }, (_, index) => text.slice(index * VALUE_BYTES, (index + 1) * VALUE_BYTES));
  return found.length === 0 ? [''] : found;
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return singleBytes(Array.isArray(value) ? value.join(', ') : String(value));
}

/** Layouts hold text of one byte a character. */
function singleBytes(text: string): string {
  return text.replaceAll(/[^\u0000-\u00ff]/gu, '?').replaceAll('\0', '?');
}
