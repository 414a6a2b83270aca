import { FORMATS } from '../../formats.js';
import type { ElementValue, Field } from '../../layout/field.js';
import { pathOf } from '../../layout/imports.js';
import type { Flag, LayoutDocumentOf, Structure, Symbol } from '../../layout/layout.js';
import { gap } from '../gap.js';
import { Namer } from '../namer.js';
import { sourceOf, type SourceWords } from '../source-words.js';
import type { FieldNames, FieldPart, ValueNames } from './field-names.js';
import type { HeaderFormat } from './format.js';
import type { Taken } from './taken.js';

type Structures = LayoutDocumentOf<'structures'>;

/** What the documents of a header are made of. */
export interface DocumentParts {
  readonly format: HeaderFormat;
  /** By the layout's structure and field, as in `STRUCTURE.FIELD`. */
  readonly names: ReadonlyMap<string, FieldNames>;
  readonly words: SourceWords;
}

/** One document for each definition, by its path below `layouts/`, in the order of the header. */
export function documentsOf(taken: readonly Taken[], parts: DocumentParts): Map<string, Structures> {
  const structures = new Namer(taken.flatMap(({ name, parts: inner }) => [name, ...inner.keys()]));
  const labels = new Namer();
  return new Map(taken.map((each) => {
    const document = new DocumentMaker(each, parts, structures, labels).document();
    return [pathOf(document), document];
  }));
}

/** Makes one document; the namers are shared by all. */
class DocumentMaker {
  readonly #taken: Taken;
  readonly #parts: DocumentParts;
  readonly #structureNames: Namer;
  readonly #labels: Namer;
  readonly #structures: Record<string, Structure> = {};
  readonly #enums: Record<string, Symbol[]> = {};
  readonly #flags: Record<string, Flag[]> = {};

  constructor(taken: Taken, parts: DocumentParts, structureNames: Namer, labels: Namer) {
    this.#taken = taken;
    this.#parts = parts;
    this.#structureNames = structureNames;
    this.#labels = labels;
  }

  document(): Structures {
    const { definition: { keyword, tag, file }, name, structure, parts, uses } = this.#taken;
    for (const each of [name, ...parts.keys()]) this.#structures[each] = structure;
    for (const [each, { sizeBits, fields }] of [[name, structure] as const, ...parts]) {
      this.#structures[each] = { sizeBits, fields: fields.map((field) => this.#named(each, field)) };
    }
    return {
      format: FORMATS.layout.writes, kind: 'structures', name, title: name.replaceAll('_', ' '), byteOrder: this.#parts.format.byteOrder,
      source: [sourceOf(this.#parts.words, file, `${keyword} ${tag}`)],
      ...(uses.size === 0 ? {} : { imports: [...uses].map((each) => `structures/${each}`).sort() }),
      structures: this.#structures,
      ...(Object.keys(this.#enums).length === 0 ? {} : { enums: this.#enums }),
      ...(Object.keys(this.#flags).length === 0 ? {} : { flags: this.#flags }),
    };
  }

  #named(structure: string, field: Field): Field {
    const names = this.#parts.names.get(`${structure}.${field.name}`);
    if (names === undefined) return field;
    const { name, offsetBits, sizeBits } = field;
    const label = `${structure}_${name}`;
    if (field.type !== 'array') return { name, offsetBits, ...this.#value(names, sizeBits, label) };
    return { name, type: 'array', offsetBits, sizeBits, count: field.count, element: this.#value(names, field.element.sizeBits, label) };
  }

  #value(names: FieldNames, sizeBits: number, wanted: string): ElementValue {
    if (names.type !== 'parts') return this.#withNames(names, sizeBits, wanted);
    const structure = this.#structureNames.first([wanted]);
    this.#structures[structure] = { sizeBits, fields: this.#partFields(names.parts, sizeBits, structure) };
    return { type: 'struct', sizeBits, structure };
  }

  #withNames(names: ValueNames, sizeBits: number, wanted: string): ElementValue {
    const label = this.#labels.first([wanted]);
    if (names.type === 'enum') {
      this.#enums[label] = [...names.symbols];
      return { type: 'enum', sizeBits, enum: label };
    }
    this.#flags[label] = [...names.flags];
    return { type: 'flags', sizeBits, flags: label };
  }

  #partFields(parts: readonly FieldPart[], sizeBits: number, structure: string): Field[] {
    const fields: Field[] = [];
    let endBits = 0;
    for (const { name, shiftBits: offsetBits, sizeBits: partBits, isReserved, names } of parts) {
      if (offsetBits > endBits) fields.push(gap(endBits, offsetBits - endBits));
      if (isReserved) fields.push(gap(offsetBits, partBits));
      else fields.push({ name, offsetBits, ...(names === undefined ? { type: 'uint', sizeBits: partBits } : this.#withNames(names, partBits, `${structure}_${name}`)) });
      endBits = offsetBits + partBits;
    }
    if (endBits < sizeBits) fields.push(gap(endBits, sizeBits - endBits));
    return fields;
  }
}
