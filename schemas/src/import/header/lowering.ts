import type { Field, Value } from '../../layout/field.js';
import type { Structure } from '../../layout/layout.js';
import type { ImportProblem, ImportRule, ReportProblem } from '../problem.js';
import { isWhole, opaqueValue } from '../values.js';
import { gap, gapName } from '../gap.js';
import { isLayoutName, type Namer } from '../namer.js';
import { Alignment, filled, paddingBits } from './alignment.js';
import type { BasicType, HeaderFormat } from './format.js';
import type { Constant, Definition, Dimension, Keyword, Member, Packing } from './model.js';
import { LIMITS } from '../limits.js';
import { shapeOf, type Shape } from './shape.js';
import type { FieldOrigin, Row, Taken, UnionValue } from './taken.js';
import { isUnion, lowerUnion, type UnionShape } from './unions.js';


/** A definition by its tag, or why it cannot be had. */
export type Resolve = (keyword: Keyword, tag: string) => Taken | { readonly fault: ImportRule; readonly message: string };

/** What the lowering of one definition needs of its surroundings. */
export interface LoweringContext {
  readonly format: HeaderFormat;
  readonly namer: Namer;
  readonly resolve: Resolve;
  readonly valueOf: (dimension: Dimension) => bigint | undefined;
  readonly report: ReportProblem;
}

/** The structure under construction: the layout's name of it, the way to it in C, and where it begins in the definition. */
export interface Spot {
  readonly structure: string;
  readonly path: string;
  readonly baseBits: number;
  /** May a flexible array end it? */
  readonly mayHaveTail: boolean;
  readonly packing: Packing;
}

/** A structure or union that a member holds once or several times. */
export interface Aggregate {
  readonly value: { readonly type: 'struct'; readonly structure: string; readonly sizeBits: number } | UnionValue;
  /** The structure that holds the value where it cannot stand by itself. */
  readonly structure: string;
  readonly sizeBits: number;
  readonly hasTail: boolean;
  readonly isByteAligned: boolean;
}

/** Turns one definition into a structure. A null result means that it cannot be taken and that the reason is reported. */
export class DefinitionLowering {
  readonly #definition: Definition;
  readonly #name: string;
  readonly #context: LoweringContext;
  readonly #parts = new Map<string, Structure>();
  readonly #uses = new Set<string>();
  readonly #origins: FieldOrigin[] = [];
  readonly #constants = new Map<string, readonly Constant[]>();
  readonly #alignment: Alignment;

  constructor(definition: Definition, name: string, context: LoweringContext) {
    this.#definition = definition;
    this.#name = name;
    this.#context = context;
    this.#alignment = new Alignment(context.format, context.resolve);
  }

