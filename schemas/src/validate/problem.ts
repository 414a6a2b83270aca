import type { ZodError } from 'zod';
import { fileFormatFault, type FormatName } from '../formats.js';

/** The rules that a layout must keep; each has a rejecting fixture. */
export const LAYOUT_RULES = [
  'shape', 'overlap', 'uncovered', 'past-end', 'order', 'duplicate-name', 'duplicate-value', 'value-width', 'reserved-name',
  'size', 'alignment', 'selector', 'variant', 'reference', 'recursion', 'extent', 'tail', 'import', 'file-name', 'duplicate-opcode',
  'duplicate-id', 'index', 'volatile', 'default', 'instance', 'parameter', 'activation', 'kernel',
] as const;
/** One of {@link LAYOUT_RULES}. */
export type LayoutRule = (typeof LAYOUT_RULES)[number];

/** One fault in a data file. */
export interface Problem {
  readonly file: string;
  readonly structure?: string;
  readonly field?: string;
  readonly rule: LayoutRule;
  readonly message: string;
}

/** What a validation found: the value if there is no fault in it. */
export type Validated<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** A fault as one line: file, structure and field first. */
export function formatProblem(problem: Problem): string {
  const place = [problem.structure, problem.field].filter((part) => part !== undefined).join('.');
  return `${problem.file}: ${place === '' ? '' : `${place}: `}${problem.message} [${problem.rule}]`;
}

/**
 * The faults that a schema found, one each, with structure and field where the path leads into one; of a document of a version that is not read, only that.
 */
export function shapeProblems(file: string, error: ZodError, document: unknown, format: FormatName): Problem[] {
  const fault = fileFormatFault(format, document);
  if (fault !== undefined) return [{ file, rule: 'shape', message: `format: ${fault}` }];
  return error.issues.map((issue) => {
    const [first, structure, second, index, ...rest] = issue.path;
    const inside = first === 'structures' && typeof structure === 'string';
    const field = inside && second === 'fields' && typeof index === 'number' ? fieldName(document, structure, index) : undefined;
    const shown = field === undefined ? issue.path : rest;
    const path = shown.map(String).join('.');
    return {
      file,
      ...(inside ? { structure } : {}),
      ...(field === undefined ? {} : { field }),
      rule: 'shape',
      message: path === '' ? issue.message : `${path}: ${issue.message}`,
    };
  });
}

function fieldName(document: unknown, structure: string, index: number): string {
  let value = document;
  for (const key of ['structures', structure, 'fields', String(index), 'name']) {
    if (typeof value !== 'object' || value === null) return `#${index}`;
    value = Reflect.get(value, key);
  }
  return typeof value === 'string' ? value : `#${index}`;
}
