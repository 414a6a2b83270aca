/** What an importer may find at fault in a file or in its overrides; each has a rejecting fixture. */
export const IMPORT_RULES = [
  'syntax', 'unclosed', 'directive', 'include', 'expression', 'dimension', 'type', 'reference', 'recursion', 'duplicate-name', 'name',
  'size', 'alignment', 'flexible', 'override', 'layout', 'byte-order', 'constant', 'opcode',
  'element', 'attribute', 'overlap', 'selector', 'condition',
] as const;
/** One of {@link IMPORT_RULES}. */
export type ImportRule = (typeof IMPORT_RULES)[number];

/** A line of a file. */
export interface Place {
  readonly file: string;
  /** Counted from 1; 0 where a file as a whole is meant. */
  readonly line: number;
}

/**
 * Something that an importer could not take. `left-out`: it is in no layout; `as-bytes`: its bits are in a layout, without their
 * meaning.
 */
export interface ImportProblem extends Place {
  /** The file's own name of the structure. */
  readonly structure?: string;
  readonly field?: string;
  readonly rule: ImportRule;
  readonly outcome: 'left-out' | 'as-bytes';
  readonly message: string;
}

/** Receives what an importer could not take. */
export type ReportProblem = (problem: ImportProblem) => void;

/** A problem as one line, file and line first. */
export function formatImportProblem({ file, line, structure, field, rule, message }: ImportProblem): string {
  const place = [structure, field].filter((part) => part !== undefined).join('.');
  return `${file}:${line}: ${place === '' ? '' : `${place}: `}${message} [${rule}]`;
}
