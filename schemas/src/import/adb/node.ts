import type { ElementValue, Field } from '../../layout/field.js';
import type { Flag, Structure, Symbol } from '../../layout/layout.js';
import { gap, gapName } from '../gap.js';
import { LIMITS } from '../limits.js';
import { isLayoutName, type Namer } from '../namer.js';
import type { ImportProblem, ImportRule, ReportProblem } from '../problem.js';
import { isWhole } from '../values.js';
import { ascendingExtents, boundsOf, extentOf, type Bounds, type Extent } from './extent.js';
import { plainText, type AdbField, type AdbNode } from './model.js';
import { siblingOf } from './selector.js';
import { enumValues, symbolsOf, valueNames } from './symbols.js';
import type { Resolve, TakenMember, TakenNode } from './taken.js';
import { unionValue } from './unions.js';

/** What the lowering of one node needs of its surroundings. */
export interface NodeContext {
  readonly namer: Namer;
  readonly resolve: Resolve;
  /** May the node end in a part without a fixed size? */
  readonly mayHaveTail: (name: string) => boolean;
  readonly report: ReportProblem;
}

const ACCESS = new Set<string>(['RO', 'RW', 'WO', 'INDEX', 'OP'] satisfies Field['access'][]);
const RESERVED = /^(reserved|rsvd)(_?\d*|_at_\w*)$/i;
const MOST_SINGLE_ELEMENTS = 1024;
const UINT64 = 'uint64';
const WIDEST_BITS = 64;

/** Turns one node into structures. What it cannot take it reports. */
export class NodeLowering {
  readonly node: AdbNode;
  readonly #context: NodeContext;
  readonly #parts = new Map<string, Structure>();
  readonly #enums = new Map<string, Symbol[]>();
  readonly #flags = new Map<string, Flag[]>();
  readonly #selectors: ReadonlySet<string | undefined>;
  readonly #uses = new Set<string>();
  readonly #leaves = new Map<string, Field>();
  #hasTail = false;
  #isByteAligned: boolean;

  constructor(node: AdbNode, context: NodeContext) {
    this.node = node;
    this.#context = context;
    this.#isByteAligned = node.isUnion || node.isWide;
    this.#selectors = new Set(node.fields.flatMap(({ attributes }) => ['union_selector', 'condition'].map((name) => siblingOf(attributes.get(name) ?? ''))));
  }

