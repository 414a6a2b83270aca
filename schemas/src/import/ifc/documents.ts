import type { Field } from '../../layout/field.js';
import type { Flag, LayoutDocumentOf, Structure, Symbol } from '../../layout/layout.js';
import type { FieldNames } from './enums.js';
import { Namer } from './names.js';
import type { Taken } from './taken.js';

/** What the caller says of the source. */
export interface SourceWords {
  /** The name that the layouts' sources give a file. */
  readonly documentName: (file: string) => string;
  /** The source's version or commit. */
  readonly revision: string;
  /** An SPDX expression. */
  readonly license?: string;
}

/** One document for each definition, by the layout's name, in the order of the header. */
export function documentsOf(taken: readonly Taken[], names: ReadonlyMap<string, FieldNames>, words: SourceWords): Map<string, LayoutDocumentOf<'structures'>> {
  const namer = new Namer();
  return new Map(taken.map((each) => [each.name, documentOf(each, names, namer, words)]));
}

function documentOf({ definition, name, structure, parts, uses }: Taken, names: ReadonlyMap<string, FieldNames>, namer: Namer, { documentName, revision, license }: SourceWords): LayoutDocumentOf<'structures'> {
  const { keyword, tag, file } = definition;
  const enums: Record<string, Symbol[]> = {};
  const flags: Record<string, Flag[]> = {};
  const fields = structure.fields.map((field) => {
    const known = names.get(`${tag}.${field.name}`);
    if (known === undefined) return field;
    const label = namer.first([`${name}_${field.name}`]);
    if (known.type === 'enum') enums[label] = [...known.symbols];
    else flags[label] = [...known.flags];
    return namedField(field, known.type, label);
  });
  const structures: Record<string, Structure> = { [name]: { sizeBits: structure.sizeBits, fields }, ...Object.fromEntries(parts) };
  return {
    format: 'auxctl.layout/1', kind: 'structures', name, title: name.replaceAll('_', ' '), byteOrder: 'big',
    source: [{ document: documentName(file), revision, section: `${keyword} ${tag}`, ...(license === undefined ? {} : { license }) }],
    ...(uses.size === 0 ? {} : { imports: [...uses].map((each) => `structures/${each}`).sort() }),
    structures,
    ...(Object.keys(enums).length === 0 ? {} : { enums }),
    ...(Object.keys(flags).length === 0 ? {} : { flags }),
  };
}

function namedField({ name, offsetBits, sizeBits }: Field, type: 'enum' | 'flags', label: string): Field {
  return type === 'enum' ? { name, type, offsetBits, sizeBits, enum: label } : { name, type, offsetBits, sizeBits, flags: label };
}
