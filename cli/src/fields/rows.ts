import { namedElements, type Anomaly, type Presented, type PresentedScalar } from '@auxctl/core';
import type { Style } from '../output/style.js';
import { table, type Column } from '../output/table.js';
import type { PresentedFields } from './select.js';

/** One line of a table of fields. */
export interface FieldRow {
  readonly path: string;
  readonly text: string;
  readonly description: string;
}

/** Arrays of short values share a line up to this many characters. */
const LINE_LENGTH = 72;
const LONGEST_CELL = 100;
const SHORTENED = '... (-v shows all)';

/** Every single value of a structure, in its order, by its path. */
export function fieldRows(fields: PresentedFields, prefix = ''): FieldRow[] {
  return Object.entries(fields).flatMap(([name, value]) => valueRows(pathOf(prefix, name), value));
}

/** Selected elements of an array go by their numbers. */
function pathOf(prefix: string, name: string): string {
  return /^\d+$/.test(name) ? `${prefix.replace(/\.$/, '')}[${name}]` : prefix + name;
}

function valueRows(path: string, value: Presented): FieldRow[] {
  if (value.type === 'value') return [{ path, text: value.text, description: value.description ?? '' }];
  if (value.type === 'structure') return fieldRows(value.fields, `${path}.`);
  if (value.elements.length === 0) return [{ path: `${path}[]`, text: '', description: '' }];
  const joined = value.elements.every(isScalar) ? value.elements.map(({ text }) => text).join(' ') : undefined;
  if (joined !== undefined && joined.length <= LINE_LENGTH) return [{ path: `${path}[0..${value.elements.length - 1}]`, text: joined, description: '' }];
  const named = namedElements(value.elements);
  if (named !== undefined) return named.map(({ name, value: { text, description = '' } }) => ({ path: `${path}[${name}]`, text, description }));
  return value.elements.flatMap((element, index) => valueRows(`${path}[${index}]`, element));
}

function isScalar(value: Presented): value is PresentedScalar {
  return value.type === 'value';
}

/** A table of fields and values; with descriptions where they are wanted. */
export function fieldTable(fields: PresentedFields, style: Style, isVerbose: boolean): string {
  const columns: Column<FieldRow>[] = [
    { heading: 'FIELD', cell: ({ path }) => path },
    { heading: 'VALUE', cell: ({ text }) => (text === '' ? '""' : isVerbose ? text : shortened(text)) },
  ];
  if (isVerbose) columns.push({ heading: 'MEANING', cell: ({ description }) => description, paint: (_row, text) => style.dim(text) });
  return table(fieldRows(fields), columns, style);
}

/** Long bytes would make a table unreadable. */
function shortened(text: string): string {
  return text.length <= LONGEST_CELL ? text : `${text.slice(0, LONGEST_CELL - SHORTENED.length)}${SHORTENED}`;
}

/** A sentence for each thing that the layout does not account for. */
export function anomalyText(anomaly: Anomaly): string {
  switch (anomaly.type) {
    case 'reserved-bits':
      return `${anomaly.path}: reserved bits at bit ${anomaly.offsetBits} are 0x${anomaly.value.toString(16)}`;
    case 'unknown-symbol':
      return `${anomaly.path}: ${anomaly.value} has no name in the layout`;
    case 'unknown-variant':
      return `${anomaly.path}: ${anomaly.value} selects no structure that the layout knows`;
    case 'trailing-bytes':
      return `${anomaly.path === '' ? 'reply' : anomaly.path}: ${anomaly.lengthBytes} bytes follow the layout, from byte ${anomaly.offsetBytes}`;
  }
}
