import type { Field, LayoutDocument, Structure } from '@auxctl/schemas';
import type { FieldOrigin, HeaderImport, ImportedDefinition } from '@auxctl/schemas/import';

/** How a field's value is packed: not at all, as one integer, element by element, or byte by byte. */
export type Packing = 'none' | 'integer' | 'elements' | 'bytes';

/** A member of a C type, and what the layouts say of it. */
export interface Row {
  /** As in `outer.inner`. */
  readonly member: string;
  /** Bits from the start of the type. */
  readonly offsetBits: number;
  /** Of the whole member, or of one element of a flexible array. Undefined where the layouts do not say. */
  readonly sizeBits: number | undefined;
  readonly isFlexible: boolean;
  /** Of what is packed at once: one element or one byte; zero where the member is packed as a whole. */
  readonly elementBits: number;
  /** The way to the value in decoded fields. */
  readonly names: readonly string[];
  readonly packing: Packing;
  /** Of an integer that joins several members: the bits below this one. */
  readonly shiftBits: number;
  readonly isSigned: boolean;
  /** Where the layouts have it from the header's masks of a member: its bits in that member, counted from the lowest. */
  readonly partOfMember?: { readonly shiftBits: number; readonly sizeBits: number };
}

/** A C type, its size, and its members. */
export interface Type {
  readonly name: string;
  /** The path of its document. */
  readonly document: string;
  /** As in `struct x_ifc_y_bits`. */
  readonly type: string;
  readonly sizeBits: number;
  /** One for each field of its document that stands in the header. */
  readonly own: readonly Row[];
  /** Those of its inner structures as well, as far as they can be packed; the way leads through names only. */
  readonly leaves: readonly Row[];
}

type Documents = HeaderImport['documents'];

/** Every definition of an import, as rows to compare. */
export function typesOf({ definitions, documents }: HeaderImport): Type[] {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  return definitions.map((definition) => {
    const document = documentOf(documents, definition.document);
    return {
      name: definition.name, document: definition.document, type: definition.type, sizeBits: structureOf(document, definition.name).sizeBits,
      own: definition.origins.map((origin) => ownRow(origin, document, { byName, documents })),
      leaves: leavesOf({ definition, byName, documents }, definition.name, { member: '', offsetBits: 0, names: [] }),
    };
  });
}

function documentOf(documents: Documents, path: string): LayoutDocument {
  const document = documents.get(path);
  if (document === undefined) throw new TypeError(`no document ${path}`);
  return document;
}

function structureOf({ structures }: LayoutDocument, name: string): Structure {
  const structure = structures[name];
  if (structure === undefined) throw new TypeError(`no structure ${name}`);
  return structure;
}

function ownRow(origin: FieldOrigin, document: LayoutDocument, { byName, documents }: Omit<Surroundings, 'definition'>): Row {
  const structure = document.structures[origin.structure] ?? structureOf(documentOf(documents, byName.get(origin.structure)?.document ?? ''), origin.structure);
  const field = structure.fields.find(({ name }) => name === origin.field);
  if (origin.field !== undefined && field === undefined) throw new TypeError(`${origin.structure} has no field ${origin.field}`);
  if (field === undefined) return { member: origin.member, offsetBits: origin.baseBits, sizeBits: structure.sizeBits, isFlexible: false, elementBits: 0, names: [], packing: 'none', shiftBits: 0, isSigned: false };
  return partOf(rowOf(field, origin.member, origin.baseBits + field.offsetBits, []), origin);
}

/** A member that is not the whole of its field. */
function partOf(row: Row, { part }: FieldOrigin): Row {
  return part === undefined ? row : { ...row, offsetBits: row.offsetBits + part.offsetBits, sizeBits: part.sizeBits, shiftBits: (row.sizeBits ?? 0) - part.offsetBits - part.sizeBits };
}

function rowOf(field: Field, member: string, offsetBits: number, names: readonly string[]): Row {
  const isRest = field.type === 'array' && field.count === 'rest';
  const isFlexible = isRest || (field.type === 'bytes' && field.tail === true);
  const sizeBits = isRest ? field.element.sizeBits : isFlexible ? undefined : field.sizeBits;
  const elementBits = field.type === 'array' ? field.element.sizeBits : field.type === 'bytes' ? 8 : 0;
  return { member, offsetBits, sizeBits, isFlexible, elementBits, names: [...names, field.name], packing: isFlexible ? 'none' : packingOf(field), shiftBits: 0, isSigned: field.type === 'int' };
}

function packingOf(field: Field): Packing {
  if (field.type === 'uint' || field.type === 'int' || field.type === 'enum' || field.type === 'flags') return 'integer';
  if (field.type === 'bytes') return 'bytes';
  return field.type === 'array' && field.element.type === 'uint' ? 'elements' : 'none';
}

interface Surroundings {
  readonly definition: ImportedDefinition;
  readonly byName: ReadonlyMap<string, ImportedDefinition>;
  readonly documents: Documents;
}

/** The packable fields of a structure and of those inside it. */
function leavesOf({ definition, byName, documents }: Surroundings, name: string, base: { readonly member: string; readonly offsetBits: number; readonly names: readonly string[] }): Row[] {
  const { fields } = structureOf(documentOf(documents, definition.document), name);
  const places = fields.flatMap((field) => definition.origins.filter((each) => each.structure === name && each.field === field.name).map((origin) => ({ field, origin })));
  return places.flatMap(({ field, origin }) => {
    const member = base.member + origin.member;
    const offsetBits = base.offsetBits + field.offsetBits;
    const names = [...base.names, field.name];
    if (field.type !== 'struct') return field.type === 'reserved' ? [] : [partOf(rowOf(field, member, offsetBits, base.names), origin)].filter(({ packing }) => packing !== 'none');
    const inner = byName.get(field.structure);
    if (inner === undefined && definition.origins.every(({ structure }) => structure !== field.structure)) return partsOf(structureOf(documentOf(documents, definition.document), field.structure), member, offsetBits, names);
    if (inner === undefined) return leavesOf({ definition, byName, documents }, field.structure, { member: base.member, offsetBits, names });
    return leavesOf({ definition: inner, byName, documents }, inner.name, { member: `${member}.`, offsetBits, names });
  });
}

/** The fields that a member's masks make of it. */
function partsOf({ fields }: Structure, member: string, offsetBits: number, names: readonly string[]): Row[] {
  return fields.filter(({ type }) => type !== 'reserved').map((field) => ({
    ...rowOf(field, member, offsetBits + field.offsetBits, names), partOfMember: { shiftBits: field.offsetBits, sizeBits: field.sizeBits },
  }));
}
