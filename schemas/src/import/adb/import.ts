import { correct } from '../correct.js';
import type { IncludeFinder } from '../include.js';
import { validDocuments, type DocumentOrigin, type LayoutImport } from '../layout-import.js';
import type { NamedOverrides } from '../overrides.js';
import type { ImportProblem, ReportProblem } from '../problem.js';
import type { SourceWords } from '../source-words.js';
import { documentsOf } from './documents.js';
import { lowerDatabase } from './lower.js';
import { parseAdb } from './parser.js';
import { registerIndex, type AdbRegister } from './registers.js';
import type { TakenNode } from './taken.js';

/** What an import needs beside the database. */
export interface AdbImportOptions extends SourceWords {
  /** The database's name in problems. */
  readonly file: string;
  /** Where databases that it includes are; without it they are reported as missing. */
  readonly find?: IncludeFinder;
  readonly overrides?: NamedOverrides;
}

/**
 * Makes layouts of a register database in XML (`NodesDefinition`): one document for each node, and one for each register where the
 * database lists them. Takes any text and never throws: what it could not take is in the problems, with file and line. The same input
 * gives the same output.
 */
export function importAdb(text: string, { file, find = () => undefined, overrides, ...words }: AdbImportOptions): LayoutImport {
  const problems: ImportProblem[] = [];
  const report: ReportProblem = (problem) => {
    problems.push(problem);
  };
  const database = parseAdb(file, text, find, report);
  const index = registerIndex(database, report);
  const taken = lowerDatabase(database, index.nodes, report);
  const registers = index.registers.filter((register) => isTaken(register, taken, report));
  const made = documentsOf(database, taken, registers, words);
  const corrected = overrides === undefined ? made : correct(made, overrides, report).documents;
  const documents = validDocuments(corrected, originsOf(taken, registers), report);
  const takenCount = [...taken.keys()].filter((name) => documents.has(`structures/${name}`)).length;
  return { documents, definedCount: database.nodes.size - index.nodes.size, takenCount, problems };
}

function isTaken({ name, node, file, line }: AdbRegister, taken: ReadonlyMap<string, TakenNode>, report: ReportProblem): boolean {
  if (taken.has(node)) return true;
  report({ file, line, structure: name, rule: 'reference', outcome: 'left-out', message: `the node ${node.slice(0, 128)} could not be taken` });
  return false;
}

function originsOf(taken: ReadonlyMap<string, TakenNode>, registers: readonly AdbRegister[]): (path: string) => DocumentOrigin | undefined {
  const nodes = [...taken].map(([name, { node: { file, line } }]): [string, DocumentOrigin] => [`structures/${name}`, { name, file, line }]);
  const places = new Map([...nodes, ...registers.map(({ name, file, line }): [string, DocumentOrigin] => [`registers/${name}`, { name, file, line }])]);
  return (path) => places.get(path);
}
