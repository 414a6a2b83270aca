import { fitsField, hasTail, integerValue } from '../layout/model.js';
import type { ElementValue, Field, Value } from '../layout/field.js';
import type { LayoutScope } from '../layout/scope.js';
import type { LayoutRule } from './problem.js';

/** Receives the faults of one field. */
export type Report = (rule: LayoutRule, message: string) => void;

/** Checks what a field holds: references, sizes, and that every number fits its width. */
export function checkValue(value: Value, siblings: readonly Field[], scope: LayoutScope, report: Report): void {
  switch (value.type) {
    case 'uint':
    case 'int':
      checkConstant(value, report);
      return;
    case 'enum':
      checkConstant(value, report);
      checkEnum(value, scope, report);
      return;
    case 'flags':
      checkConstant(value, report);
      checkFlags(value, scope, report);
      return;
    case 'struct':
      checkStructureSize(value, scope, report, value === siblings.at(-1));
      return;
    case 'union':
      checkUnion(value, siblings, scope, report);
      return;
    case 'array':
      checkArray(value, scope, report);
      return;
    case 'bytes':
      if ((value.sizeBits === 0) !== (value.tail === true)) report('tail', 'bytes of size 0 are a tail, and a tail has size 0');
      return;
    case 'string':
    case 'reserved':
  }
}

function checkConstant(value: { sizeBits: number; constant?: number | string | undefined }, report: Report): void {
  if (value.constant !== undefined && !fitsField(integerValue(value.constant), value.sizeBits)) {
    report('value-width', `constant ${value.constant} does not fit ${value.sizeBits} bits`);
  }
}

function checkEnum(value: Extract<ElementValue, { type: 'enum' }>, scope: LayoutScope, report: Report): void {
  const symbols = scope.enums.get(value.enum);
  if (symbols === undefined) {
    report('reference', `no enum ${value.enum}`);
    return;
  }
  for (const symbol of symbols) {
    if (!fitsField(integerValue(symbol.value), value.sizeBits)) report('value-width', `enum ${value.enum}: ${symbol.name} = ${symbol.value} does not fit ${value.sizeBits} bits`);
  }
}

function checkFlags(value: Extract<ElementValue, { type: 'flags' }>, scope: LayoutScope, report: Report): void {
  const flags = scope.flags.get(value.flags);
  if (flags === undefined) report('reference', `no flags ${value.flags}`);
  for (const flag of flags ?? []) {
    if (flag.bit >= value.sizeBits) report('value-width', `flags ${value.flags}: ${flag.name} is bit ${flag.bit} of ${value.sizeBits}`);
  }
}

function checkStructureSize({ structure: name, sizeBits }: Extract<ElementValue, { type: 'struct' }>, scope: LayoutScope, report: Report, mayHaveTail: boolean): void {
  const structure = scope.structures.get(name);
  if (structure === undefined) report('reference', `no structure ${name}`);
  else if (structure.sizeBits !== sizeBits) report('size', `structure ${name} has ${structure.sizeBits} bits, not ${sizeBits}`);
  else if (!mayHaveTail && hasTail(structure.fields, scope.structures)) report('tail', `structure ${name} has a tail and is not the last field`);
}

function checkUnion(value: Extract<ElementValue, { type: 'union' }>, siblings: readonly Field[], scope: LayoutScope, report: Report): void {
  for (const { structure: name } of value.variants) {
    const structure = scope.structures.get(name);
    if (structure === undefined) report('reference', `no structure ${name}`);
    else if (hasTail(structure.fields, scope.structures)) report('tail', `variant ${name} has a tail`);
    else if (structure.sizeBits > value.sizeBits) report('variant', `variant ${name} has ${structure.sizeBits} bits, the union ${value.sizeBits}`);
  }
  for (const twice of duplicates(value.variants.map(({ name, structure }) => name ?? structure))) {
    if (value.selector === undefined) report('duplicate-name', `two variants are called ${twice}`);
  }
  if (value.selector === undefined) checkUnselected(value, report);
  else checkSelected(value, value.selector, siblings, report);
}

function checkUnselected({ variants, sizeBits, ...value }: Extract<ElementValue, { type: 'union' }>, report: Report): void {
  const offsetBits = 'offsetBits' in value && typeof value.offsetBits === 'number' ? value.offsetBits : 0;
  if (sizeBits % 8 !== 0 || offsetBits % 8 !== 0) report('selector', 'a union without a selector is of whole bytes');
  if (variants.some(({ when }) => when !== undefined)) report('selector', 'there is no selector for the values of when');
}

function checkSelected(value: Extract<ElementValue, { type: 'union' }>, name: string, siblings: readonly Field[], report: Report): void {
  const selector = siblings.find((field) => field.name === name);
  const isInteger = selector?.type === 'uint' || selector?.type === 'enum';
  if (!isInteger) report('selector', `selector ${name} is not an integer field of the same structure`);
  const seen = new Set<bigint>();
  for (const { structure, when } of value.variants) {
    if (when === undefined) report('selector', `variant ${structure} says not when it holds`);
    for (const literal of when ?? []) {
      const number = integerValue(literal);
      if (seen.has(number)) report('duplicate-value', `two variants for selector value ${literal}`);
      if (isInteger && !fitsField(number, selector.sizeBits)) report('value-width', `selector value ${literal} does not fit ${selector.sizeBits} bits`);
      seen.add(number);
    }
  }
}

function duplicates(names: readonly string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

function checkArray(value: Extract<Value, { type: 'array' }>, scope: LayoutScope, report: Report): void {
  const expected = value.count === 'rest' ? 0 : value.count * value.element.sizeBits;
  if (value.sizeBits !== expected) report('size', `${value.count} elements of ${value.element.sizeBits} bits are ${expected} bits, not ${value.sizeBits}`);
  if (value.count === 'rest' && value.element.sizeBits % 8 !== 0) report('tail', 'the elements of a tail are whole bytes');
  if (value.element.sizeBits === 0) report('size', 'an element has at least one bit');
  if (value.element.type === 'union') report('selector', 'a union in an array stands in a structure of its own, beside its selector');
  else checkValue(value.element, [], scope, report);
}
