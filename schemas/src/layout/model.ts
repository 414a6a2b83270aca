import type { IntegerLiteral } from '../integer.js';
import type { Field } from './field.js';
import type { LayoutDocument } from './layout.js';

/** The value of a literal that `integerSchema` accepts. */
export function integerValue(literal: IntegerLiteral): bigint {
  return BigInt(literal);
}

/** The folder in which documents of each kind stand. */
export const LAYOUT_FOLDERS = { structures: 'structures', register: 'registers', command: 'commands', capability: 'capabilities' } as const;

/** The structures that a document is about. */
export function rootsOf(document: LayoutDocument): readonly string[] {
  switch (document.kind) {
    case 'register':
    case 'capability':
      return [document.structure];
    case 'command':
      return [document.request, document.reply];
    case 'structures':
      return Object.keys(document.structures);
  }
}

/** Does a structure end in a part without a fixed size? */
export function hasTail(fields: readonly Field[]): boolean {
  return fields.some(isTail);
}

/** Is this field without a fixed size? */
export function isTail(field: Field): boolean {
  return (field.type === 'bytes' && field.tail === true) || (field.type === 'array' && field.count === 'rest');
}
