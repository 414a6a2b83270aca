import { gap } from '../gap.js';
import { isLayoutName } from '../namer.js';
import { isWhole } from '../values.js';
import type { DefinitionLowering, Spot } from './lowering.js';
import type { Member } from './model.js';
import type { Row, UnionValue } from './taken.js';


/** Several members in one place, of which the header does not say which one holds. */
export interface UnionShape {
  readonly value: UnionValue;
  readonly sizeBits: number;
}

/** Is it a union that keeps its members apart? */
export function isUnion(shape: Row | UnionShape): shape is UnionShape {
  return 'value' in shape;
}

/**
 * A union whose first bit is bit `startBits` of the spot's structure. Gaps only give it its size. With one other member it is that
 * member and a gap; with several it is a union without a selector.
 */
export function lowerUnion(lowering: DefinitionLowering, members: readonly Member[], spot: Spot, startBits: number): Row | UnionShape | null {
  const all = members.flatMap(unwrapped);
  const gaps = all.filter((member) => isGap(lowering, member));
  const gapBits = gapSize(lowering, gaps);
  if (gapBits === null) return null;
  const others = all.filter((member) => !isGap(lowering, member));
  const [only] = others;
  if (only !== undefined && others.length === 1 && !isFlexible(lowering, only)) {
    const row = lowering.row([only], { ...spot, mayHaveTail: false }, startBits);
    return row === null ? null : padded(row, gapBits, startBits);
  }
  return severalMembers(lowering, others, { spot, startBits, gapBits });
}

interface UnionPlace {
  readonly spot: Spot;
  readonly startBits: number;
  readonly gapBits: number;
}

function severalMembers(lowering: DefinitionLowering, members: readonly Member[], { spot, startBits, gapBits }: UnionPlace): Row | UnionShape | null {
  const variants: { name: string; structure: string }[] = [];
  let sizeBits = gapBits;
  for (const member of members) {
    const variant = lowerVariant(lowering, member, { ...spot, baseBits: spot.baseBits + startBits, mayHaveTail: false });
    if (variant === null) return null;
    if (variants.some(({ name }) => name === variant.name)) return lowering.fault(member, 'duplicate-name', `two members are called ${variant.name}`);
    if (variant.structure !== undefined) variants.push({ name: variant.name, structure: variant.structure });
    sizeBits = Math.max(sizeBits, variant.sizeBits);
  }
  const [at] = members;
  if (variants.length > 0 && isWhole(startBits) && isWhole(sizeBits)) return { value: { type: 'union', sizeBits, variants }, sizeBits };
  if (at === undefined) return padded({ fields: [], sizeBits: 0, hasTail: false, isByteAligned: false }, sizeBits, startBits);
  if (variants.length > 0) lowering.fault(at, 'alignment', 'a union that is not of whole bytes: its bits are kept one by one', 'as-bytes');
  const name = spot.path === '' && startBits === 0 && spot.baseBits === 0 ? 'value' : `union_at_${startBits.toString(16)}`;
  if (sizeBits === 0 && (!spot.mayHaveTail || !isWhole(spot.baseBits + startBits))) lowering.fault(at, 'flexible', 'and the others of its union do not stand at the end of their structure, at a whole byte');
  else if (sizeBits === 0) return { fields: [{ name, type: 'bytes', offsetBits: startBits, sizeBits: 0, tail: true }], sizeBits: 0, hasTail: true, isByteAligned: true };
  return lowering.opaque(undefined, name, sizeBits, startBits, spot);
}

/** A member as a structure; without one when it has no fixed size. */
function lowerVariant(lowering: DefinitionLowering, member: Member, spot: Spot): { readonly name: string; readonly structure?: string; readonly sizeBits: number } | null {
  const name = member.name ?? nameOfInside(lowering, member);
  if (!isLayoutName(name)) return lowering.fault(member, 'name', 'is no name that a layout can have');
  if (isFlexible(lowering, member)) {
    lowering.fault(member, 'flexible', 'is a flexible array in a union', 'as-bytes');
    return { name, sizeBits: 0 };
  }
  if (member.type.kind !== 'basic' && member.dimensions.length === 0 && member.name !== undefined) return aggregateVariant(lowering, member, name, spot);
  const structure = lowering.partName(spot, member, name);
  if (structure === null) return null;
  const inside = member.name === undefined && member.type.kind === 'inline' ? member.type.members : [member];
  const row = lowering.row(inside, { ...spot, structure });
  if (row === null) return null;
  if (row.sizeBits === 0) return { name, sizeBits: 0 };
  lowering.addPart(structure, row);
  return { name, structure, sizeBits: row.sizeBits };
}

function aggregateVariant(lowering: DefinitionLowering, member: Member, name: string, spot: Spot): { readonly name: string; readonly structure?: string; readonly sizeBits: number } | null {
  const aggregate = lowering.aggregate(member, 0, spot);
  if (aggregate === null) return null;
  const { structure, sizeBits, hasTail } = aggregate;
  if (hasTail) lowering.fault(member, 'flexible', 'ends in a flexible array, in a union', 'as-bytes');
  if (hasTail || sizeBits === 0) return { name, sizeBits };
  lowering.locate(member, undefined, { ...spot, structure });
  return { name, structure, sizeBits };
}

/** The members of a union without a name inside a union are its own. */
function unwrapped(member: Member): readonly Member[] {
  return member.name === undefined && member.type.kind === 'inline' && member.type.keyword === 'union' ? member.type.members.flatMap(unwrapped) : [member];
}

function nameOfInside(lowering: DefinitionLowering, { type }: Member): string {
  const names = type.kind === 'inline' ? type.members.flatMap((member) => (member.name === undefined || isGap(lowering, member) ? [] : [member.name])) : [];
  return names[0] ?? 'unnamed';
}

function isGap(lowering: DefinitionLowering, member: Member): boolean {
  return member.type.kind === 'basic' && lowering.isGap(member);
}

function isFlexible(lowering: DefinitionLowering, member: Member): boolean {
  return member.isFlexible || member.dimensions[0]?.length === 0 || (member.dimensions.length > 0 && lowering.isZero(member.dimensions[0] ?? []));
}

function gapSize(lowering: DefinitionLowering, gaps: readonly Member[]): number | null {
  let most = 0;
  for (const gap of gaps) {
    const shape = lowering.shape(gap);
    if (shape === null) return null;
    most = Math.max(most, shape.count === 'rest' ? 0 : (shape.widthBits ?? 0) * (shape.count ?? 1));
  }
  return most;
}

/** A row with a gap at its end where it has fewer bits. */
export function padded(row: Row, leastBits: number, startBits: number): Row {
  if (row.sizeBits >= leastBits) return row;
  const offsetBits = startBits + row.sizeBits;
  return { ...row, fields: [...row.fields, gap(offsetBits, leastBits - row.sizeBits)], sizeBits: leastBits };
}