  run(): Taken | null {
    const { keyword, members, packing } = this.#definition;
    const spot: Spot = { structure: this.#name, path: '', baseBits: 0, mayHaveTail: true, packing };
    const shape = this.#inside(keyword, members, spot);
    if (shape === null) return null;
    const union = isUnion(shape) ? shape.value : undefined;
    const { fields, sizeBits, hasTail, isByteAligned } = isUnion(shape) ? holding(shape.value) : shape;
    return {
      definition: this.#definition, name: this.#name, structure: { sizeBits, fields: [...fields] }, parts: this.#parts, union, hasTail, isByteAligned,
      alignBits: this.#alignment.ofMembers(members, packing), uses: this.#uses, origins: this.#origins, constants: this.#constants,
    };
  }

  /** Members one behind the other, the first at bit `startBits` of the spot's structure. */
  row(members: readonly Member[], spot: Spot, startBits = 0): Row | null {
    const fields: Field[] = [];
    let endBits = startBits;
    let [hasTail, isByteAligned] = [false, false];
    for (const [index, member] of members.entries()) {
      const gapBits = spot.packing === 'packed' ? 0 : paddingBits(endBits, this.#alignment.ofType(member.type));
      if (gapBits > 0) fields.push(gap(endBits, gapBits));
      endBits += gapBits;
      const placed = this.#place(member, endBits, { ...spot, mayHaveTail: spot.mayHaveTail && index === members.length - 1 });
      if (placed === null) return null;
      fields.push(...placed.fields);
      endBits += placed.sizeBits;
      hasTail ||= placed.hasTail;
      isByteAligned ||= placed.isByteAligned;
      if (endBits > LIMITS.sizeBits) return this.fault(member, 'size', `ends behind bit ${LIMITS.sizeBits}`);
    }
    const twice = duplicate(fields);
    if (twice === undefined) return { fields, sizeBits: endBits - startBits, hasTail, isByteAligned };
    return this.fault(members.find(({ name }) => name === twice) ?? this.#definition, 'duplicate-name', `two members are called ${twice}`);
  }

  /** Bits of which nothing is told, under a name of their own. */
  opaque(member: Member | undefined, name: string, sizeBits: number, offsetBits: number, spot: Spot): Row | null {
    if (sizeBits === 0) return NOTHING;
    const value = opaqueValue(sizeBits, offsetBits);
    if (value === undefined) return this.fault(member ?? this.#definition, 'size', `has ${sizeBits} bits that begin at no whole byte`);
    return this.#field(member, name, value, offsetBits, spot, { isByteAligned: value.type === 'bytes' });
  }

  /** Keeps where a member stands in the header. */
  locate(member: Member, field: string | undefined, spot: Spot): void {
    if (member.name === undefined) return;
    const { file, line } = member;
    this.#origins.push({ structure: spot.structure, field, member: spot.path + member.name, baseBits: spot.baseBits, file, line });
    if (field !== undefined && member.constants.length > 0) this.#constants.set(`${spot.structure}.${field}`, member.constants);
  }

  /** Keeps a structure that has no tag as a part of the definition. */
  addPart(name: string, { sizeBits, fields }: Row): void {
    this.#parts.set(name, { sizeBits, fields: [...fields] });
  }

  /** A name for the structure that a member without a tag holds. */
  partName(spot: Spot, member: Member, name: string): string | null {
    const whole = this.#context.namer.first([`${spot.structure}_${name}`]);
    return isLayoutName(whole) ? whole : this.fault(member, 'name', `${whole} is no name that a layout can have`);
  }

  /** Reports why something cannot be taken. */
  fault(at: Member | Definition, rule: ImportRule, message: string, outcome: ImportProblem['outcome'] = 'left-out'): null {
    const { file, line } = at;
    const field = 'name' in at ? at.name : undefined;
    this.#context.report({ file, line, structure: this.#definition.tag, ...(field === undefined ? {} : { field }), rule, outcome, message });
    return null;
  }

  shape(member: Member): Shape | null {
    return shapeOf(this.#context.format, member, this.#context.valueOf) ?? this.fault(member, 'dimension', `[${member.dimensions.map((words) => words.join(' ')).join('][')}] is no dimension: each is a positive constant that is not too large`);
  }

  /** Is the member a gap? */
  isGap({ name, constants }: Member): boolean {
    return name !== undefined && this.#context.format.isReserved(name, constants.length > 0);
  }

  isZero(dimension: Dimension): boolean {
    return this.#context.valueOf(dimension) === 0n;
  }

  /** What a member of a structure's type holds. */
  aggregate(member: Member, offsetBits: number, spot: Spot): Aggregate | null {
    const { type } = member;
    if (type.kind === 'tag') return this.#tagged(member, type.keyword, type.tag);
    if (type.kind === 'basic') return null;
    const name = member.name ?? `${type.keyword}_at_${offsetBits.toString(16)}`;
    const structure = this.partName(spot, member, name);
    if (structure === null) return null;
    const shape = this.#inside(type.keyword, type.members, { structure, path: `${spot.path}${name}${'[0]'.repeat(member.dimensions.length)}.`, baseBits: spot.baseBits + offsetBits, mayHaveTail: false, packing: type.packing });
    if (shape === null) return null;
    const row = isUnion(shape) ? holding(shape.value) : shape;
    const { sizeBits, hasTail, isByteAligned } = row;
    this.addPart(structure, row);
    return { value: isUnion(shape) ? shape.value : { type: 'struct', structure, sizeBits }, structure, sizeBits, hasTail, isByteAligned };
  }

  #inside(keyword: Keyword, members: readonly Member[], spot: Spot, startBits = 0): Row | UnionShape | null {
    if (spot.packing === 'other' && this.#context.format.isAligned) return this.fault(this.#definition, 'alignment', 'has an alignment of its own');
    const shape = keyword === 'union' ? lowerUnion(this, members, spot, startBits) : this.row(members, spot, startBits);
    return shape === null ? null : filled(shape, startBits, this.#alignment.ofMembers(members, spot.packing));
  }

  #tagged(member: Member, keyword: Keyword, tag: string): Aggregate | null {
    const found = this.#context.resolve(keyword, tag);
    if ('fault' in found) return this.fault(member, found.fault, found.message);
    const { name: structure, union, hasTail, isByteAligned, structure: { sizeBits } } = found;
    this.#uses.add(structure);
    return { value: union ?? { type: 'struct', structure, sizeBits }, structure, sizeBits, hasTail, isByteAligned };
  }

  /** One member, as the fields that it becomes. */
  #place(member: Member, offsetBits: number, spot: Spot): Row | null {
    const { name, type } = member;
    if (name === undefined && type.kind === 'inline') return this.#anonymous(type.keyword, type.members, offsetBits, { ...spot, packing: type.packing });
    const shape = this.shape(member);
    if (shape === null || name === undefined) return null;
    if (!isLayoutName(name)) return this.fault(member, 'name', 'is no name that a layout can have');
    if (type.kind === 'basic') return this.#basic(member, name, type.basic, shape, offsetBits, spot);
    const aggregate = this.aggregate(member, offsetBits, spot);
    return aggregate === null ? null : this.#aggregateField(member, name, aggregate, shape.count, offsetBits, spot);
  }

  /** A structure without a name lends its members to the one around it. */
  #anonymous(keyword: Keyword, members: readonly Member[], offsetBits: number, spot: Spot): Row | null {
    const shape = this.#inside(keyword, members, spot, offsetBits);
    if (shape === null || !isUnion(shape)) return shape;
    return this.#field(undefined, `union_at_${offsetBits.toString(16)}`, shape.value, offsetBits, spot, { isByteAligned: true });
  }

  #basic(member: Member, name: string, basic: BasicType, shape: Shape, offsetBits: number, spot: Spot): Row | null {
    const { format } = this.#context;
    const { widthBits = 0, count } = shape;
    if (count === 'rest') return this.#tail(member, name, format.elementOf(member, basic, widthBits), offsetBits, spot);
    const sizeBits = widthBits * (count ?? 1);
    if (this.isGap(member)) return this.#field(member, gapName(offsetBits), { type: 'reserved', sizeBits }, offsetBits, spot);
    if (basic.kind === 'swapped') this.fault(member, 'byte-order', 'is of the other byte order', 'as-bytes');
    const value = format.valueOf(basic, shape, offsetBits);
    if (value === undefined) return this.opaque(member, name, sizeBits, offsetBits, spot);
    const single = value.type === 'array' ? value.element : value;
    return this.#field(member, name, value, offsetBits, spot, { isByteAligned: single.type === 'bytes' || single.type === 'string' });
  }

  #aggregateField(member: Member, name: string, aggregate: Aggregate, count: Shape['count'], offsetBits: number, spot: Spot): Row | null {
    const { value, structure, sizeBits, hasTail, isByteAligned } = aggregate;
    if (count === 'rest') return this.#tail(member, name, hasTail || sizeBits === 0 || !isWhole(sizeBits) ? undefined : { type: 'struct', structure, sizeBits }, offsetBits, spot);
    if (sizeBits === 0) {
      if (hasTail) this.fault(member, 'flexible', 'is nothing but a flexible array inside another structure');
      return NOTHING;
    }
    const wholeBits = sizeBits * (count ?? 1);
    if (this.isGap(member)) return this.#field(member, gapName(offsetBits), { type: 'reserved', sizeBits: wholeBits }, offsetBits, spot);
    if (hasTail && (count !== undefined || !spot.mayHaveTail)) {
      this.fault(member, 'flexible', 'ends in a flexible array, and is not the last of its structure', 'as-bytes');
      return this.opaque(member, name, wholeBits, offsetBits, spot);
    }
    if (isByteAligned && (!isWhole(offsetBits) || (count !== undefined && !isWhole(sizeBits)))) {
      this.fault(member, 'alignment', 'holds bytes, and does not begin at a whole byte', 'as-bytes');
      return this.opaque(member, name, wholeBits, offsetBits, spot);
    }
    const single: Value = count === undefined ? value : { type: 'array', sizeBits: wholeBits, count, element: { type: 'struct', structure, sizeBits } };
    return this.#field(member, name, single, offsetBits, spot, { hasTail, isByteAligned });
  }

  /** An array of as many elements as follow; bytes where its elements have no value of their own. */
  #tail(member: Member, name: string, element: Exclude<Value, { type: 'array' }> | undefined, offsetBits: number, spot: Spot): Row | null {
    if (this.isGap(member)) return NOTHING;
    if (!spot.mayHaveTail || !isWhole(spot.baseBits + offsetBits)) {
      this.fault(member, 'flexible', 'is a flexible array that does not stand at the end of its structure, at a whole byte');
      return NOTHING;
    }
    const isPlain = member.type.kind === 'basic' && element === undefined;
    if (element === undefined && !isPlain) this.fault(member, 'flexible', 'its elements have no fixed size in whole bytes', 'as-bytes');
    const value: Value = element === undefined || !isWhole(element.sizeBits) ? { type: 'bytes', sizeBits: 0, tail: true } : { type: 'array', sizeBits: 0, count: 'rest', element };
    return this.#field(member, name, value, offsetBits, spot, { hasTail: true, isByteAligned: true });
  }

  #field(member: Member | undefined, name: string, value: Value, offsetBits: number, spot: Spot, { hasTail = false, isByteAligned = false } = {}): Row {
    if (member !== undefined) this.locate(member, name, spot);
    return { fields: [{ name, offsetBits, ...value }], sizeBits: value.sizeBits, hasTail, isByteAligned };
  }
}

const NOTHING: Row = { fields: [], sizeBits: 0, hasTail: false, isByteAligned: false };

/** The structure that holds a union by itself. */
function holding(value: UnionValue): Row {
  return { fields: [{ name: 'value', offsetBits: 0, ...value }], sizeBits: value.sizeBits, hasTail: false, isByteAligned: true };
}

function duplicate(fields: readonly Field[]): string | undefined {
  const seen = new Set<string>();
  return fields.find(({ name }) => seen.size === seen.add(name).size)?.name;
}