  run(): TakenNode {
    const members = this.node.isUnion && !this.node.isWide ? this.#members() : [];
    const structure = this.#structure(members);
    return { node: this.node, structure, parts: this.#parts, enums: this.#enums, flags: this.#flags, uses: this.#uses, members, hasTail: this.#hasTail, isByteAligned: this.#isByteAligned };
  }

  /** Reports why something of a field cannot be taken. */
  fault(field: AdbField | undefined, rule: ImportRule, message: string, outcome: ImportProblem['outcome'] = 'left-out'): null {
    const { file, line } = field ?? this.node;
    this.#context.report({ file, line, structure: this.node.name, ...(field === undefined ? {} : { field: field.name.slice(0, 128) }), rule, outcome, message });
    return null;
  }

  /** The names of a field's values, for a field that is an integer of this node. */
  valuesOf(name: string): { readonly values: ReadonlyMap<string, bigint>; readonly sizeBits: number } | undefined {
    const leaf = this.#leaves.get(name);
    const source = this.node.fields.find((field) => field.name === name)?.attributes.get('enum') ?? '';
    return leaf?.type === 'uint' || leaf?.type === 'enum' ? { values: enumValues(source, leaf.sizeBits).values, sizeBits: leaf.sizeBits } : undefined;
  }

  #structure(members: readonly TakenMember[]): Structure {
    const { sizeBits, isUnion, isWide } = this.node;
    if (sizeBits === 0) return { sizeBits: 0, fields: [] };
    if (isWide) this.fault(undefined, 'alignment', 'counts in words of 64 bits', 'as-bytes');
    if (isWide) return { sizeBits, fields: [this.#opaque('value', 0, sizeBits)] };
    if (!isUnion) return this.#filled(this.#placed(), sizeBits);
    const value = unionValue(this, { members, sizeBits, offsetBits: 0, selector: undefined });
    return { sizeBits, fields: [value === null ? this.#opaque('value', 0, sizeBits) : { name: 'value', offsetBits: 0, ...value }] };
  }

  /** Every field at its place, leaves first, so that a union finds what selects its members. */
  #placed(): Field[] {
    const fields: Field[] = [];
    const nodes: (() => Field[])[] = [];
    let endBits = 0;
    for (const field of this.node.fields) {
      const bounds = this.#bounds(field, endBits);
      if (bounds === null) continue;
      endBits = bounds.lowestBit + bounds.sizeBits;
      if (RESERVED.test(field.name)) continue;
      if (field.attributes.has('condition') && !this.#isUnion(field)) this.fault(field, 'condition', 'its condition is not kept: it is shown whether it holds or not');
      if (field.attributes.has('subnode')) nodes.push(() => this.#subnode(field, bounds));
      else fields.push(...this.#leaf(field, bounds));
    }
    for (const leaf of fields) this.#leaves.set(leaf.name, leaf);
    return [...fields, ...nodes.flatMap((lower) => lower())];
  }

  #isUnion({ attributes }: AdbField): boolean {
    const found = this.#context.resolve(attributes.get('subnode') ?? '');
    return !('fault' in found) && found.node.isUnion;
  }

  #bounds(field: AdbField, endBits: number): Bounds | null {
    if (!isLayoutName(field.name)) return this.fault(field, 'name', `'${field.name.slice(0, 40)}' is no name that a layout can have`);
    const bounds = boundsOf(field, endBits);
    return 'fault' in bounds ? this.fault(field, bounds.fault, bounds.message) : bounds;
  }

  #leaf(field: AdbField, bounds: Bounds): Field[] {
    if (typeof bounds.count === 'number' && bounds.elementBits < 32 && !this.node.isBigEndianArray) return this.#ascending(field, bounds);
    const extent = extentOf(bounds, this.node);
    if ('fault' in extent) {
      this.fault(field, extent.fault, extent.message);
      return [];
    }
    return this.#field(field, extent, this.#leafValue(field, extent.elementBits, extent.count !== undefined));
  }

  /** Elements that ascend from a word's lowest bit are no array of a layout: each is a field. */
  #ascending(field: AdbField, bounds: Bounds): Field[] {
    if (typeof bounds.count === 'number' && bounds.count > MOST_SINGLE_ELEMENTS) {
      this.fault(field, 'dimension', `has more than ${MOST_SINGLE_ELEMENTS} elements in ascending order`);
      return [];
    }
    const value = this.#leafValue(field, bounds.elementBits, true);
    return ascendingExtents(bounds, this.node).flatMap((extent, index) => {
      if (!('fault' in extent)) return this.#field({ ...field, name: `${field.name}_${bounds.firstIndex + index}` }, extent, value);
      this.fault(field, extent.fault, extent.message);
      return [];
    });
  }

  #leafValue(field: AdbField, sizeBits: number, isArray: boolean): ElementValue {
    const { values, refused } = enumValues(field.attributes.get('enum') ?? '', sizeBits);
    if (refused.length > 0) this.fault(field, 'expression', `${refused.length} of the names of its values cannot be taken, such as '${(refused[0] ?? '').slice(0, 40)}'`);
    if (values.size === 0 || sizeBits > WIDEST_BITS) return plainValue(sizeBits);
    const names = valueNames(values, field.name, isArray);
    const label = `${this.node.name}_${field.name}`;
    if (names === undefined) this.fault(field, 'expression', 'the names are of bits, and do not say of which');
    if (names === undefined) return plainValue(sizeBits);
    if (names.type === 'flags' && !this.#selectors.has(field.name)) {
      this.#flags.set(label, [...names.flags]);
      return { type: 'flags', sizeBits, flags: label };
    }
    this.#enums.set(label, symbolsOf(values));
    return { type: 'enum', sizeBits, enum: label };
  }

  #subnode(field: AdbField, bounds: Bounds): Field[] {
    const extent = extentOf(bounds, this.node);
    const found = this.#context.resolve(field.attributes.get('subnode') ?? '');
    const fault = 'fault' in extent ? extent : 'fault' in found ? found : undefined;
    if (fault !== undefined || 'fault' in extent || 'fault' in found) {
      this.fault(field, fault?.fault ?? 'reference', fault?.message ?? '');
      return [];
    }
    const { elementBits } = extent;
    const { name, sizeBits, isUnion } = found.node;
    if (isUint64(found)) return this.#field(field, extent, elementBits === 64 ? { type: 'uint', sizeBits: 64 } : this.#mismatch(field, elementBits, sizeBits));
    if (sizeBits !== elementBits || sizeBits === 0) return this.#field(field, extent, this.#mismatch(field, elementBits, sizeBits));
    if (found.isByteAligned && !isByteAligned(extent)) {
      this.fault(field, 'alignment', 'holds bytes or a union, and does not stand at a whole byte', 'as-bytes');
      return this.#field(field, extent, plainValue(elementBits));
    }
    this.#uses.add(name);
    if (!isUnion || extent.count !== undefined) return this.#field(field, extent, { type: 'struct', sizeBits: found.structure.sizeBits, structure: name }, found);
    const value = unionValue(this, { members: found.members, sizeBits, offsetBits: extent.offsetBits, selector: field });
    return this.#field(field, extent, value ?? { type: 'bytes', sizeBits });
  }

