import type { LayoutDocumentOf } from '../../layout/layout.js';
import { checkLayoutSet } from '../../validate/set.js';
import { correct } from '../correct.js';
import { Moves } from '../moves.js';
import type { ImportOverrides } from '../overrides.js';
import type { ImportProblem } from '../problem.js';
import { documentsOf, type SourceWords } from './documents.js';
import { fieldNames } from './enums.js';
import { lowerHeader } from './lower.js';
import { parseHeader } from './parser.js';
import type { IncludeFinder } from './preprocessor.js';
import type { FieldOrigin, Taken } from './taken.js';

/** What an import needs beside the header. */
export interface IfcImportOptions extends SourceWords {
  /** The header's name in problems. */
  readonly file: string;
  /** Where headers in quotes are; without it they are reported as missing. */
  readonly find?: IncludeFinder;
  readonly overrides?: { readonly file: string; readonly value: ImportOverrides };
}

/** A structure or union of the header, and what became of it. */
export interface ImportedDefinition {
  /** The layout document's name, and its first structure's. */
  readonly name: string;
  /** In C, as in `struct x_ifc_y_bits`. */
  readonly type: string;
  /** Where each field of the document's structures stands in the definition. */
  readonly origins: readonly FieldOrigin[];
}

/** What an import made of a header. */
export interface IfcImport {
  /** By name, in the order of the header; as a set they keep every rule of layouts. */
  readonly documents: ReadonlyMap<string, LayoutDocumentOf<'structures'>>;
  /** Those that became documents. */
  readonly definitions: readonly ImportedDefinition[];
  /** How many structures and unions of the format the header defines without a fault of syntax. */
  readonly definedCount: number;
  /** In the order in which they were met. */
  readonly problems: readonly ImportProblem[];
}

/**
 * Makes layouts of a header in which one array element of `u8` is one bit, and structures are called `PREFIX_ifc_NAME_bits`. Takes any
 * text and never throws: what it could not take is in the problems, with file and line. The same input gives the same output.
 */
export function importIfc(text: string, { file, find = () => undefined, overrides, ...words }: IfcImportOptions): IfcImport {
  const problems: ImportProblem[] = [];
  const report = (problem: ImportProblem): void => {
    problems.push(problem);
  };
  const header = parseHeader(file, text, find, report);
  const taken = lowerHeader(header, report);
  const made = documentsOf(taken, fieldNames(taken, header.enums), words);
  const corrected = overrides === undefined ? { documents: made, moves: new Moves() } : correct(made, overrides.value, overrides.file, report);
  const documents = valid(corrected.documents, taken, report);
  const definitions = taken.filter(({ name }) => documents.has(name)).map(({ name, definition: { keyword, tag }, origins }) => ({ name, type: `${keyword} ${tag}`, origins: corrected.moves.follow(origins) }));
  return { documents, definitions, definedCount: header.definitions.length, problems };
}

type Documents = ReadonlyMap<string, LayoutDocumentOf<'structures'>>;

/** The documents that keep every rule of layouts; a correction may break one. Whoever imports a faulty one is at fault too. */
function valid(documents: Documents, taken: readonly Taken[], report: (problem: ImportProblem) => void): Documents {
  const places = new Map(taken.map(({ name, definition }) => [name, definition]));
  let kept = documents;
  for (;;) {
    const problems = checkLayoutSet(new Map([...kept].map(([name, document]) => [`structures/${name}.json`, document])));
    if (problems.length === 0) return kept;
    const faulty = new Set<string>();
    for (const { file, field, message } of problems) {
      const name = file.slice('structures/'.length, -'.json'.length);
      const { file: header = '', line = 0, tag = name } = places.get(name) ?? {};
      faulty.add(name);
      report({ file: header, line, structure: tag, ...(field === undefined ? {} : { field }), rule: 'layout', outcome: 'left-out', message });
    }
    kept = new Map([...kept].filter(([name]) => !faulty.has(name)));
  }
}
