import { pathOf } from '../../layout/imports.js';
import type { LayoutDocument, LayoutDocumentOf } from '../../layout/layout.js';
import { correct } from '../correct.js';
import type { IncludeFinder } from '../include.js';
import { validDocuments, type DocumentOrigin, type LayoutImport } from '../layout-import.js';
import { Moves } from '../moves.js';
import type { NamedOverrides } from '../overrides.js';
import type { ImportProblem, ReportProblem } from '../problem.js';
import type { SourceWords } from '../source-words.js';
import { documentsOf } from './documents.js';
import type { FieldNames } from './field-names.js';
import type { HeaderFormat } from './format.js';
import { lowerHeader } from './lower.js';
import type { Header } from './model.js';
import { parseHeader } from './parser.js';
import type { FieldOrigin, Taken } from './taken.js';

/** What an import needs beside the header. */
export interface HeaderImportOptions extends SourceWords {
  /** The header's name in problems. */
  readonly file: string;
  /** Where headers in quotes are; without it they are reported as missing. */
  readonly find?: IncludeFinder;
  readonly overrides?: NamedOverrides;
}

/** A structure or union of the header, and what became of it. */
export interface ImportedDefinition {
  /** The layout's name of it. */
  readonly name: string;
  /** The path of the document that it stands in. */
  readonly document: string;
  /** In C, as in `struct y`. */
  readonly type: string;
  /** Where each field of its structures stands in the definition. */
  readonly origins: readonly FieldOrigin[];
}

/** What an import made of a header. */
export interface HeaderImport extends LayoutImport {
  /** Those that became documents, or parts of one. */
  readonly definitions: readonly ImportedDefinition[];
}

/** What a kind of header does beside reading structures. */
export interface HeaderKind {
  readonly format: HeaderFormat;
  /** Names of values, by the layout's structure and field as in `STRUCTURE.FIELD`. */
  readonly namesOf: (taken: readonly Taken[], header: Header, report: ReportProblem) => ReadonlyMap<string, FieldNames>;
  /** Makes documents of other kinds out of those of structures, all by their paths. */
  readonly arrange: (documents: ReadonlyMap<string, LayoutDocumentOf<'structures'>>, taken: readonly Taken[], header: Header, report: ReportProblem) => ReadonlyMap<string, LayoutDocument>;
}

/** Makes layouts of a header of this kind. Takes any text and never throws: what it could not take is in the problems. */
export function importHeader({ format, namesOf, arrange }: HeaderKind, text: string, { file, find = () => undefined, overrides, ...words }: HeaderImportOptions): HeaderImport {
  const problems: ImportProblem[] = [];
  const report: ReportProblem = (problem) => {
    problems.push(problem);
  };
  const header = parseHeader(format, file, text, find, report);
  const taken = lowerHeader(format, header, report);
  const made = documentsOf(taken, { format, names: namesOf(taken, header, report), words });
  const arranged = arrange(made, taken, header, report);
  const corrected = overrides === undefined ? { documents: arranged, moves: new Moves() } : correct(arranged, overrides, report);
  const documents = validDocuments(corrected.documents, originsOf(taken, arranged), report);
  const paths = new Map([...documents.values()].flatMap((document) => Object.keys(document.structures).map((name) => [name, pathOf(document)])));
  const definitions = taken.flatMap(({ name, definition: { keyword, tag }, origins }) => {
    const document = paths.get(name);
    return document === undefined ? [] : [{ name, document, type: `${keyword} ${tag}`, origins: corrected.moves.follow(origins) }];
  });
  return { documents, definitions, definedCount: header.definitions.length, takenCount: definitions.length, problems };
}

function originsOf(taken: readonly Taken[], documents: ReadonlyMap<string, LayoutDocument>): (path: string) => DocumentOrigin | undefined {
  const places = new Map(taken.map(({ name, definition: { tag, file, line } }) => [name, { name: tag, file, line }]));
  return (path) => Object.keys(documents.get(path)?.structures ?? {}).map((name) => places.get(name)).find((place) => place !== undefined);
}
