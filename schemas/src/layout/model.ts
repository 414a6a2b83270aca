import type { IdLiteral, IntegerLiteral } from '../integer.js';
import type { Field } from './field.js';
import type { LayoutDocument, Structure } from './layout.js';

/** The value of a literal that `integerSchema` accepts. */
export function integerValue(literal: IntegerLiteral): bigint {
  return BigInt(literal);
}

/** The value of a literal that `idSchema` accepts: of a UUID its 128 bits, the first digit the most significant. */
export function idValue(literal: IdLiteral): bigint {
  return typeof literal === 'string' && literal.includes('-') ? BigInt(`0x${literal.replaceAll('-', '')}`) : BigInt(literal);
}

/** Does a non-negative value fit an unsigned field? */
export function fitsField(value: bigint, sizeBits: number): boolean {
  return value < 1n << BigInt(sizeBits);
}

/** The folder in which documents of each kind stand. */
export const LAYOUT_FOLDERS = { structures: 'structures', register: 'registers', command: 'commands', capability: 'capabilities', nvconfig: 'nvconfig' } as const;

/** The structures that a document is about. */
export function rootsOf(document: LayoutDocument): readonly string[] {
  switch (document.kind) {
    case 'register':
    case 'capability':
    case 'nvconfig':
      return [document.structure];
    case 'command':
      return [document.request, document.reply];
    case 'structures':
      return Object.keys(document.structures);
  }
}

/** Does a structure end in a part without a fixed size, its own or that of the structure that ends it? */
export function hasTail(fields: readonly Field[], structures: ReadonlyMap<string, Structure>): boolean {
  return tailPath(fields, structures) !== undefined;
}

/** The way to a structure's part without a fixed size: the structures that end it, from the outside, then that part itself. */
export function tailPath(fields: readonly Field[], structures: ReadonlyMap<string, Structure>): readonly Field[] | undefined {
  const path: Field[] = [];
  const seen = new Set<string>();
  for (let last = fields.at(-1); last !== undefined;) {
    path.push(last);
    if (isTail(last)) return path;
    if (last.type !== 'struct' || seen.has(last.structure)) return undefined;
    seen.add(last.structure);
    last = structures.get(last.structure)?.fields.at(-1);
  }
  return undefined;
}

/** Is this field without a fixed size? */
export function isTail(field: Field): boolean {
  return (field.type === 'bytes' && field.tail === true) || (field.type === 'array' && field.count === 'rest');
}
