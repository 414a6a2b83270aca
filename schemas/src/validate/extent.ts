import type { Value } from '../layout/field.js';
import type { LayoutDocument } from '../layout/layout.js';
import type { LayoutScope } from '../layout/scope.js';
import type { LayoutRule } from './problem.js';

/** Structures inside one another, at most; and values, those of all elements counted. Whoever decodes can rely on both. */
const MAX_DEPTH = 32;
const MAX_VALUES = 2 ** 20;

interface Extent {
  readonly depth: number;
  readonly values: number;
}

/** Receives the faults of structures. */
export type ReportStructure = (rule: LayoutRule, message: string, structure: string) => void;

/** Reports structures that contain themselves, nest too deep, or hold more values than anyone decodes. */
export function checkExtents(document: LayoutDocument, scope: LayoutScope, report: ReportStructure): void {
  const known = new Map<string, Extent>();
  const measure = (name: string, path: readonly string[]): Extent => {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    if (path.includes(name)) report('recursion', `contains itself: ${[...path, name].join(' > ')}`, name);
    if (path.includes(name) || path.length > MAX_DEPTH) return { depth: path.length > MAX_DEPTH ? 1 : 0, values: 1 };
    const extents = (scope.structures.get(name)?.fields ?? []).map((field) => extentOf(field, (inner) => measure(inner, [...path, name])));
    const extent = { depth: 1 + extents.reduce((most, { depth }) => Math.max(most, depth), 0), values: extents.reduce((sum, { values }) => sum + values, 0) };
    known.set(name, extent);
    return extent;
  };
  for (const name of Object.keys(document.structures)) {
    const { depth, values } = measure(name, []);
    if (depth > MAX_DEPTH) report('extent', `nests structures more than ${MAX_DEPTH} deep`, name);
    if (values > MAX_VALUES) report('extent', `holds ${values} values, more than ${MAX_VALUES}`, name);
  }
}

function extentOf(value: Value, measure: (structure: string) => Extent): Extent {
  switch (value.type) {
    case 'struct':
      return measure(value.structure);
    case 'union':
      return value.variants.map(({ structure }) => measure(structure)).reduce((most, { depth, values }) => ({ depth: Math.max(most.depth, depth), values: Math.max(most.values, values) }), { depth: 0, values: 1 });
    case 'array': {
      const { depth, values } = extentOf(value.element, measure);
      return { depth, values: values * (value.count === 'rest' ? 1 : value.count) };
    }
    default:
      return { depth: 0, values: 1 };
  }
}
