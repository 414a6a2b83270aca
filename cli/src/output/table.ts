import type { Style } from './style.js';

/** One column of a table. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'right';
  /** How a cell looks on a colour terminal. */
  readonly paint?: (row: Row, text: string, style: Style) => string;
}

const GAP = '  ';

// Of our own: cli-table3 needs 4 s for 20,000 rows, and at 200,000, which a long reply may have, it overflows the stack.
/** Lines of aligned columns below their headings; columns in which every cell is empty are left out. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string {
  const shown = columns
    .map((column) => ({ column, cells: rows.map((row) => printable(column.cell(row))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map(({ column, cells }) => ({ column, cells, width: widest(column.heading, cells) }));
  if (shown.length === 0) return '';
  const headings = joinCells(shown.map(({ column, width }) => pad(column.heading, width, column.align)));
  const lines = rows.map((row, index) => joinCells(shown.map(({ column, cells, width }) => {
    const text = cells[index] ?? '';
    const padding = ' '.repeat(width - text.length);
    const painted = column.paint === undefined ? text : column.paint(row, text, style);
    return column.align === 'right' ? padding + painted : painted + padding;
  })));
  return `${[style.heading(headings), ...lines].join('\n')}\n`;
}

/** Lines of `name   value`, names aligned; entries without a value are left out. */
export function pairs(entries: readonly (readonly [name: string, value: string | undefined])[], style: Style, indent = ''): string {
  const shown = entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined && entry[1] !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${indent}${style.heading(name.padEnd(width))}${GAP}${printable(value)}\n`).join('');
}

/** Text from a device or file with control characters made visible, so that it cannot steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function widest(heading: string, cells: readonly string[]): number {
  return cells.reduce((width, cell) => Math.max(width, cell.length), heading.length);
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}

function joinCells(cells: readonly string[]): string {
  return cells.join(GAP).trimEnd();
}
