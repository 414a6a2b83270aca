import { literal } from '../header/field-names.js';
import { isWhole } from '../values.js';
import type { AdbField } from './model.js';
import type { NodeLowering } from './node.js';
import { choiceOf, siblingOf } from './selector.js';
import type { TakenMember, UnionValue } from './taken.js';

const MOST_VARIANTS = 256;

/** A union at a place of a node. */
export interface UnionPlace {
  readonly members: readonly TakenMember[];
  readonly sizeBits: number;
  readonly offsetBits: number;
  /** The field that holds the union; undefined for a union by itself. */
  readonly selector: AdbField | undefined;
}

/** Values that choose a member. */
type Chosen = readonly (readonly [member: TakenMember, values: readonly bigint[]])[];

/**
 * A union as a value, with a selector where one field of the same node tells which member holds. Null where it can only be bytes, which
 * is reported.
 */
export function unionValue(lowering: NodeLowering, { members, sizeBits, offsetBits, selector }: UnionPlace): UnionValue | null {
  if (members.length === 0) return lowering.fault(selector, 'reference', 'the union has no member that can be taken', 'as-bytes');
  if (members.length > MOST_VARIANTS) return lowering.fault(selector, 'size', `the union has ${members.length} members, more than ${MOST_VARIANTS}`, 'as-bytes');
  if (!isWhole(sizeBits) || !isWhole(offsetBits)) return lowering.fault(selector, 'alignment', 'a union that is not of whole bytes', 'as-bytes');
  const variants = members.map(({ field: { name }, structure }) => ({ name, structure }));
  const selected = selector === undefined ? null : selectedValue(lowering, members, sizeBits, selector);
  return selected ?? { type: 'union', sizeBits, variants };
}

function selectedValue(lowering: NodeLowering, members: readonly TakenMember[], sizeBits: number, field: AdbField): UnionValue | null {
  const path = field.attributes.get('union_selector');
  if (path === undefined) return byConditions(lowering, members, sizeBits, field);
  const name = siblingOf(path);
  const sibling = name === undefined ? undefined : lowering.valuesOf(name);
  if (name === undefined || sibling === undefined) return lowering.fault(field, 'selector', `'${path.slice(0, 80)}' is no integer of the same node: every member is kept, and nothing tells which one holds`, 'as-bytes');
  const chosen = members.map((member) => [member, namedValues(member.field.attributes.get('selected_by'), sibling)] as const);
  return variantsOf(lowering, name, chosen, sizeBits);
}

/** Members with a condition on one field of the node, the same for all, are chosen by it. */
function byConditions(lowering: NodeLowering, members: readonly TakenMember[], sizeBits: number, field: AdbField): UnionValue | null {
  const conditions = members.map(({ field: { attributes } }) => attributes.get('condition'));
  if (conditions.every((condition) => condition === undefined)) return null;
  const choices = conditions.map((condition) => (condition === undefined ? undefined : choiceOf(condition)));
  const [first] = choices;
  const sibling = first === undefined ? undefined : lowering.valuesOf(first.field);
  if (first === undefined || sibling === undefined || choices.some((choice) => choice?.field !== first.field)) {
    return lowering.fault(field, 'condition', 'the conditions of its members are more than values of one field: every member is kept, and nothing tells which one holds', 'as-bytes');
  }
  const chosen = members.map((member, index) => [member, (choices[index]?.values ?? []).flatMap((value) => namedValues(value, sibling))] as const);
  return variantsOf(lowering, first.field, chosen, sizeBits);
}

function variantsOf(lowering: NodeLowering, selector: string, chosen: Chosen, sizeBits: number): UnionValue | null {
  const seen = new Set<bigint>();
  const variants: UnionValue['variants'] = [];
  for (const [{ field, structure }, values] of chosen) {
    const free = values.filter((value) => seen.size !== seen.add(value).size);
    if (free.length > 0) variants.push({ name: field.name, when: free.map(literal), structure });
    else lowering.fault(field, 'selector', `no value of ${selector} chooses it alone`);
  }
  return variants.length === 0 ? null : { type: 'union', sizeBits, selector, variants };
}

/** The value of a name, or of several with commas between them. */
function namedValues(names: string | undefined, { values, sizeBits }: { readonly values: ReadonlyMap<string, bigint>; readonly sizeBits: number }): bigint[] {
  return (names ?? '').split(',').map((name) => name.trim()).flatMap((name) => {
    const value = values.get(name) ?? (/^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(name) ? BigInt(name) : undefined);
    return value === undefined || value >= 1n << BigInt(sizeBits) ? [] : [value];
  });
}