  #mismatch(field: AdbField, elementBits: number, sizeBits: number): ElementValue {
    this.fault(field, 'size', `has ${elementBits} bits, its node ${sizeBits}`, 'as-bytes');
    return plainValue(elementBits);
  }

  /** A value at its place; an array of open length only where the node may end in one, else one element. */
  #field(source: AdbField, { offsetBits, elementBits, count }: Extent, element: ElementValue, { hasTail = false, isByteAligned: isHolder = false } = {}): Field[] {
    const place = { name: source.name, offsetBits };
    const said = this.#said(source);
    this.#isByteAligned ||= element.type === 'bytes' || element.type === 'union' || (element.type === 'struct' && isHolder);
    const isTail = count === 'rest' && !this.node.isUnion && this.#context.mayHaveTail(this.node.name) && isWhole(elementBits) && isWhole(offsetBits) && offsetBits + elementBits === this.node.sizeBits;
    if (count === 'rest' && !isTail) this.fault(source, 'flexible', 'has as many elements as follow, and does not end the outermost node: one is kept', 'as-bytes');
    this.#hasTail ||= isTail || hasTail;
    if (count === undefined) return [{ ...place, ...element, ...said }];
    if (isTail) return [{ ...place, type: 'array', sizeBits: 0, count, element, ...said }];
    const whole = count === 'rest' ? 1 : count;
    return [{ ...place, type: 'array', sizeBits: elementBits * whole, count: whole, element, ...said }];
  }

  #said(field: AdbField): Pick<Field, 'access' | 'description'> {
    const access = (field.attributes.get('access') ?? field.attributes.get('rw'))?.trim();
    const description = plainText(field.attributes.get('descr'));
    if (access !== undefined && access !== '' && !ACCESS.has(access)) this.fault(field, 'attribute', `the access '${access.slice(0, 40)}' is none`);
    const known = (['RO', 'RW', 'WO', 'INDEX', 'OP'] as const).find((each) => each === access);
    return { ...(known === undefined ? {} : { access: known }), ...(description === '' ? {} : { description }) };
  }

  /** In the order of their bits, with gaps between them. */
  #filled(fields: readonly Field[], sizeBits: number): Structure {
    const kept: Field[] = [];
    const names = new Set<string>();
    let endBits = 0;
    for (const field of [...fields].sort((a, b) => a.offsetBits - b.offsetBits)) {
      if (names.has(field.name)) this.fault(this.#source(field), 'duplicate-name', `two fields are called ${field.name}`);
      else if (field.offsetBits < endBits) this.fault(this.#source(field), 'overlap', `overlaps ${kept.at(-1)?.name ?? ''}`);
      else if (field.offsetBits + field.sizeBits > sizeBits) this.fault(this.#source(field), 'size', `ends behind bit ${sizeBits}, where its node ends`);
      else {
        if (field.offsetBits > endBits) kept.push(gap(endBits, field.offsetBits - endBits));
        kept.push(field);
        names.add(field.name);
        endBits = field.offsetBits + field.sizeBits;
      }
    }
    const selected = kept.map((field) => this.#withSelector(field, kept));
    if (this.#hasTail && kept.length > 0) return { sizeBits: endBits, fields: selected };
    return { sizeBits, fields: endBits < sizeBits ? [...selected, gap(endBits, sizeBits - endBits)] : selected };
  }

  #source(field: Field): AdbField | undefined {
    return this.node.fields.find(({ name }) => name === field.name);
  }

  /** A union whose selector could not be kept has none. */
  #withSelector(field: Field, kept: readonly Field[]): Field {
    if (field.type !== 'union' || field.selector === undefined) return field;
    const { selector, variants, ...union } = field;
    if (kept.some(({ name, type }) => name === selector && (type === 'uint' || type === 'enum'))) return field;
    this.fault(this.#source(field), 'selector', `${selector} could not be taken: nothing tells which member holds`, 'as-bytes');
    return { ...union, variants: variants.map(({ name, structure }) => ({ ...(name === undefined ? {} : { name }), structure })) };
  }

  #members(): TakenMember[] {
    const names = new Set<string>();
    return this.node.fields.flatMap((field) => {
      if (names.size !== names.add(field.name).size) return this.#member(field);
      this.fault(field, 'duplicate-name', `two members are called ${field.name.slice(0, 128)}`);
      return [];
    });
  }

  #member(field: AdbField): TakenMember[] {
    const bounds = this.#bounds(field, 0);
    const found = field.attributes.has('subnode') ? this.#context.resolve(field.attributes.get('subnode') ?? '') : undefined;
    if (bounds === null) return [];
    if (found === undefined) return this.#leafMember(field, bounds);
    if (!('fault' in found) && found.structure.sizeBits > 0 && found.structure.sizeBits <= this.node.sizeBits && !found.hasTail) {
      this.#uses.add(found.node.name);
      return [{ field, structure: found.node.name }];
    }
    if ('fault' in found) this.fault(field, found.fault, found.message);
    else this.fault(field, 'size', `its node has ${found.node.sizeBits} bits, the union ${this.node.sizeBits}`);
    return [];
  }

  /** A member that is no node is a structure with one field. */
  #leafMember(field: AdbField, bounds: Bounds): TakenMember[] {
    const fields = this.#leaf(field, bounds);
    if (fields.length === 0) return [];
    const structure = this.#context.namer.first([`${this.node.name}_${field.name}`]);
    if (!isLayoutName(structure)) {
      this.fault(field, 'name', `${structure} is no name that a layout can have`);
      return [];
    }
    this.#parts.set(structure, this.#filled(fields, this.node.sizeBits));
    return [{ field, structure }];
  }

  #opaque(name: string, offsetBits: number, sizeBits: number): Field {
    if (isWhole(sizeBits) && isWhole(offsetBits)) return { name, type: 'bytes', offsetBits, sizeBits };
    return sizeBits <= LIMITS.elements ? { name, type: 'array', offsetBits, sizeBits, count: sizeBits, element: { type: 'uint', sizeBits: 1 } } : { name: gapName(offsetBits), type: 'reserved', offsetBits, sizeBits };
  }
}

/** Bits of which no more is told. Those that are more than a number are whole words. */
function plainValue(sizeBits: number): ElementValue {
  return sizeBits > WIDEST_BITS ? { type: 'bytes', sizeBits } : { type: 'uint', sizeBits };
}

function isByteAligned({ offsetBits, elementBits, count }: Extent): boolean {
  return isWhole(offsetBits) && (count === undefined || isWhole(elementBits));
}

/** A node of two words, high and low, is one number of 64 bits. */
function isUint64({ node }: TakenNode): boolean {
  return node.name === UINT64 && node.sizeBits === 64 && !node.isUnion;
}
