import type { LayoutDocument } from '../layout/layout.js';
import { checkLayoutSet } from '../validate/set.js';
import type { ImportProblem, Place, ReportProblem } from './problem.js';

/** Layout documents by their path below `layouts/`, as in `structures/NAME`. */
export type Documents = ReadonlyMap<string, LayoutDocument>;

/** What an import made of a file. */
export interface LayoutImport {
  /** In the order of the file; as a set they keep every rule of layouts. */
  readonly documents: Documents;
  /** How many structures the file defines without a fault of syntax. */
  readonly definedCount: number;
  /** How many of them stand in the documents. */
  readonly takenCount: number;
  /** In the order in which they were met. */
  readonly problems: readonly ImportProblem[];
}

/** Where in the file a document comes from, and what it is called there. */
export interface DocumentOrigin extends Place {
  readonly name: string;
}

/** The documents that keep every rule of layouts; a correction may break one. Whoever imports a faulty one is at fault too. */
export function validDocuments(documents: Documents, originOf: (path: string) => DocumentOrigin | undefined, report: ReportProblem): Documents {
  let kept = documents;
  for (;;) {
    const problems = checkLayoutSet(new Map([...kept].map(([path, document]) => [`${path}.json`, document])));
    if (problems.length === 0) return kept;
    const faulty = new Set<string>();
    for (const { file: json, field, message } of problems) {
      const path = json.slice(0, -'.json'.length);
      const { file, line, name } = originOf(path) ?? { file: '', line: 0, name: path };
      faulty.add(path);
      report({ file, line, structure: name, ...(field === undefined ? {} : { field }), rule: 'layout', outcome: 'left-out', message });
    }
    kept = new Map([...kept].filter(([path]) => !faulty.has(path)));
  }
}
